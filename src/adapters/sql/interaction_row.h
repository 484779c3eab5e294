#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "adapters/sql/session.h"
#include "domain/interaction.h"

namespace bookreco {

/// Sixteen bytes that two interactions of one reader share exactly when they are the same: of the
/// idempotency key, or of every other field. Frozen: the database holds them.
class InteractionDigest {
 public:
  explicit InteractionDigest(const Interaction& interaction) { set(interaction); }
  void set(const Interaction& interaction);
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::array<std::byte, 16> bytes_;
  std::string identity_;
};

/// kInvalidArgument unless every database can hold its texts.
Status require_storable(const Interaction& interaction);

/// Takes the columns book_id, kind, value, at, source, answer; fills all but the reader and the
/// key, reusing the memory of `out`. kDataLoss for a kind that is none.
Status read_interaction(const SqlRow& row, Interaction& out);

}  // namespace bookreco
