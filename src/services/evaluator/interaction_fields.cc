#include "services/evaluator/interaction_fields.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

namespace bookreco {
namespace {

constexpr std::array<std::string_view, 9> kReaderNames = {"reader",
                                                          "readerid",
                                                          "user",
                                                          "userid",
                                                          "uid",
                                                          "customer",
                                                          "customerid",
                                                          "reviewerid",
                                                          "member"};
constexpr std::array<std::string_view, 13> kItemNames = {"item",
                                                         "itemid",
                                                         "iid",
                                                         "book",
                                                         "bookid",
                                                         "movie",
                                                         "movieid",
                                                         "product",
                                                         "productid",
                                                         "asin",
                                                         "isbn",
                                                         "work",
                                                         "workid"};
constexpr std::array<std::string_view, 8> kValueNames = {
    "value", "rating", "score", "weight", "grade", "count", "bookrating", "overall"};
constexpr std::array<std::string_view, 7> kTimeNames = {
    "time", "timestamp", "date", "at", "unixreviewtime", "createdat", "dateadded"};

/// "Book-ID" as "bookid", "user_id:token" as "userid".
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, name.find(':'))) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    }
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos
             ? std::string_view()
             : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Infinities and NaN are numbers here.
std::optional<float> parse_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

/// Takes a whole number of `digits` digits, then one of the characters `after` unless that is
/// empty.
bool take(std::string_view& text, std::size_t digits, std::string_view after, int& out) {
  if (text.size() < digits) {
    return false;
  }
  const char* end = text.data() + digits;
  if (text[0] < '0' || text[0] > '9' || std::from_chars(text.data(), end, out).ptr != end) {
    return false;
  }
  text.remove_prefix(digits);
  if (!after.empty()) {
    if (text.empty() || !after.contains(text[0])) {
      return false;
    }
    text.remove_prefix(1);
  }
  return true;
}

/// "", "Z", "+02:00" or "+0200" as seconds east.
std::optional<int> parse_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") {
    return 0;
  }
  const int sign = text[0] == '-' ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (text[0] != '+' && text[0] != '-') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  if (!take(text, 2, "", hours)) {
    return std::nullopt;
  }
  if (text.starts_with(':')) {
    text.remove_prefix(1);
  }
  if (!text.empty() && (!take(text, 2, "", minutes) || !text.empty())) {
    return std::nullopt;
  }
  return sign * ((hours * 60) + minutes) * 60;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  using namespace std::chrono;
  int year_number = 0;
  int month_number = 0;
  int day_number = 0;
  if (!take(text, 4, "-/", year_number) || !take(text, 2, "-/", month_number) ||
      !take(text, 2, "", day_number)) {
    return std::nullopt;
  }
  const year_month_day date{year(year_number),
                            month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number))};
  if (!date.ok()) {
    return std::nullopt;
  }
  std::int64_t seconds =
      duration_cast<std::chrono::seconds>(sys_days(date).time_since_epoch()).count();
  if (text.empty()) {
    return seconds;
  }
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!std::string_view(" T").contains(text[0])) {
    return std::nullopt;
  }
  text.remove_prefix(1);
  if (!take(text, 2, ":", hour) || !take(text, 2, "", minute)) {
    return std::nullopt;
  }
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    if (!take(text, 2, "", second)) {
      return std::nullopt;
    }
    if (text.starts_with('.')) {
      text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
    }
  }
  const std::optional<int> zone = parse_zone(trimmed(text));
  if (!zone || hour > 24 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  return seconds + (hour * 3600) + (minute * 60) + second - *zone;
}

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::optional<InteractionColumns> columns_named(std::span<const std::string_view> header) {
  InteractionColumns columns;
  columns.reader = columns.item = InteractionColumns::kNone;
  columns.fields = header.size();
  const auto set = [](std::size_t& column, std::size_t i) {
    column = column == InteractionColumns::kNone ? i : column;
  };
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string name = plain(header[i]);
    if (is_one_of(name, kReaderNames)) {
      set(columns.reader, i);
    } else if (is_one_of(name, kItemNames)) {
      set(columns.item, i);
    } else if (is_one_of(name, kValueNames)) {
      set(columns.value, i);
    } else if (is_one_of(name, kTimeNames)) {
      set(columns.time, i);
    }
  }
  const bool named =
      columns.reader != InteractionColumns::kNone && columns.item != InteractionColumns::kNone;
  return named ? std::optional(columns) : std::nullopt;
}

InteractionColumns columns_by_place(std::size_t fields) {
  InteractionColumns columns;
  columns.fields = fields;
  columns.value = fields > 2 ? 2 : InteractionColumns::kNone;
  columns.time = fields > 3 ? 3 : InteractionColumns::kNone;
  return columns;
}

bool looks_like_header(std::span<const std::string_view> row) {
  if (row.size() < 3) {
    return false;
  }
  const std::string value = plain(row[2]);
  const bool letters = std::ranges::any_of(value, [](char c) { return c >= 'a' && c <= 'z'; });
  return letters && !parse_number(trimmed(row[2]));
}

std::optional<float> parse_value(std::string_view text) {
  const std::optional<float> value = parse_number(trimmed(text));
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  text = trimmed(text);
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, seconds);
  if (error == std::errc() && rest == end) {
    return seconds;
  }
  double decimal = 0;
  const auto [stop, failure] = std::from_chars(text.data(), end, decimal);
  constexpr double kMost = 9e18;
  if (failure == std::errc() && stop == end && std::abs(decimal) < kMost) {
    return static_cast<std::int64_t>(std::floor(decimal));
  }
  return parse_date(text);
}

}  // namespace bookreco
