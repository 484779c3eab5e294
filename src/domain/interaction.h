#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace bookreco {

/// What a reader did with a book. Names and numbers are frozen: names travel in the API, numbers
/// are stored.
enum class InteractionKind : std::uint8_t {
  kLoved = 0,
  kLiked = 1,
  kNeutral = 2,
  kDisliked = 3,
  kRating = 4,
  kWantToRead = 5,
  kReading = 6,
  kRead = 7,
  kDidNotFinish = 8,
  kView = 9,
  kClick = 10,
  kPurchase = 11,
  kNotNow = 12,
  kHide = 13,
};
inline constexpr std::size_t kInteractionKinds = 14;

/// "loved", "want_to_read", …
std::string_view kind_name(InteractionKind kind);
std::optional<InteractionKind> parse_kind(std::string_view name);
/// In the order of their numbers.
std::span<const InteractionKind> all_kinds();
/// "loved, liked, …", for messages.
std::string kind_names();

/// What a kind speaks of. A reader holds one statement of each group about a book, the latest;
/// events add up.
enum class KindGroup : std::uint8_t {
  kOpinion,  ///< loved, liked, neutral, disliked, rating
  kShelf,    ///< want_to_read, reading, read, did_not_finish
  kNotNow,
  kHide,
  kEvent,  ///< view, click, purchase
};
KindGroup kind_group(InteractionKind kind);
/// The kinds of the group of `kind`.
std::span<const InteractionKind> kinds_beside(InteractionKind kind);

struct Interaction {
  std::string reader_id;
  std::string book_id;
  InteractionKind kind = InteractionKind::kRead;
  std::optional<double> value;  ///< stars for kRating, 0.25 to 5 in quarters; of no other kind
  Timestamp at{};               ///< kUnknownTime when nobody knows
  std::string source;           ///< "api", "goodbooks", "synthetic", …
  /// The same key of one reader is one interaction; empty: two are the same when all fields are.
  std::string idempotency_key;
  std::string answer = {};  ///< the id of the answer that led to it (domain/answer_id.h), or empty
};

/// The time of what has none: before every other, and neither decays nor expires.
inline constexpr Timestamp kUnknownTime{};

// Limits of the texts of an interaction, in bytes. All are UTF-8 without NUL.
inline constexpr std::size_t kMaxIdBytes = 256;  ///< reader, book, idempotency key
inline constexpr std::size_t kMaxSourceBytes = 64;
/// How far ahead of ours another clock or time zone may be: such a time counts as now. Later ones
/// are refused.
inline constexpr std::chrono::hours kClockTolerance{24};

struct InteractionIssue {
  std::string field;
  std::string value;  ///< at most 200 bytes, UTF-8
  std::string reason;
};

/// Puts an interaction into the form that stores take, or says what is wrong with it. A time that
/// counts as now gives it an idempotency key of what was said, so that saying it again is the same
/// interaction.
std::optional<InteractionIssue> admit(Interaction& interaction, Timestamp now);

/// What is wrong with the id of a reader, empty when nothing is.
std::string reader_id_problem(std::string_view id);

/// The key of an interaction that brings none: 32 hex digits of its other fields.
std::string derive_idempotency_key(const Interaction& interaction);

}  // namespace bookreco
