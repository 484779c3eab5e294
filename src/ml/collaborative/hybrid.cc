#include "ml/collaborative/hybrid.h"

#include <algorithm>
#include <cmath>

#include "ml/collaborative/model_sections.h"
#include "ml/collaborative/score_scale.h"

namespace bookreco {
namespace {

constexpr std::uint64_t kMostParts = 64;

class HybridModel final : public CollaborativeModel {
 public:
  HybridModel(ModelInfo info,
              HybridParts parts,
              HybridWeights weights,
              std::vector<std::uint8_t> groups)
      : CollaborativeModel(std::move(info)),
        parts_(std::move(parts)),
        weights_(std::move(weights)),
        groups_(std::move(groups)) {}

  std::size_t items() const override { return groups_.size(); }
  std::size_t bytes() const override {
    std::size_t sum = groups_.size();
    for (const auto& part : parts_) {
      sum += part->bytes();
    }
    return sum;
  }

  void score(ItemHistory history, std::span<float> out) const override {
    const std::size_t group = HybridWeights::history_group(history.size());
    std::ranges::fill(out, 0.0F);
    std::vector<float> own(items());
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (!counts(group, p)) {
        continue;
      }
      parts_[p]->score(history, own);
      const float scale = inverse_deviation(own);
      for (std::size_t i = 0; i < own.size(); ++i) {
        out[i] += weights_.at(group, groups_[i])[p] * damped(scale * own[i]);
      }
    }
  }

  std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t> asked,
                                                    ItemHistory history) const override {
    std::vector<ScoredItem> nothing;
    for (const HistoryItem& entry : history) {
      nothing.push_back({entry.item, 0});
    }
    std::vector<std::vector<ScoredItem>> sums(asked.size(), nothing);
    const std::size_t group = HybridWeights::history_group(history.size());
    std::vector<float> own(items());
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (!counts(group, p)) {
        continue;
      }
      parts_[p]->score(history, own);
      const float deviation = inverse_deviation(own);
      const auto reasons = parts_[p]->explain_each(asked, history);
      for (std::size_t a = 0; a < asked.size(); ++a) {
        const float score = asked[a] < items() ? own[asked[a]] : 0;
        if (score == 0) {
          continue;
        }
        // The part's reasons share out what the part gave to the score.
        const float weight = weights_.at(group, groups_[asked[a]])[p];
        const float scale = weight * damped(deviation * score) / score;
        for (std::size_t i = 0; i < nothing.size(); ++i) {
          sums[a][i].score += scale * reasons[a][i].score;
        }
      }
    }
    return sums;
  }

  Status write(SectionWriter& writer, std::string_view prefix) const override {
    BOOKRECO_TRY_VOID(write_info(writer, prefix, info()));
    const std::uint64_t count = parts_.size();
    BOOKRECO_TRY_VOID(writer.add(section_name(prefix, "parts"), std::span(&count, 1)));
    BOOKRECO_TRY_VOID(
        writer.add(section_name(prefix, "blend"), std::span<const float>(weights_.values)));
    BOOKRECO_TRY_VOID(
        writer.add(section_name(prefix, "groups"), std::span<const std::uint8_t>(groups_)));
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      BOOKRECO_TRY_VOID(parts_[p]->write(writer, fmt::format("{}{}.", prefix, p)));
    }
    return {};
  }

 private:
  bool counts(std::size_t history_group, std::size_t part) const {
    for (std::size_t group = 0; group < HybridWeights::kReaderGroups; ++group) {
      if (weights_.at(history_group, group)[part] != 0) {
        return true;
      }
    }
    return false;
  }

  HybridParts parts_;
  HybridWeights weights_;
  std::vector<std::uint8_t> groups_;  ///< by item
};

Result<std::string> shared_space(const HybridParts& parts, std::size_t items) {
  std::string space;
  for (const auto& part : parts) {
    const std::string& own = part->info().space;
    if (part->items() != items || (!own.empty() && !space.empty() && own != space)) {
      return fail(Code::kInvalidArgument,
                  "the {} part has {} books in space \"{}\", the others {} in \"{}\"",
                  part->info().kind,
                  part->items(),
                  own,
                  items,
                  space);
    }
    space = own.empty() ? space : own;
  }
  return space;
}

ModelResult read(const SectionFile& file, std::string_view prefix, ModelInfo info) {
  BOOKRECO_TRY(const auto count, read_array<std::uint64_t>(file, prefix, "parts", 1));
  if (count[0] == 0 || count[0] > kMostParts) {
    return fail(Code::kDataLoss, "a hybrid of {} parts: train the model again", count[0]);
  }
  HybridWeights weights(count[0]);
  BOOKRECO_TRY(weights.values, read_array<float>(file, prefix, "blend", weights.values.size()));
  BOOKRECO_TRY(const auto groups, file.array<std::uint8_t>(section_name(prefix, "groups")));
  const bool sane =
      std::ranges::all_of(
          groups, [](std::uint8_t group) { return group < HybridWeights::kReaderGroups; }) &&
      std::ranges::all_of(weights.values, [](float value) { return std::isfinite(value); });
  if (!sane) {
    return fail(Code::kDataLoss, "its weights are damaged: train the model again");
  }
  HybridParts parts;
  for (std::uint64_t p = 0; p < count[0]; ++p) {
    BOOKRECO_TRY(parts.emplace_back(), read_model(file, fmt::format("{}{}.", prefix, p)));
  }
  if (const auto space = shared_space(parts, groups.size()); !space || *space != info.space) {
    return fail(Code::kDataLoss, "its parts do not fit together: train the model again");
  }
  return std::make_unique<HybridModel>(std::move(info),
                                       std::move(parts),
                                       std::move(weights),
                                       std::vector<std::uint8_t>(groups.begin(), groups.end()));
}

}  // namespace

std::size_t HybridWeights::history_group(std::size_t length) {
  return static_cast<std::size_t>(std::ranges::lower_bound(kHistoryEnds, length) - kHistoryEnds);
}

std::size_t HybridWeights::reader_group(std::uint32_t readers) {
  return static_cast<std::size_t>(std::ranges::lower_bound(kReaderEnds, readers) - kReaderEnds);
}

Result<std::unique_ptr<CollaborativeModel>> make_hybrid(HybridParts parts,
                                                        HybridWeights weights,
                                                        std::span<const std::uint32_t> readers) {
  if (parts.empty() || parts.size() > kMostParts || weights.parts != parts.size()) {
    return fail(Code::kInvalidArgument,
                "{} parts with weights for {}: a hybrid has 1 to {}, each with its weights",
                parts.size(),
                weights.parts,
                kMostParts);
  }
  ModelInfo info;
  info.kind = "hybrid";
  BOOKRECO_TRY(info.space, shared_space(parts, readers.size()));
  info.data = parts.front()->info().data;
  info.metrics["parts"] = static_cast<double>(parts.size());
  std::vector<std::uint8_t> groups(readers.size());
  std::ranges::transform(readers, groups.begin(), [](std::uint32_t count) {
    return static_cast<std::uint8_t>(HybridWeights::reader_group(count));
  });
  return std::make_unique<HybridModel>(
      std::move(info), std::move(parts), std::move(weights), std::move(groups));
}

ModelRecipe hybrid_recipe() {
  return {{"hybrid", "Several models, blended by how much is known.", {}, false},
          nullptr,
          "",
          nullptr,
          read};
}

}  // namespace bookreco
