#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace bookreco {

/// What a reader did with a book. Names are frozen: they are stored and travel in the API.
enum class InteractionKind {
  kLoved,
  kLiked,
  kNeutral,
  kDisliked,
  kRating,
  kWantToRead,
  kReading,
  kRead,
  kDidNotFinish,
  kView,
  kClick,
  kPurchase,
  kNotNow,
  kHide,
};

/// "loved", "want_to_read", …
std::string_view kind_name(InteractionKind kind);
std::optional<InteractionKind> parse_kind(std::string_view name);

struct Interaction {
  std::string reader_id;
  std::string book_id;
  InteractionKind kind = InteractionKind::kRead;
  std::optional<double> value;  ///< stars for kRating, 0.25 to 5
  Timestamp at{};
  std::string source;  ///< "api", "goodbooks", "synthetic", …
  std::string
      idempotency_key;  ///< the same key twice is stored once; derived from the rest when empty
};

/// The key of an interaction that brings none: 32 hex digits of its other fields.
std::string derive_idempotency_key(const Interaction& interaction);

}  // namespace bookreco
