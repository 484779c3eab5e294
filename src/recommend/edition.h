#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "index/snapshot.h"
#include "ports/recommender.h"
#include "recommend/scope.h"

namespace bookreco {

/// Which edition of a work an answer shows: of those in scope one that can be had, in the language
/// wished for, in the format wished for, in this order; between equals the one that was found.
/// What the request does not say is taken from the books that the reader liked: the language of
/// most of them, and the formats and bindings ("Poche", "Audiobook") that more than half of them
/// and at least two have. For one request; refers to the snapshot and the scope.
class Editions {
 public:
  Editions(const Snapshot& snapshot,
           const EditionWish& wish,
           std::span<const RowRef> liked,
           const Scope& scope);

  /// The edition to show for the work of `found`; `found` itself when it has no better one.
  RowRef in_place_of(RowRef found) const;
  /// The edition to show for a work; nullopt when none is in scope.
  std::optional<RowRef> of(std::uint64_t work) const;

 private:
  /// Smaller is better.
  using Rank = std::tuple<bool, std::size_t, std::size_t>;
  Rank rank(RowRef ref) const;
  void improve(std::uint64_t work, std::optional<RowRef>& best) const;

  const Snapshot& snapshot_;
  const Scope& scope_;
  std::vector<std::string> languages_;  ///< keys, best first
  std::vector<std::string> formats_;    ///< likewise
};

}  // namespace bookreco
