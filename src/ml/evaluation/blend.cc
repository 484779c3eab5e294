#include "ml/evaluation/blend.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ml/collaborative/model_sections.h"
#include "ml/collaborative/score_scale.h"

namespace bookreco {
namespace {

ModelInfo describe(std::span<const std::shared_ptr<const CollaborativeModel>> parts,
                   const BlendWeights& weights) {
  ModelInfo info;
  info.kind = "blend";
  for (std::size_t group = 0; group < weights.weights.size(); ++group) {
    info.parameters[fmt::format("longest.{}", group)] =
        static_cast<double>(std::min<std::size_t>(weights.longest[group], 1U << 31));
    for (std::size_t part = 0; part < parts.size(); ++part) {
      info.parameters[fmt::format("weight.{}.{}.{}", group, part, parts[part]->info().kind)] =
          static_cast<double>(weights.weights[group][part]);
    }
  }
  info.metrics = {{"parts", static_cast<double>(parts.size())},
                  {"groups", static_cast<double>(weights.weights.size())}};
  info.data = parts.front()->info().data;
  for (const auto& part : parts) {
    info.space = info.space.empty() ? part->info().space : info.space;
  }
  return info;
}

}  // namespace

std::span<const float> BlendWeights::of(std::size_t history) const {
  const auto group = std::ranges::lower_bound(longest, history);
  return weights[std::min(static_cast<std::size_t>(group - longest.begin()), weights.size() - 1)];
}

BlendModel::BlendModel(std::vector<std::shared_ptr<const CollaborativeModel>> parts,
                       BlendWeights weights)
    : CollaborativeModel(describe(parts, weights)),
      parts_(std::move(parts)),
      weights_(std::move(weights)) {}

std::size_t BlendModel::bytes() const {
  return std::accumulate(
      parts_.begin(), parts_.end(), std::size_t{0}, [](auto sum, const auto& part) {
        return sum + part->bytes();
      });
}

void BlendModel::score(ItemHistory history, std::span<float> out) const {
  std::ranges::fill(out, 0.0F);
  std::vector<float> own(items());
  const auto weights = weights_.of(history.size());
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (weights[part] <= 0) {
      continue;
    }
    parts_[part]->score(history, own);
    const float factor = weights[part] * inverse_deviation(own);
    for (std::size_t item = 0; item < own.size(); ++item) {
      out[item] += factor * own[item];
    }
  }
}

std::vector<ScoredItem> BlendModel::explain(std::uint32_t item, ItemHistory history) const {
  std::vector<ScoredItem> out;
  for (const HistoryItem& each : history) {
    out.push_back({each.item, 0});
  }
  std::vector<float> own(items());
  const auto weights = weights_.of(history.size());
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    if (weights[part] <= 0) {
      continue;
    }
    parts_[part]->score(history, own);
    const float factor = weights[part] * inverse_deviation(own);
    const auto reasons = parts_[part]->explain(item, history);
    for (std::size_t i = 0; i < std::min(reasons.size(), out.size()); ++i) {
      out[i].score += factor * reasons[i].score;
    }
  }
  return out;
}

Status BlendModel::write(SectionWriter& writer, std::string_view prefix) const {
  BOOKRECO_TRY_VOID(write_info(writer, prefix, info()));
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    BOOKRECO_TRY_VOID(parts_[part]->write(writer, fmt::format("{}part{}.", prefix, part)));
  }
  return {};
}

}  // namespace bookreco
