#pragma once

#include <cstddef>
#include <cstdint>

#include "base/progress.h"
#include "ml/sparse_rows.h"
#include "ml/string_table.h"

namespace bookreco {

struct LabelHeadOptions {
  std::size_t rank = 32;       ///< at most; fewer where the labels span fewer directions
  double field_scale = 3;      ///< how much louder a whole field (an author, a collection) is heard
                               ///< than one word
  double ridge = 0.5;          ///< beside rows of length 1
  std::size_t iterations = 4;  ///< few: stopping early regularises too
  std::uint64_t seed = 1;
  std::size_t threads = 1;  ///< never changes the result
};

/// What the terms of a text say about its labels: terms × directions, so that a row of TF-IDF times
/// it foretells where the row's labels lie. Labels themselves foretell nothing: their rows are
/// zero, so a text without labels is placed as one with them.
///
/// The label entries of each row, scaled to length 1, are projected on their leading singular
/// vectors and centred; the other entries, scaled to length 1, are regressed on them by ridge
/// regression (Hoerl & Kennard 1970), solved for all directions at once by conjugate gradients on
/// the normal equations (Hestenes & Stiefel 1952). Regression weighs every term by what it tells:
/// a collection of one kind of book tells much, a publisher of everything little.
/// No columns when fewer than two labels or two rows with labels and other terms are there.
DenseBlock fit_label_head(const SparseRows& rows,
                          const StringTable& terms,
                          const LabelHeadOptions& options,
                          const ProgressFn& progress = {});

}  // namespace bookreco
