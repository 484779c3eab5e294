#include "domain/timestamp.h"

#include <algorithm>
#include <charconv>

#include "domain/date.h"

namespace bookreco {
namespace {

using std::chrono::milliseconds;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes two digits off the front.
std::optional<int> take_two(std::string_view& text) {
  if (text.size() < 2 || !is_digit(text[0]) || !is_digit(text[1])) {
    return std::nullopt;
  }
  const int value = (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(2);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

/// The fraction of a second after its point, in milliseconds; further digits are cut off.
milliseconds take_fraction(std::string_view& text) {
  int value = 0;
  int place = 100;
  while (!text.empty() && is_digit(text.front())) {
    value += (text.front() - '0') * place;
    place /= 10;
    text.remove_prefix(1);
  }
  return milliseconds(value);
}

/// "", "Z", "+02:00", "-0530", "+02".
std::optional<std::chrono::minutes> read_offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") {
    return std::chrono::minutes(0);
  }
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  const auto hours = take_two(text);
  take(text, ':');
  const auto minutes = text.empty() ? std::optional(0) : take_two(text);
  if (!hours || !minutes || !text.empty() || *hours > 18 || *minutes > 59) {
    return std::nullopt;
  }
  const auto offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return west ? -offset : offset;
}

/// "12:00", "12:00:30.5+02:00" as the time since midnight in UTC.
std::optional<milliseconds> read_time_of_day(std::string_view text) {
  const auto hour = take_two(text);
  if (!hour || *hour > 23 || !take(text, ':')) {
    return std::nullopt;
  }
  const auto minute = take_two(text);
  if (!minute || *minute > 59) {
    return std::nullopt;
  }
  milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (take(text, ':')) {
    const auto second = take_two(text);
    if (!second || *second > 60) {
      return std::nullopt;
    }
    time += std::chrono::seconds(*second);
    if (take(text, '.') || take(text, ',')) {
      time += take_fraction(text);
    }
  }
  while (take(text, ' ')) {
  }
  const auto offset = read_offset(text);
  return offset ? std::optional(time - *offset) : std::nullopt;
}

std::optional<Timestamp> read_since_1970(std::string_view text) {
  std::int64_t number = 0;
  if ((text.size() != 10 && text.size() != 13) || !std::ranges::all_of(text, is_digit) ||
      std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    return std::nullopt;
  }
  return Timestamp(milliseconds(text.size() == 10 ? number * 1000 : number));
}

}  // namespace

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  if (const auto epoch = read_since_1970(text)) {
    return epoch;
  }
  // "2024-03-17T14:43:12Z", "2024-03-17 14:43"; the space of "8 juin 2016" is no such separator.
  const std::size_t colon = text.find(':');
  std::size_t split = text.npos;
  if (colon != text.npos && colon >= 3) {
    split = text.find_last_of("Tt ", colon);
  }
  const auto date = parse_date(text.substr(0, split));
  if (!date || date->year < 1) {
    return std::nullopt;
  }
  const auto day = std::chrono::sys_days(std::chrono::year(date->year) /
                                         std::chrono::month(std::max<unsigned>(date->month, 1)) /
                                         std::chrono::day(std::max<unsigned>(date->day, 1)));
  if (split == text.npos) {
    return colon == text.npos ? std::optional(Timestamp(day)) : std::nullopt;
  }
  const auto time = read_time_of_day(text.substr(split + 1));
  return time ? std::optional(Timestamp(day) + *time) : std::nullopt;
}

}  // namespace bookreco
