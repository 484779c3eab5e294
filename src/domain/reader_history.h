#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/interaction.h"

namespace bookreco {

/// What an interaction of one kind counts.
struct KindPolicy {
  double weight = 0;          ///< on the scale of grades: loved is 1, disliked below 0
  double half_life_days = 0;  ///< its weight halves every so many days; 0: never
  double ttl_days = 0;        ///< after so many days it counts for nothing; 0: never
};

/// One per kind, by number; docs/interactions.md tells why these. The weight of `rating` multiplies
/// that of its stars, which lie on a line through 5 loved, 4 liked, 3 neutral and 1 disliked.
struct InteractionPolicy {
  std::array<KindPolicy, kInteractionKinds> kinds = {{
      {1.0, 0, 0},       // loved
      {0.6, 0, 0},       // liked
      {0.0, 0, 0},       // neutral
      {-0.5, 0, 0},      // disliked
      {1.0, 0, 0},       // rating
      {0.3, 365, 1095},  // want_to_read
      {0.3, 365, 0},     // reading
      {0.2, 1095, 0},    // read
      {-0.2, 1095, 0},   // did_not_finish
      {0.02, 14, 90},    // view
      {0.05, 30, 180},   // click
      {0.4, 730, 0},     // purchase
      {0.0, 0, 90},      // not_now
      {0.0, 0, 0},       // hide
  }};

  const KindPolicy& of(InteractionKind kind) const { return kinds[static_cast<std::size_t>(kind)]; }
  KindPolicy& of(InteractionKind kind) { return kinds[static_cast<std::size_t>(kind)]; }
};

/// What a reader's history says of one book.
struct WeightedBook {
  std::string book_id;
  double weight = 0;      ///< above 0 speaks for books like it, below 0 against; 0 says nothing
  bool excluded = false;  ///< not to be recommended again: read, owned, wished for, dismissed
  Timestamp at{};         ///< of the latest interaction that counts

  bool operator==(const WeightedBook&) const = default;
};

/// One reader's interactions as weights at a time. Of a book's opinions the latest counts; without
/// one the latest shelf; without one its events together, never more than a liked book. Heaviest
/// first, of equals the latest, then by id. Pure: the order of `history` is of no account.
std::vector<WeightedBook> weigh(std::span<const Interaction> history,
                                const InteractionPolicy& policy,
                                Timestamp now);

/// The statements of one reader about one book that hold, none of them an event but the latest
/// purchase.
struct LibraryEntry {
  std::string book_id;
  std::vector<Interaction> statements;  ///< one per group, latest first

  Timestamp at() const { return statements.front().at; }
};

/// The books that a reader said something about, latest first. Views and clicks say nothing.
std::vector<LibraryEntry> library_of(std::span<const Interaction> history);

}  // namespace bookreco
