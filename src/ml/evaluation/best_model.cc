#include "ml/evaluation/best_model.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <optional>

#include "base/clock.h"

namespace bookreco {
namespace {

/// In the order tried: what is cheap first, and shares of the budget and trials for each.
struct Stage {
  std::string_view kind;
  double share;
  std::size_t most_trials;
};
constexpr std::array<Stage, 8> kStages = {{
    {"rp3beta", 0.05, 40},
    {"popularity", 0.01, 1},
    {"p3alpha", 0.03, 12},
    {"bm25_knn", 0.05, 30},
    {"item_knn", 0.04, 24},
    {"ease", 0.40, 40},
    {"ials", 0.25, 30},
    {"content", 0.05, 12},
}};
constexpr std::uint64_t kRefinements = 3;
constexpr std::size_t kRefined = 2;
constexpr std::size_t kTrialsOfRefinement = 20;
constexpr double kMargin = 1.2;  // last fits take longer than those on the cut

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
  Status fit_chosen(const LearntBlend& blend);
  Result<std::unique_ptr<CollaborativeModel>> fit_whole(std::size_t part);
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

/// Seconds that fitting what is tuned once more, on all the data, will take.
double Finder::reserved() const {
  double seconds = 0;
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
  context.cancelled = [this, first, outer = options_.tune.cancelled] {
    return (outer && outer()) || (!first && left() < reserved());
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
  std::ranges::move(tuned->trials, std::back_inserter(out_.trials));
  parts_.push_back({std::string(stage.kind), *std::move(tuned)});
  return {};
}

/// What is left of the budget goes to the kinds that did best, from where they are.
Status Finder::refine() {
  for (std::uint64_t round = 1; round <= kRefinements; ++round) {
    std::ranges::stable_sort(
        parts_, std::greater<>(), [](const Part& part) { return part.tuned.score; });
    for (std::size_t i = 0; i < std::min(kRefined, parts_.size()); ++i) {
      Part& part = parts_[i];
      const double spare = left() - reserved();
      if (spare < 3 * part.tuned.seconds) {
        continue;
      }
      TuneContext context = context_for(spare / 2, kTrialsOfRefinement);
      context.seed += round;
      auto tuned = tune(part.kind, part.tuned.parameters, validation_, *set_, context);
      if (options_.tune.cancelled && options_.tune.cancelled()) {
        return fail(Code::kCancelled, "the search was stopped");
      }
      if (!tuned) {
        continue;
      }
      std::ranges::move(tuned->trials, std::back_inserter(out_.trials));
      if (tuned->score > part.tuned.score) {
        part.tuned = *std::move(tuned);
      }
    }
  }
  return {};
}

Result<std::unique_ptr<CollaborativeModel>> Finder::fit_whole(std::size_t part) {
  FitContext fit;
  fit.seed = options_.tune.seed;
  fit.threads = options_.tune.threads;
  fit.memory_limit = options_.tune.memory_limit;
  fit.progress = options_.tune.progress;
  fit.cancelled = options_.tune.cancelled;
  fit.vectors = options_.tune.vectors;
  return fit_model(parts_[part].kind, train_, parts_[part].tuned.parameters, fit);
}

/// Fits the parts that count on all the data, the heaviest first; one for which no time is left
/// keeps what it learnt from the cut.
Status Finder::fit_chosen(const LearntBlend& blend) {
  const bool blended = blend.score > blend.best_single;
  BlendWeights weights{blend.weights.longest, {}};
  weights.weights.resize(blend.weights.weights.size());
  std::vector<std::unique_ptr<CollaborativeModel>> models;
  for (std::size_t part = 0; part < parts_.size(); ++part) {
    const bool counts =
        blended ? std::ranges::any_of(blend.weights.weights,
                                      [&](const auto& group) { return group[part] > 0; })
                : part == blend.best_part;
    if (!counts) {
      continue;
    }
    out_.parts.push_back(parts_[part].kind);
    if (left() < parts_[part].tuned.seconds) {
      remember(fmt::format("{} was not fitted again on all the data", parts_[part].kind));
      models.emplace_back(std::move(parts_[part].tuned.model));
    } else {
      parts_[part].tuned.model.reset();
      BOOKRECO_TRY(std::unique_ptr<CollaborativeModel> whole, fit_whole(part));
      models.emplace_back(std::move(whole));
    }
    for (std::size_t group = 0; group < weights.weights.size(); ++group) {
      weights.weights[group].push_back(blend.weights.weights[group][part]);
    }
  }
  if (models.size() == 1) {
    out_.model = std::move(models.front());
    return {};
  }
  out_.model = std::make_unique<BlendModel>(
      std::vector<std::shared_ptr<const CollaborativeModel>>(
          std::make_move_iterator(models.begin()), std::make_move_iterator(models.end())),
      std::move(weights));
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
  std::vector<const CollaborativeModel*> models;
  for (const Part& part : parts_) {
    models.push_back(part.tuned.model.get());
    out_.kinds.push_back({part.kind, part.tuned.parameters, part.tuned.score, part.tuned.seconds});
  }
  std::ranges::stable_sort(out_.kinds, std::greater<>(), &TunedKind::score);
  BOOKRECO_TRY(const LearntBlend blend, learn_blend(models, *set_, context_for(1, 1)));
  out_.validation = std::max(blend.score, blend.best_single);
  BOOKRECO_TRY_VOID(fit_chosen(blend));
  out_.seconds = time_.seconds();
  return std::move(out_);
}

}  // namespace

Result<BestModel> find_best_model(const InteractionMatrix& train, const BestOptions& options) {
  return Finder(train, options).run();
}

}  // namespace bookreco
