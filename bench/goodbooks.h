#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "ml/collaborative_model.h"
#include "ml/interaction_matrix.h"

namespace bookreco {

/// goodbooks-10k, first version, as recommender papers cut it for strong generalisation: ratings of
/// 4 and 5, readers with at least 5 of them, readers permuted by NumPy's RandomState(42), the first
/// 2,500 held out; four fifths of a held-out reader's books are the history, one fifth the targets.
struct StrongSplit {
  InteractionMatrix train;
  InteractionMatrix validation;      ///< 2,500 more readers, not in `train`
  std::vector<std::uint32_t> books;  ///< the book_id of each column
  struct Reader {
    std::vector<HistoryItem> history;
    std::vector<std::uint32_t> targets;
  };
  std::vector<Reader> test;
  std::vector<Reader> tune;  ///< the validation readers, cut in the same way
};

/// Without tuning readers they train too.
Result<StrongSplit> load_goodbooks(const std::string& path, bool tuning);

}  // namespace bookreco
