#include "domain/date.h"

#include <array>
#include <charconv>
#include <chrono>
#include <vector>

#include <fmt/format.h>

#include "domain/fold.h"

namespace bookreco {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

int to_int(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::optional<PartialDate> make_date(int year, int month, int day) {
  if (year < -9999 || year > 9999 || month < 0 || month > 12 || day < 0 ||
      (month == 0 && day > 0)) {
    return std::nullopt;
  }
  if (day > 0) {
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) {
      return std::nullopt;
    }
  }
  return PartialDate{static_cast<std::int16_t>(year),
                     static_cast<std::uint8_t>(month),
                     static_cast<std::uint8_t>(day)};
}

/// "12" of two digits in range, as ISO's months and days must be: never zero.
std::optional<int> two_digits(std::string_view text, int max) {
  if (text.size() != 2 || !all_digits(text)) {
    return std::nullopt;
  }
  const int value = to_int(text);
  return value >= 1 && value <= max ? std::optional(value) : std::nullopt;
}

// The first letters of the months, French and English, folded; "mar" is March in both, "juin"
// before "jui".
struct MonthName {
  std::string_view prefix;
  int month;
};
constexpr std::array kMonths{
    MonthName{"jan", 1},
    MonthName{"feb", 2},
    MonthName{"fev", 2},
    MonthName{"mar", 3},
    MonthName{"apr", 4},
    MonthName{"avr", 4},
    MonthName{"may", 5},
    MonthName{"mai", 5},
    MonthName{"juin", 6},
    MonthName{"jun", 6},
    MonthName{"jui", 7},
    MonthName{"jul", 7},
    MonthName{"aug", 8},
    MonthName{"aou", 8},
    MonthName{"sep", 9},
    MonthName{"oct", 10},
    MonthName{"nov", 11},
    MonthName{"dec", 12},
};

int month_of(std::string_view word) {
  for (const MonthName& name : kMonths) {
    if (word.starts_with(name.prefix)) {
      return name.month;
    }
  }
  return 0;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(separators);
    parts.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

/// "08/06/2016", "2016/06/08", "06/2016".
std::optional<PartialDate> parse_numeric(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, "/.-");
  for (const std::string_view part : parts) {
    if (!all_digits(part) || part.size() > 4) {
      return std::nullopt;
    }
  }
  if (parts.size() == 2 && parts[1].size() == 4 && parts[0].size() <= 2 && to_int(parts[0]) > 0) {
    return make_date(to_int(parts[1]), to_int(parts[0]), 0);
  }
  if (parts.size() != 3 || parts[1].size() > 2 || to_int(parts[1]) == 0) {
    return std::nullopt;
  }
  if (parts[0].size() == 4 && parts[2].size() <= 2 && to_int(parts[2]) > 0) {
    return make_date(to_int(parts[0]), to_int(parts[1]), to_int(parts[2]));
  }
  if (parts[2].size() == 4 && parts[0].size() <= 2 && to_int(parts[0]) > 0) {
    return make_date(to_int(parts[2]), to_int(parts[1]), to_int(parts[0]));
  }
  return std::nullopt;
}

/// "8 juin 2016", "1er janvier 2020", "June 8, 2016", "March 2009", "c1998".
std::optional<PartialDate> parse_worded(std::string_view text) {
  const std::string folded = fold(text);
  int year = 0;
  int month = 0;
  int day = 0;
  for (std::string_view word : split(folded, " ")) {
    const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
    const std::string_view number = word.substr(0, digits);
    if (digits == 0 && word.size() == 5 && word[0] == 'c' && all_digits(word.substr(1))) {
      word.remove_prefix(1);
      year = year == 0 ? to_int(word) : -1;
    } else if (digits == 4 && digits == word.size() && year == 0) {
      year = to_int(number);
    } else if ((digits == 1 || digits == 2) && word.size() <= digits + 2 && day == 0) {
      day = to_int(number);
    } else if (digits == 0 && month == 0 && month_of(word) > 0) {
      month = month_of(word);
    } else if (word != "de" && word != "le" && word != "of") {
      return std::nullopt;
    }
  }
  return year > 0 ? make_date(year, month, day) : std::nullopt;
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// "2008", "-750", and the "2008.0" that spreadsheets make of a year.
std::optional<PartialDate> parse_year(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text.substr(negative ? 1 : 0);
  const bool decimal = digits.ends_with(".0");
  if (decimal) {
    digits.remove_suffix(2);
  }
  const bool long_enough = decimal || negative || digits.size() >= 3;
  if (!all_digits(digits) || digits.size() > 4 || !long_enough || to_int(digits) == 0) {
    return std::nullopt;
  }
  return make_date(negative ? -to_int(digits) : to_int(digits), 0, 0);
}

}  // namespace

std::string PartialDate::to_string() const {
  std::string text = fmt::format("{}{:04}", year < 0 ? "-" : "", year < 0 ? -year : year);
  if (month > 0) {
    fmt::format_to(std::back_inserter(text), "-{:02}", month);
  }
  if (day > 0) {
    fmt::format_to(std::back_inserter(text), "-{:02}", day);
  }
  return text;
}

std::optional<PartialDate> parse_iso_date(std::string_view text) {
  const bool negative = text.starts_with('-');
  text.remove_prefix(negative ? 1 : 0);
  if ((text.size() != 4 && text.size() != 7 && text.size() != 10) ||
      !all_digits(text.substr(0, 4)) || (negative && text.substr(0, 4) == "0000")) {
    return std::nullopt;
  }
  const int year = negative ? -to_int(text.substr(0, 4)) : to_int(text.substr(0, 4));
  int month = 0;
  int day = 0;
  if (text.size() >= 7) {
    const std::optional<int> value = two_digits(text.substr(5, 2), 12);
    if (text[4] != '-' || !value) {
      return std::nullopt;
    }
    month = *value;
  }
  if (text.size() == 10) {
    const std::optional<int> value = two_digits(text.substr(8, 2), 31);
    if (text[7] != '-' || !value) {
      return std::nullopt;
    }
    day = *value;
  }
  return make_date(year, month, day);
}

std::optional<PartialDate> parse_date(std::string_view text) {
  text = trim(text);
  if (text.size() > 64) {
    return std::nullopt;
  }
  if (text.size() > 10 && (text[10] == 'T' || text[10] == ' ')) {  // a time follows
    if (const std::optional<PartialDate> date = parse_iso_date(text.substr(0, 10));
        date && date->year != 0) {
      return date;
    }
  }
  if (const std::optional<PartialDate> date = parse_iso_date(text)) {
    return date->year == 0 ? std::nullopt : date;
  }
  if (const std::optional<PartialDate> date = parse_year(text)) {
    return date;
  }
  if (text.find_first_not_of("0123456789/.-") == std::string_view::npos) {
    const std::optional<PartialDate> date = parse_numeric(text);
    return date && date->year != 0 ? date : std::nullopt;
  }
  return parse_worded(text);
}

}  // namespace bookreco
