#include "ml/collaborative/item_weights.h"

#include <algorithm>
#include <cmath>

#include "ml/collaborative/model_sections.h"

namespace bookreco {
namespace {

class ItemWeightsModel final : public CollaborativeModel {
 public:
  ItemWeightsModel(ModelInfo info, InteractionMatrix weights)
      : CollaborativeModel(std::move(info)), weights_(std::move(weights)) {}

  std::size_t items() const override { return weights_.columns(); }
  std::size_t bytes() const override {
    return weights_.offsets().size_bytes() + weights_.ids().size_bytes() +
           weights_.values().size_bytes();
  }

  void score(ItemHistory history, std::span<float> out) const override {
    std::ranges::fill(out, 0.0F);
    for (const auto& [item, weight] : history) {
      if (item >= items()) {
        continue;
      }
      const auto row = weights_.row(item);
      for (std::size_t i = 0; i < row.size(); ++i) {
        out[row.columns[i]] += weight * row.values[i];
      }
    }
  }

  std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t> targets,
                                                    ItemHistory history) const override {
    std::vector<std::vector<ScoredItem>> reasons(targets.size());
    for (std::size_t t = 0; t < targets.size(); ++t) {
      for (const auto& [item, weight] : history) {
        const float part = item < items() ? weight * weight_of(item, targets[t]) : 0;
        reasons[t].push_back({item, part});
      }
    }
    return reasons;
  }

  Status write(SectionWriter& writer, std::string_view prefix) const override {
    BOOKRECO_TRY_VOID(write_info(writer, prefix, info()));
    BOOKRECO_TRY_VOID(writer.add(section_name(prefix, "offsets"), weights_.offsets()));
    BOOKRECO_TRY_VOID(writer.add(section_name(prefix, "targets"), weights_.ids()));
    return writer.add(section_name(prefix, "weights"), weights_.values());
  }

 private:
  float weight_of(std::uint32_t source, std::uint32_t target) const {
    const auto row = weights_.row(source);
    const auto found = std::ranges::lower_bound(row.columns, target);
    return found != row.columns.end() && *found == target
               ? row.values[static_cast<std::size_t>(found - row.columns.begin())]
               : 0;
  }

  InteractionMatrix weights_;
};

bool heavier(const ScoredItem& a, const ScoredItem& b) {
  const float x = std::abs(a.score);
  const float y = std::abs(b.score);
  return x != y ? x > y : a.item < b.item;
}

}  // namespace

std::unique_ptr<CollaborativeModel> make_item_weights_model(ModelInfo info,
                                                            InteractionMatrix weights) {
  info.metrics["weights"] = static_cast<double>(weights.entries());
  return std::make_unique<ItemWeightsModel>(std::move(info), std::move(weights));
}

ModelResult read_item_weights_model(const SectionFile& file,
                                    std::string_view prefix,
                                    ModelInfo info) {
  BOOKRECO_TRY(const auto offsets, file.array<std::uint64_t>(section_name(prefix, "offsets")));
  BOOKRECO_TRY(const auto targets, file.array<std::uint32_t>(section_name(prefix, "targets")));
  BOOKRECO_TRY(const auto weights, file.array<float>(section_name(prefix, "weights")));
  if (offsets.empty()) {
    return fail(Code::kDataLoss, "it has no items: train the model again");
  }
  auto matrix = InteractionMatrix::from_rows(offsets.size() - 1,
                                             {offsets.begin(), offsets.end()},
                                             {targets.begin(), targets.end()},
                                             {weights.begin(), weights.end()});
  if (!matrix) {
    return fail(Code::kDataLoss, "{}: train the model again", matrix.error().message);
  }
  return std::make_unique<ItemWeightsModel>(std::move(info), std::move(*matrix));
}

IncomingWeights::IncomingWeights(std::size_t items, std::size_t per_item)
    : items_(items),
      per_item_(std::min(per_item, items)),
      counts_(items, 0),
      kept_(items * per_item_) {}

void IncomingWeights::put_dense(std::size_t target, std::span<const float> weights) {
  std::vector<ScoredItem> candidates;
  candidates.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    candidates.push_back({static_cast<std::uint32_t>(i), weights[i]});
  }
  put(target, candidates);
}

void IncomingWeights::put(std::size_t target, std::span<ScoredItem> candidates) {
  const auto dropped = std::ranges::remove_if(candidates, [](const ScoredItem& candidate) {
    return candidate.score == 0 || !std::isfinite(candidate.score);
  });
  candidates = candidates.first(candidates.size() - dropped.size());
  const std::size_t count = std::min(per_item_, candidates.size());
  if (count < candidates.size()) {
    std::ranges::nth_element(
        candidates, candidates.begin() + static_cast<std::ptrdiff_t>(count), heavier);
  }
  const auto kept = candidates.first(count);
  std::ranges::sort(kept, {}, &ScoredItem::item);
  std::ranges::copy(kept, kept_.begin() + static_cast<std::ptrdiff_t>(target * per_item_));
  counts_[target] = static_cast<std::uint32_t>(count);
}

InteractionMatrix IncomingWeights::take() {
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> sources;
  std::vector<float> weights;
  for (std::size_t target = 0; target < items_; ++target) {
    for (std::size_t i = 0; i < counts_[target]; ++i) {
      const ScoredItem& kept = kept_[target * per_item_ + i];
      sources.push_back(kept.item);
      weights.push_back(kept.score);
    }
    offsets.push_back(sources.size());
  }
  kept_ = {};
  auto matrix = InteractionMatrix::from_rows(
      items_, std::move(offsets), std::move(sources), std::move(weights));
  BOOKRECO_CHECK(matrix.has_value());
  return matrix->transposed();
}

std::uint64_t IncomingWeights::bytes(std::size_t items, std::size_t per_item) {
  const std::uint64_t kept = std::uint64_t{items} * std::min(items, per_item);
  return kept * (sizeof(ScoredItem) + 2 * (sizeof(std::uint32_t) + sizeof(float)));
}

}  // namespace bookreco
