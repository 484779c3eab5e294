#include "ml/collaborative/content.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "kernels/gathered.h"
#include "kernels/linear.h"
#include "ml/collaborative/model_sections.h"

namespace bookreco {
namespace {

constexpr std::size_t kLongHistory = 256;
constexpr ModelParameter kParameters[] = {
    {"power", 2, 1, 8, ModelParameter::Scale::kInteger},
};

float raised(float cosine, std::size_t power) {
  const float base = std::max(cosine, 0.0F);
  float out = base;
  for (std::size_t i = 1; i < power; ++i) {
    out *= base;
  }
  return out;
}

class ContentModel final : public CollaborativeModel {
 public:
  ContentModel(ModelInfo info, Factors vectors, std::size_t power)
      : CollaborativeModel(std::move(info)), vectors_(std::move(vectors)), power_(power) {}

  std::size_t items() const override { return vectors_.rows; }
  std::size_t bytes() const override { return vectors_.values.size() * sizeof(float); }

  void score(ItemHistory history, std::span<float> out) const override {
    std::ranges::fill(out, 0.0F);
    if (history.size() > kLongHistory) {
      const std::vector<float> mean = mean_of(history);
      row_dots(vectors_.values.data(), items(), vectors_.stride, mean.data(), out.data());
      return;
    }
    std::vector<float> cosines(items());
    for (const auto& [item, weight] : history) {
      if (item < items()) {
        row_dots(
            vectors_.values.data(), items(), vectors_.stride, vectors_.row(item), cosines.data());
        for (std::size_t i = 0; i < out.size(); ++i) {
          out[i] += weight * raised(cosines[i], power_);
        }
      }
    }
  }

  std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t> targets,
                                                    ItemHistory history) const override {
    const bool mean = history.size() > kLongHistory;
    std::vector<std::vector<ScoredItem>> reasons(targets.size());
    for (std::size_t t = 0; t < targets.size(); ++t) {
      for (const auto& [item, weight] : history) {
        float part = 0;
        if (item < items() && targets[t] < items()) {
          const float cosine = dot({vectors_.row(item), vectors_.stride},
                                   {vectors_.row(targets[t]), vectors_.stride});
          part = weight * (mean ? cosine : raised(cosine, power_));
        }
        reasons[t].push_back({item, part});
      }
    }
    return reasons;
  }

  Status write(SectionWriter& writer, std::string_view prefix) const override {
    BOOKRECO_TRY_VOID(write_info(writer, prefix, info()));
    const std::uint64_t shape[] = {vectors_.rows, vectors_.dimension, power_};
    BOOKRECO_TRY_VOID(
        writer.add(section_name(prefix, "shape"), std::span<const std::uint64_t>(shape)));
    return writer.add(section_name(prefix, "vectors"), std::span<const float>(vectors_.values));
  }

 private:
  std::vector<float> mean_of(ItemHistory history) const {
    std::vector<float> mean(vectors_.stride, 0.0F);
    for (const auto& [item, weight] : history) {
      if (item < items()) {
        axpy(weight, {vectors_.row(item), vectors_.stride}, mean);
      }
    }
    return mean;
  }

  Factors vectors_;
  std::size_t power_;
};

std::uint64_t memory(const FitInput& input) {
  const Factors shape(0, input.context.vectors->dimension);
  return input.matrix.columns() * shape.stride * sizeof(float);
}

ModelResult fit(FitInput input) {
  Factors vectors = centred_vectors(*input.context.vectors);
  input.info.space = input.context.vectors->space;
  report(input.context.progress, "content", 1, 1);
  const std::size_t power = input.count("power");
  return std::make_unique<ContentModel>(std::move(input.info), std::move(vectors), power);
}

ModelResult read(const SectionFile& file, std::string_view prefix, ModelInfo info) {
  BOOKRECO_TRY(const auto shape, read_array<std::uint64_t>(file, prefix, "shape", 3));
  if (shape[0] > 0xffffffff || shape[1] == 0 || shape[1] > 65'536 || shape[2] == 0 ||
      shape[2] > 8) {
    return fail(Code::kDataLoss, "{} × {} vectors: train the model again", shape[0], shape[1]);
  }
  Factors vectors;
  vectors.rows = shape[0];
  vectors.dimension = shape[1];
  vectors.stride = (vectors.dimension + 15) / 16 * 16;
  BOOKRECO_TRY(vectors.values,
               read_array<float>(file, prefix, "vectors", vectors.rows * vectors.stride));
  return std::make_unique<ContentModel>(std::move(info), std::move(vectors), shape[2]);
}

}  // namespace

Factors centred_vectors(const ItemVectors& given) {
  Factors vectors(given.values.size() / given.dimension, given.dimension);
  std::vector<double> mean(given.dimension, 0.0);
  double counted = 0;
  const auto has_vector = [&](std::size_t i) {
    return std::ranges::any_of(given.row(i), [](float value) { return value != 0; });
  };
  for (std::size_t i = 0; i < vectors.rows; ++i) {
    if (has_vector(i)) {
      std::ranges::transform(given.row(i), mean, mean.begin(), std::plus<>());
      ++counted;
    }
  }
  for (std::size_t i = 0; i < vectors.rows; ++i) {
    if (has_vector(i)) {
      const auto from = given.row(i);
      for (std::size_t c = 0; c < given.dimension; ++c) {
        // With one vector alone there is nothing to set it apart from.
        const double common = counted > 1 ? mean[c] / counted : 0;
        vectors.row(i)[c] = static_cast<float>(static_cast<double>(from[c]) - common);
      }
      normalise({vectors.row(i), vectors.stride});
    }
  }
  return vectors;
}

ModelRecipe content_recipe() {
  return {{"content", "Books whose texts are like those of the history.", kParameters, true},
          memory,
          "raise the limit or embed the books in fewer dimensions",
          fit,
          read};
}

}  // namespace bookreco
