#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bookreco {

/// Numbers of one row: its labels, its neighbours, a reader's books.
using IdList = std::vector<std::uint32_t>;

/// The labels of rows without those that more than `max_share` of the rows carry: sharing them says
/// nothing.
std::vector<IdList> specific_labels(std::span<const IdList> labels, double max_share);

/// Label precision@k: the share of each row's first k neighbours (nearest first) that carry one of
/// its labels, averaged over the rows that have a label and a neighbour; 0 when there is none. A
/// row with fewer than k neighbours counts those it has.
double label_precision(std::span<const IdList> neighbours,
                       std::span<const IdList> labels,
                       std::size_t k);

}  // namespace bookreco
