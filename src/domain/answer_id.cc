#include "domain/answer_id.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/utf8.h"

namespace bookreco {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint64_t kFormat = 1;
constexpr std::uint64_t kChecksumSeed = 3;
constexpr std::size_t kTimeBytes = 6;
constexpr std::size_t kWordBytes = 4;
constexpr std::size_t kFixedBytes = 1 + kTimeBytes + 3 * kWordBytes + 1 + kWordBytes;
constexpr std::int64_t kLastTime = 253'402'300'799'999;  // the end of the year 9999

void append_number(std::string& out, std::uint64_t number, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) {
    out += static_cast<char>((number >> (8 * i)) & 0xFF);
  }
}

/// Takes numbers from the front.
std::uint64_t take_number(std::string_view& bytes, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = size; i-- > 0;) {
    number = (number << 8) | static_cast<unsigned char>(bytes[i]);
  }
  bytes.remove_prefix(size);
  return number;
}

std::uint32_t checksum_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(hash64(bytes, kChecksumSeed));
}

std::string to_base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = (held << 8) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6; bits -= 6) {
      out += kDigits[(held >> (bits - 6)) & 63];
    }
  }
  if (bits > 0) {
    out += kDigits[(held << (6 - bits)) & 63];
  }
  return out;
}

/// Empty for a character that is no digit; what is left of the last digit is dropped.
std::string from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == kDigits.npos) {
      return {};
    }
    held = (held << 6) | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>((held >> bits) & 0xFF);
    }
  }
  return out;
}

}  // namespace

std::uint32_t version_mark(std::string_view version) {
  return version.empty() ? 0
                         : std::max(1U, static_cast<std::uint32_t>(hash64(version, kChecksumSeed)));
}

std::string to_text(const AnswerId& id) {
  std::string bytes;
  append_number(bytes, kFormat, 1);
  const std::int64_t time = id.at.time_since_epoch().count();
  append_number(
      bytes, static_cast<std::uint64_t>(std::clamp<std::int64_t>(time, 0, kLastTime)), kTimeBytes);
  append_number(bytes, id.snapshot, kWordBytes);
  append_number(bytes, id.readers, kWordBytes);
  append_number(bytes, id.random, kWordBytes);
  auto strategy = std::string_view(id.strategy).substr(0, kMaxStrategyBytes);
  while (!is_utf8(strategy)) {  // cut inside a character
    strategy.remove_suffix(1);
  }
  append_number(bytes, strategy.size(), 1);
  bytes += strategy;
  append_number(bytes, checksum_of(bytes), kWordBytes);
  return to_base64url(bytes);
}

Result<AnswerId> parse_answer_id(std::string_view text) {
  constexpr const char* kNotOurs =
      "is not the id of an answer: give the member \"answer\" of an answer as it came";
  const std::string bytes = from_base64url(text);
  // One text for one id: digits that say nothing may not differ.
  if (bytes.size() < kFixedBytes || to_base64url(bytes) != text) {
    return fail(Code::kInvalidArgument, "{}", kNotOurs);
  }
  std::string_view left = bytes;
  std::string_view last = left.substr(left.size() - kWordBytes);
  left.remove_suffix(kWordBytes);
  if (take_number(last, kWordBytes) != checksum_of(left)) {
    return fail(Code::kInvalidArgument, "{}", kNotOurs);
  }
  if (take_number(left, 1) != kFormat) {
    return fail(Code::kInvalidArgument, "is the id of an answer of a newer program");
  }
  AnswerId id;
  const auto time = static_cast<std::int64_t>(take_number(left, kTimeBytes));
  id.at = Timestamp(std::chrono::milliseconds(time));
  id.snapshot = static_cast<std::uint32_t>(take_number(left, kWordBytes));
  id.readers = static_cast<std::uint32_t>(take_number(left, kWordBytes));
  id.random = static_cast<std::uint32_t>(take_number(left, kWordBytes));
  const std::uint64_t length = take_number(left, 1);
  if (length != left.size() || length > kMaxStrategyBytes || time > kLastTime || !is_utf8(left)) {
    return fail(Code::kInvalidArgument, "{}", kNotOurs);
  }
  id.strategy = left;
  return id;
}

}  // namespace bookreco
