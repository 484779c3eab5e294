#include "ml/evaluation/best_model.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "ml/collaborative/hybrid.h"

namespace bookreco {
namespace {

/// In the order tried: what is cheap first, and shares of the budget and trials for each.
struct Stage {
  std::string_view kind;
  double share;
  std::size_t most_trials;
};
constexpr std::array<Stage, 7> kStages = {{
    {"rp3beta", 0.06, 40},
    {"popularity", 0.01, 1},
    {"bm25_knn", 0.03, 20},
    {"item_knn", 0.03, 20},
    {"ease", 0.40, 40},
    {"ials", 0.27, 30},
    {"content", 0.03, 8},
}};
constexpr double kBlending = 0.08;  // of the budget, for learning what each part counts
constexpr std::uint64_t kRefinements = 3;
constexpr std::size_t kRefined = 2;
constexpr std::size_t kTrialsOfRefinement = 20;
constexpr double kMostOfSpare = 0.6;  // one slow fit must not take the time of all others
constexpr double kLittle = 0.01;      // of the budget: a fit that takes less is always made again
constexpr double kMargin = 1.2;       // last fits take longer than those on the cut

class Finder {
 public:
  Finder(const InteractionMatrix& train, const BestOptions& options)
      : train_(train), options_(options) {}

  Result<BestModel> run();

 private:
  double left() const { return options_.tune.budget_seconds - time_.seconds(); }
  double reserved() const;
  TuneContext context_for(double seconds, std::size_t most_trials) const;
  Status tune_stage(const Stage& stage);
  Status refine();
  FitContext fit_context() const;
  Result<HybridWeights> blend();
  Result<std::shared_ptr<const CollaborativeModel>> fit_again(std::size_t place);
  Status fit_blend(HybridWeights weights);
  void remember(const std::string& note);

  struct Part {
    std::string kind;
    Tuned tuned;
  };

  const InteractionMatrix& train_;
  const BestOptions& options_;
  Stopwatch time_;
  Validation validation_;
  std::optional<EvaluationSet> set_;
  std::vector<Part> parts_;
  std::optional<Error> last_error_;
  BestModel out_;
};

/// Seconds that blending what is tuned and fitting it once more, on all the data, will take.
double Finder::reserved() const {
  double seconds = parts_.empty() ? 0 : kBlending * options_.tune.budget_seconds;
  for (const Part& part : parts_) {
    seconds += part.tuned.seconds * kMargin;
  }
  return seconds;
}

TuneContext Finder::context_for(double seconds, std::size_t most_trials) const {
  TuneContext context = options_.tune;
  context.budget_seconds = std::max(seconds, 1e-3);
  context.most_trials = std::min(context.most_trials, most_trials);
  const bool first = parts_.empty();  // there must be an answer, however late
  const double stop = left() - kMostOfSpare * (left() - reserved());
  context.cancelled = [this, first, stop, outer = options_.tune.cancelled] {
    return (outer && outer()) || (!first && left() < stop);
  };
  return context;
}

void Finder::remember(const std::string& note) {
  out_.note += (out_.note.empty() ? "" : "; ") + note;
}

Status Finder::tune_stage(const Stage& stage) {
  const ModelKind* kind = find_model_kind(stage.kind);
  if (kind == nullptr || (kind->needs_vectors && options_.tune.vectors == nullptr)) {
    return {};
  }
  const double spare = left() - reserved();
  if (spare <= 0 && !parts_.empty()) {
    remember(fmt::format("no time was left for {}", stage.kind));
    return {};
  }
  // A fit that has to be made again at the end may take half of what there is.
  const double seconds = std::min(stage.share * options_.tune.budget_seconds, spare / 2);
  TuneContext context = context_for(seconds, stage.most_trials);
  const auto start = options_.start.find(std::string(stage.kind));
  auto tuned = tune(stage.kind,
                    start == options_.start.end() ? Parameters{} : start->second,
                    validation_,
                    *set_,
                    context);
  if (options_.tune.cancelled && options_.tune.cancelled()) {
    return fail(Code::kCancelled, "the search was stopped");
  }
  if (!tuned) {
    remember(tuned.error().code == Code::kCancelled
                 ? fmt::format("no time was left for {}", stage.kind)
                 : fmt::format("{}: {}", stage.kind, tuned.error().message));
    last_error_ = tuned.error();
    return {};
  }
  std::ranges::move(std::exchange(tuned->trials, {}), std::back_inserter(out_.trials));
  parts_.push_back({std::string(stage.kind), *std::move(tuned)});
  return {};
}

/// What is left of the budget goes to the kinds that did best, from where they are. Leaves the best
/// first.
Status Finder::refine() {
  const auto sort = [this] {
    std::ranges::stable_sort(
        parts_, std::greater<>(), [](const Part& part) { return part.tuned.score; });
  };
  sort();
  for (std::uint64_t round = 1; round <= kRefinements; ++round, sort()) {
    for (std::size_t i = 0; i < std::min(kRefined, parts_.size()); ++i) {
      Part& part = parts_[i];
      const double spare = left() - reserved();
      if (spare < 2 * part.tuned.seconds) {
        continue;
      }
      TuneContext context = context_for(spare / 2, kTrialsOfRefinement);
      context.seed += round;
      auto tuned = tune_further(part.tuned, validation_, *set_, context);
      if (options_.tune.cancelled && options_.tune.cancelled()) {
        return fail(Code::kCancelled, "the search was stopped");
      }
      if (tuned) {
        std::ranges::move(tuned->trials, std::back_inserter(out_.trials));
        part.tuned = *std::move(tuned);
      }
    }
  }
  return {};
}

FitContext Finder::fit_context() const {
  FitContext fit;
  fit.seed = options_.tune.seed;
  fit.threads = options_.tune.threads;
  fit.memory_limit = options_.tune.memory_limit;
  fit.progress = options_.tune.progress;
  fit.cancelled = options_.tune.cancelled;
  fit.vectors = options_.tune.vectors;
  return fit;
}

/// What each part counts, learnt on the readers of the cut; all for the first, the best, where
/// nothing that is learnt does better.
Result<HybridWeights> Finder::blend() {
  HybridParts parts;
  std::vector<const CollaborativeModel*> pointers;
  for (const Part& part : parts_) {
    parts.push_back(part.tuned.model);
    pointers.push_back(part.tuned.model.get());
  }
  out_.validation = parts_.front().tuned.score;
  HybridWeights first(1);
  std::ranges::fill(first.values, 1.0F);
  if (parts.size() == 1) {
    return first;
  }
  std::vector<HeldOutReader> readers;
  for (const EvaluationSet::Reader& reader : set_->readers()) {
    HeldOutReader& held_out = readers.emplace_back(HeldOutReader{reader.history, {}});
    for (const HistoryItem& item : reader.relevant) {
      held_out.targets.push_back(item.item);
    }
  }
  BOOKRECO_TRY(HybridFit fit, learn_hybrid(pointers, set_->item_counts(), readers, fit_context()));
  BOOKRECO_TRY(const auto hybrid, make_hybrid(parts, fit.weights, set_->item_counts()));
  BOOKRECO_TRY(const double score, validate(*hybrid, *set_, options_.tune));
  if (score <= out_.validation) {
    remember(fmt::format("the kinds blended have {:.4f} on the validation cut, {} alone {:.4f}",
                         score,
                         parts_.front().kind,
                         out_.validation));
    return first;
  }
  out_.validation = score;
  return std::move(fit.weights);
}

/// The part learnt from all the data; as it is where there is no time for that.
Result<std::shared_ptr<const CollaborativeModel>> Finder::fit_again(std::size_t place) {
  Tuned& tuned = parts_[place].tuned;
  if (tuned.seconds > std::max(left(), kLittle * options_.tune.budget_seconds)) {
    remember(fmt::format("{} was not fitted again on all the data", parts_[place].kind));
    return std::move(tuned.model);
  }
  tuned.model.reset();
  return fit_model(parts_[place].kind, train_, tuned.parameters, fit_context());
}

/// Fits as many of the first parts as there are weights for.
Status Finder::fit_blend(HybridWeights weights) {
  HybridParts models;
  for (std::size_t place = 0; place < weights.parts; ++place) {
    out_.parts.push_back(parts_[place].kind);
    BOOKRECO_TRY(models.emplace_back(), fit_again(place));
  }
  if (models.size() == 1) {
    out_.model = std::move(models.front());
    return {};
  }
  BOOKRECO_TRY(out_.model,
               make_hybrid(std::move(models), std::move(weights), train_.column_counts()));
  return {};
}

Result<BestModel> Finder::run() {
  BOOKRECO_TRY(
      validation_,
      cut_for_validation(train_, {.strangers = options_.strangers, .seed = options_.tune.seed}));
  set_.emplace(validation_.train, validation_.fold_in, validation_.test, false);
  for (const Stage& stage : kStages) {
    BOOKRECO_TRY_VOID(tune_stage(stage));
  }
  BOOKRECO_TRY_VOID(refine());
  if (parts_.empty()) {
    return last_error_ ? std::unexpected(*last_error_)
                       : fail(Code::kFailedPrecondition, "there is no kind of model to fit");
  }
  for (const Part& part : parts_) {
    out_.kinds.push_back({part.kind, part.tuned.parameters, part.tuned.score, part.tuned.seconds});
  }
  BOOKRECO_TRY(HybridWeights weights, blend());
  BOOKRECO_TRY_VOID(fit_blend(std::move(weights)));
  out_.seconds = time_.seconds();
  return std::move(out_);
}

}  // namespace

Result<BestModel> find_best_model(const InteractionMatrix& train, const BestOptions& options) {
  return Finder(train, options).run();
}

}  // namespace bookreco
