#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace bookreco {

/// What the id of an answer tells of it: enough to count what readers did with answers by when they
/// were given and what made them, with no answer stored. Versions are told by a digest, which
/// version_mark() gives for any known one.
struct AnswerId {
  Timestamp at{};              ///< to the millisecond, from 1970 to the year 10,000
  std::uint32_t snapshot = 0;  ///< version_mark() of the snapshot that answered
  std::uint32_t readers = 0;   ///< of the model of readers; 0 without one
  std::uint32_t random = 0;    ///< tells answers of one moment apart
  std::string strategy;        ///< as Hits::strategy; a longer one is cut to kMaxStrategyBytes

  bool operator==(const AnswerId&) const = default;
};

inline constexpr std::size_t kMaxStrategyBytes = 31;

/// 32 bits of a version's name, 0 for none.
std::uint32_t version_mark(std::string_view version);

/// The id as base64url (RFC 4648 §5, no padding): a byte 1 for the format, 6 of time, 4 each of
/// snapshot, readers and random, little-endian, the strategy after its length, and 4 bytes of
/// checksum (XXH3-64 of what is before, seed 3). About 40 characters. Frozen: clients hold them.
/// Anybody can make one: it is no proof of an answer.
std::string to_text(const AnswerId& id);

/// kInvalidArgument for what to_text() cannot have written.
Result<AnswerId> parse_answer_id(std::string_view text);

}  // namespace bookreco
