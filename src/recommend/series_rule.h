#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "index/snapshot.h"
#include "recommend/scope.h"

namespace bookreco {

/// Which volume of a series may be recommended: of a series that the reader has begun, the lowest
/// unread number above the lowest read one (or the lowest unread, when they have read to the end);
/// of another, its first. Books whose number is not known are left alone. Not for several threads.
class SeriesRule {
 public:
  SeriesRule(const Snapshot& snapshot, const std::vector<RowRef>& read, const Scope& scope);

  /// The book to recommend in place of `ref`: itself, or the volume that comes first; nullopt when
  /// that one is not in scope.
  std::optional<RowRef> stand_in(RowRef ref);

  /// The folded name of the book's series; empty when it has none.
  static std::string_view series_of(const Snapshot& snapshot, RowRef ref);

 private:
  struct Series {
    std::optional<double> number;  ///< of the volume that may be recommended
    std::vector<RowRef> volumes;   ///< its editions in scope
  };
  Series look_up(std::string_view key) const;

  const Snapshot& snapshot_;
  const Scope& scope_;
  std::unordered_map<std::string_view, std::vector<double>> read_;
  std::unordered_map<std::uint64_t, Series> known_;  ///< by number of the series in a segment
};

}  // namespace bookreco
