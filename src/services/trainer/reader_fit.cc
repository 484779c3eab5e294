#include "services/trainer/reader_fit.h"

#include <algorithm>
#include <array>

#include "base/threads.h"
#include "ml/collaborative/hybrid.h"
#include "ml/evaluation/validation.h"
#include "recommend/ranking.h"

namespace bookreco {
namespace {

constexpr std::size_t kMostHeldOut = 1'000;
constexpr std::size_t kLeastHeldOut = 50;  // of fewer, nothing reliable is learnt
constexpr double kFewOfAll = 0.03;         // what so few would add is not worth a second fit

/// One work in ten gets the key of no work: the model then knows nothing of its editions, as of a
/// new book, and what such books are worth is learnt beside the others.
std::vector<std::uint64_t> with_some_hidden(std::vector<std::uint64_t> works) {
  constexpr std::uint64_t kOneIn = 10;
  for (std::size_t i = 0; i < works.size(); ++i) {
    const bool room = i + 1 == works.size() || works[i] + 1 < works[i + 1];
    works[i] += works[i] % kOneIn == 0 && room ? 1 : 0;
  }
  return works;
}

class Fit {
 public:
  Fit(const ReaderLesson& lesson,
      const std::vector<ReaderModelPart>& parts,
      const Snapshot& snapshot,
      const FitContext& context)
      : lesson_(lesson), kinds_(parts), snapshot_(snapshot), context_(context) {}

  Result<ReaderFit> run();

 private:
  using ModelPtr = std::shared_ptr<const CollaborativeModel>;

  Result<HybridParts> fit_parts(const InteractionMatrix& matrix) const;
  Result<ModelPtr> combine(const HybridParts& parts, const InteractionMatrix& matrix) const;
  Status learn_parts(const HybridParts& parts, const Validation& cut);
  Result<HybridWeights> learn_voices(const ModelPtr& model, const Validation& cut);
  std::vector<HybridCase> cases_of(const Snapshot& taught, const Validation& cut) const;
  ReaderModel model_of(ModelPtr model, const InteractionMatrix& matrix, HybridWeights blend) const {
    return {std::move(model), lesson_.works, matrix.column_counts(), std::move(blend)};
  }

  const ReaderLesson& lesson_;
  const std::vector<ReaderModelPart>& kinds_;
  const Snapshot& snapshot_;
  const FitContext& context_;
  HybridWeights weights_;  ///< of the parts
  std::map<std::string, double> metrics_;
};

Result<HybridParts> Fit::fit_parts(const InteractionMatrix& matrix) const {
  HybridParts parts;
  for (const ReaderModelPart& part : kinds_) {
    BOOKRECO_TRY(parts.emplace_back(), fit_model(part.kind, matrix, part.parameters, context_));
  }
  return parts;
}

Result<Fit::ModelPtr> Fit::combine(const HybridParts& parts,
                                   const InteractionMatrix& matrix) const {
  if (parts.size() == 1) {
    return parts.front();
  }
  return make_hybrid(parts, weights_, matrix.column_counts());
}

Status Fit::learn_parts(const HybridParts& parts, const Validation& cut) {
  if (parts.size() == 1) {
    return {};
  }
  std::vector<const CollaborativeModel*> pointers;
  for (const auto& part : parts) {
    pointers.push_back(part.get());
  }
  std::vector<HeldOutReader> held_out;
  for (std::size_t reader = 0; reader < cut.test.rows(); ++reader) {
    const auto history = cut.fold_in.row(reader);
    const auto targets = cut.test.row(reader);
    if (history.size() == 0 || targets.size() == 0) {
      continue;
    }
    HeldOutReader& one = held_out.emplace_back();
    for (std::size_t i = 0; i < history.size(); ++i) {
      one.history.push_back({history.columns[i], history.values[i]});
    }
    one.targets.assign(targets.columns.begin(), targets.columns.end());
  }
  BOOKRECO_TRY(HybridFit fit,
               learn_hybrid(pointers, cut.train.column_counts(), held_out, context_));
  metrics_["readers_ndcg@20"] = fit.quality;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    metrics_[kinds_[p].kind + "_ndcg@20"] = fit.part_quality[p];
  }
  weights_ = std::move(fit.weights);
  return {};
}

/// Each held-out history whole and cut short, as the snapshot would serve it.
std::vector<HybridCase> Fit::cases_of(const Snapshot& taught, const Validation& cut) const {
  constexpr std::size_t kEach = 1 + std::size(kHistoryCuts);
  std::vector<HybridCase> cases(kEach * cut.test.rows());
  parallel_for(cut.test.rows(), context_.threads, [&](std::size_t reader) {
    const auto history = cut.fold_in.row(reader);
    std::vector<WeightedBook> books;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const auto rows = taught.base->editions(lesson_.works[history.columns[i]]);
      if (!rows.empty()) {
        books.push_back({std::string(taught.base->id(rows.front())), history.values[i], true, {}});
      }
    }
    std::vector<std::uint64_t> wanted;
    for (const std::uint32_t item : cut.test.row(reader).columns) {
      wanted.push_back(lesson_.works[item]);
    }
    for (std::size_t i = 0; i < kEach && !context_.stop(); ++i) {
      const std::size_t length = i == 0 ? books.size() : kHistoryCuts[i - 1];
      if (length == 0 || length > books.size() || (i > 0 && length == books.size())) {
        continue;
      }
      HybridCase& one = cases[kEach * reader + i];
      const auto end = books.begin() + static_cast<std::ptrdiff_t>(length);
      one = blend_case(taught, {books.begin(), end}, wanted);
      one.learnt_on = reader % 2 == 0;
    }
  });
  return cases;
}

Result<HybridWeights> Fit::learn_voices(const ModelPtr& model, const Validation& cut) {
  Snapshot taught = snapshot_;
  taught.delta = nullptr;
  taught.readers = std::make_shared<const Readers>(Readers{
      "", {model, with_some_hidden(lesson_.works), cut.train.column_counts(), unlearnt_blend()}});
  report(context_.progress, "blend", 0, 1);
  const std::vector<HybridCase> cases = cases_of(taught, cut);
  if (context_.stop()) {
    return fail(Code::kCancelled, "the fit was cancelled");
  }
  constexpr std::array<std::uint8_t, kVoices> kKnowsCold = {1, 0, 0, 0};
  const auto fit = learn_weights(cases, kKnowsCold, context_.threads);
  report(context_.progress, "blend", 1, 1);
  if (!fit) {
    return unlearnt_blend();
  }
  metrics_["served_ndcg@20"] = fit->quality;
  const auto alone = [&](Voice voice) {
    return fit->part_quality[static_cast<std::size_t>(voice)];
  };
  metrics_["served_by_content_ndcg@20"] = alone(Voice::kContent);
  metrics_["served_by_readers_ndcg@20"] = alone(Voice::kReaders);
  return fit->weights;
}

Result<ReaderFit> Fit::run() {
  const InteractionMatrix& all = lesson_.matrix;
  const auto cut = cut_for_validation(
      all, {.strangers = true, .most_readers = kMostHeldOut, .seed = context_.seed});
  std::size_t held_out = 0;
  for (std::size_t reader = 0; cut && reader < cut->test.rows(); ++reader) {
    held_out += cut->test.row(reader).size() == 0 ? 0 : 1;
  }
  if (held_out < kLeastHeldOut) {
    BOOKRECO_TRY(std::shared_ptr<const CollaborativeModel> model,
                 fit_model(kinds_.front().kind, all, kinds_.front().parameters, context_));
    return ReaderFit{model_of(std::move(model), all, unlearnt_blend()), {}};
  }
  BOOKRECO_TRY(HybridParts parts, fit_parts(cut->train));
  BOOKRECO_TRY_VOID(learn_parts(parts, *cut));
  BOOKRECO_TRY(ModelPtr model, combine(parts, cut->train));
  BOOKRECO_TRY(HybridWeights blend, learn_voices(model, *cut));
  if (static_cast<double>(held_out) > kFewOfAll * static_cast<double>(all.rows())) {
    model = nullptr;
    parts.clear();
    BOOKRECO_TRY(parts, fit_parts(all));
    BOOKRECO_TRY(model, combine(parts, all));
  }
  metrics_["held_out"] = static_cast<double>(held_out);
  return ReaderFit{model_of(std::move(model), all, std::move(blend)), std::move(metrics_)};
}

}  // namespace

Result<ReaderFit> fit_readers(const ReaderLesson& lesson,
                              const std::vector<ReaderModelPart>& parts,
                              const Snapshot& snapshot,
                              const FitContext& context) {
  return Fit(lesson, parts, snapshot, context).run();
}

}  // namespace bookreco
