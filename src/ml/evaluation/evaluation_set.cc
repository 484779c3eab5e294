#include <algorithm>

#include "ml/evaluation/evaluation.h"

namespace bookreco {
namespace {

InteractionMatrix::Row row_of(const InteractionMatrix& matrix, std::size_t row) {
  return row < matrix.rows() ? matrix.row(row) : InteractionMatrix::Row{};
}

void append(std::vector<HistoryItem>& out, const InteractionMatrix::Row& row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    out.push_back({row.columns[i], row.values[i]});
  }
}

bool by_item(const HistoryItem& a, const HistoryItem& b) {
  return a.item < b.item;
}

bool same_item(const HistoryItem& a, const HistoryItem& b) {
  return a.item == b.item;
}

}  // namespace

EvaluationSet::EvaluationSet(const InteractionMatrix& train,
                             const InteractionMatrix& fold_in,
                             const InteractionMatrix& test,
                             bool graded)
    : transposed_(train.positives().transposed()) {
  counts_.resize(train.columns());
  for (std::size_t item = 0; item < counts_.size(); ++item) {
    counts_[item] = static_cast<std::uint32_t>(transposed_.row(item).size());
  }
  for (std::size_t row = 0; row < train.rows(); ++row) {
    train_readers_ += train.row(row).size() > 0 ? 1 : 0;
  }
  for (std::uint32_t row = 0; row < test.rows(); ++row) {
    const InteractionMatrix::Row tested = test.row(row);
    if (tested.size() == 0) {
      continue;
    }
    Reader reader;
    reader.row = row;
    append(reader.history, row_of(train, row));
    append(reader.history, row_of(fold_in, row));
    std::ranges::stable_sort(reader.history, by_item);
    const auto twice = std::ranges::unique(reader.history, same_item);
    reader.history.erase(twice.begin(), twice.end());
    for (std::size_t i = 0; i < tested.size(); ++i) {
      const HistoryItem item{tested.columns[i], graded ? tested.values[i] : 1.0F};
      if (std::ranges::binary_search(reader.history, item, by_item)) {
        ++already_known_;
      } else if (!(tested.values[i] > 0)) {
        ++not_liked_;
      } else {
        reader.relevant.push_back(item);
        ++relevant_entries_;
        cold_entries_ += counts_[item.item] == 0 ? 1 : 0;
      }
    }
    if (!reader.relevant.empty()) {
      readers_.push_back(std::move(reader));
    }
  }
}

EvaluationSet EvaluationSet::sample(std::size_t most) const {
  EvaluationSet out = *this;
  const std::size_t taken = std::min(most, readers_.size());
  out.readers_.clear();
  for (std::size_t i = 0; i < taken; ++i) {
    out.readers_.push_back(readers_[i * readers_.size() / taken]);
  }
  return out;
}

}  // namespace bookreco
