#include "ml/collaborative/popularity.h"

#include <algorithm>
#include <cmath>

#include "ml/collaborative/model_sections.h"

namespace bookreco {
namespace {

constexpr double kSecondsPerDay = 86'400;

class PopularityModel final : public CollaborativeModel {
 public:
  PopularityModel(ModelInfo info, std::vector<float> scores)
      : CollaborativeModel(std::move(info)), scores_(std::move(scores)) {}

  std::size_t items() const override { return scores_.size(); }
  std::size_t bytes() const override { return scores_.size() * sizeof(float); }
  void score(ItemHistory, std::span<float> out) const override {
    std::ranges::copy(scores_, out.begin());
  }
  std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t> items,
                                                    ItemHistory history) const override {
    std::vector<ScoredItem> nothing;
    for (const HistoryItem& entry : history) {
      nothing.push_back({entry.item, 0});
    }
    return std::vector(items.size(), nothing);
  }
  Status write(SectionWriter& writer, std::string_view prefix) const override {
    BOOKRECO_TRY_VOID(write_info(writer, prefix, info()));
    return writer.add(section_name(prefix, "scores"), std::span<const float>(scores_));
  }

 private:
  std::vector<float> scores_;
};

std::uint64_t memory(const FitInput& input) {
  return input.matrix.columns() * (sizeof(double) + sizeof(float));
}

ModelResult read(const SectionFile& file, std::string_view prefix, ModelInfo info) {
  BOOKRECO_TRY(const auto stored, file.array<float>(section_name(prefix, "scores")));
  std::vector<float> scores(stored.begin(), stored.end());
  return std::make_unique<PopularityModel>(std::move(info), std::move(scores));
}

/// half_life in seconds; 0: time does not count.
ModelResult fit_decayed(FitInput input, double half_life) {
  const InteractionMatrix& matrix = input.matrix;
  const auto times = matrix.times();
  std::int64_t now = input.context.now;
  if (now == 0 && !times.empty()) {
    now = *std::ranges::max_element(times);
  }
  std::vector<double> sums(matrix.columns(), 0.0);
  for (std::size_t i = 0; i < matrix.entries(); ++i) {
    double weight = matrix.values()[i];
    if (half_life > 0 && !times.empty()) {
      const double age = static_cast<double>(now) - static_cast<double>(times[i]);
      weight *= std::exp2(-std::max(age, 0.0) / half_life);
    }
    sums[matrix.ids()[i]] += weight;
  }
  const std::vector<float> scores(sums.begin(), sums.end());
  report(input.context.progress, "popularity", 1, 1);
  return std::make_unique<PopularityModel>(std::move(input.info), scores);
}

}  // namespace

ModelRecipe popularity_recipe() {
  return {{"popularity", "What most readers liked.", {}, false},
          memory,
          "leave out books that nobody read",
          [](FitInput input) { return fit_decayed(std::move(input), 0); },
          read};
}

ModelRecipe trending_recipe() {
  static constexpr ModelParameter kParameters[] = {
      {"half_life_days", 30, 0.01, 36'500, ModelParameter::Scale::kLog}};
  return {{"trending", "What readers like these days.", kParameters, false},
          memory,
          "leave out books that nobody read",
          [](FitInput input) {
            const double days = input.number("half_life_days");
            return fit_decayed(std::move(input), days * kSecondsPerDay);
          },
          read};
}

}  // namespace bookreco
