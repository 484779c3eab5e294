#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "index/snapshot.h"

namespace bookreco {

/// Groups of taste, each told by a cluster of the catalogue, and how much each likes a book. With a
/// collaborative model a group is a made-up reader of the works of its cluster that most readers
/// have, asked of the model; its share is that of its works' readers. Without one it is the centre
/// of its cluster and its share that of its books. At most kMaxTastes, those of the largest shares;
/// none when no cluster has a book. Refers to the snapshot. For one request.
class Tastes {
 public:
  static constexpr std::size_t kMaxTastes = 24;

  explicit Tastes(const Snapshot& snapshot);

  std::size_t count() const { return groups_.size(); }
  /// The part of each group in all readers; they add up to 1.
  std::vector<double> shares() const;

  /// Per book and group, the chance that one of the group likes the book given that they know it:
  /// lift / (1 + lift), lift being P(book | group) / P(book), kept within [0.05, 0.95]. Row i of
  /// count() values is books[i].
  std::vector<double> liked(std::span<const RowRef> books) const;

 private:
  struct Group {
    std::uint32_t cluster = 0;
    double share = 0;
    std::vector<std::uint32_t> works;  ///< items of the model, ascending
  };
  void from_readers();
  void from_books();
  void keep_largest();
  /// P(book | group) but for a factor of the group, per book; below 0 where the group cannot tell.
  std::vector<double> told_by_readers(const Group& group, std::span<const RowRef> books) const;
  std::vector<double> told_by_content(const Group& group, std::span<const RowRef> books) const;

  const Snapshot& snapshot_;
  std::vector<Group> groups_;
};

}  // namespace bookreco
