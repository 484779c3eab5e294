#include "ml/evaluation/tuner.h"

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "base/random.h"

namespace bookreco {
namespace {

constexpr std::size_t kEpochReaders = 2'000;
constexpr double kMargin = 1.15;  // trials differ in length
constexpr int kMostDraws = 20;    // to find a setting that was not tried

/// A parameter's place between its bounds, 0 to 1, and back.
struct Axis {
  const ModelParameter* parameter = nullptr;
  double low = 0;
  double high = 1;

  explicit Axis(const ModelParameter& of) : parameter(&of), low(of.least), high(of.most) {
    if (logarithmic()) {
      low = std::log(std::max(of.least, of.most * 1e-9));
      high = std::log(of.most);
    }
  }

  bool logarithmic() const {
    // Counts that span decades (dimensions, neighbours) go by factors too.
    return parameter->scale == ModelParameter::Scale::kLog ||
           (parameter->scale == ModelParameter::Scale::kInteger && parameter->least >= 1 &&
            parameter->most >= 100 * parameter->least);
  }

  double place(double value) const {
    const double at = logarithmic() ? std::log(std::max(value, std::exp(low))) : value;
    return high > low ? std::clamp((at - low) / (high - low), 0.0, 1.0) : 0;
  }

  double value(double place) const {
    const double at = std::lerp(low, high, std::clamp(place, 0.0, 1.0));
    const double plain = logarithmic() ? std::exp(at) : at;
    const bool whole = parameter->scale == ModelParameter::Scale::kInteger;
    return std::clamp(whole ? std::round(plain) : plain, parameter->least, parameter->most);
  }
};

class Search {
 public:
  Search(std::string_view kind,
         const Validation& validation,
         const EvaluationSet& set,
         const TuneContext& context)
      : kind_(kind),
        validation_(validation),
        set_(set),
        sample_(set.sample(kEpochReaders)),
        context_(context),
        random_(context.seed) {
    const ModelKind* known = find_model_kind(kind);
    if (known != nullptr) {
      for (const ModelParameter& parameter : known->parameters) {
        if (parameter.tuned && (!parameter.of_vectors || context.vectors != nullptr)) {
          axes_.emplace_back(parameter);
        }
      }
    }
  }

  Result<Tuned> begin(const Parameters& start);
  Result<Tuned> go_on(Tuned found);

 private:
  bool time_for(double seconds) const {
    return out_.trials.size() < context_.most_trials &&
           (context_.budget_seconds <= 0 ||
            time_.seconds() + (seconds * kMargin) <= context_.budget_seconds);
  }
  Status attempt(const Parameters& parameters);
  bool tried(const Parameters& parameters) const;
  Parameters propose();
  Parameters wander(const Parameters& from, double step);
  Result<Tuned> search();
  const std::string kind_;
  const Validation& validation_;
  const EvaluationSet& set_;
  const EvaluationSet sample_;  ///< what fits ask after each epoch
  const TuneContext& context_;
  std::vector<Axis> axes_;
  Random random_;
  Stopwatch time_;
  Tuned out_;
};

/// Fits and validates. A failure is a trial without a score, but an error when it is the first or
/// when the search is stopped.
Status Search::attempt(const Parameters& parameters) {
  Trial trial{kind_, parameters, 0, 0, {}};
  const Stopwatch time;
  FitContext fit;
  fit.seed = context_.seed;
  fit.threads = context_.threads;
  fit.memory_limit = context_.memory_limit;
  fit.progress = context_.progress;
  fit.cancelled = context_.cancelled;
  fit.vectors = context_.vectors;
  fit.validate = [&](const CollaborativeModel& model) {
    return validate(model, sample_, context_).value_or(0);
  };
  auto model = fit_model(kind_, validation_.train, parameters, fit);
  if (!model && (out_.model == nullptr || model.error().code == Code::kCancelled)) {
    return std::unexpected(model.error());
  }
  if (!model) {
    trial.failed = model.error().message;
  } else {
    trial.parameters = (*model)->info().parameters;
    BOOKRECO_TRY(trial.score, validate(**model, set_, context_));
  }
  trial.seconds = time.seconds();
  if (trial.failed.empty() && (out_.model == nullptr || trial.score > out_.score)) {
    out_.parameters = trial.parameters;
    out_.score = trial.score;
    out_.seconds = trial.seconds;
    out_.model = std::move(*model);
  }
  out_.trials.push_back(trial);
  if (context_.tried) {
    context_.tried(trial);
  }
  return {};
}

/// A neighbour: one or two parameters moved, most often a little; back from the bounds, where many
/// a good setting lies.
Parameters Search::wander(const Parameters& from, double step) {
  Parameters out = from;
  const std::size_t moves = 1 + random_.below(2);
  for (std::size_t i = 0; i < moves; ++i) {
    const Axis& axis = axes_[random_.below(axes_.size())];
    const std::string name(axis.parameter->name);
    const double place = std::abs(axis.place(from.at(name)) + (step * random_.normal()));
    out[name] = axis.value(place > 1 ? 2 - place : place);
  }
  return out;
}

bool Search::tried(const Parameters& parameters) const {
  return parameters == out_.parameters ||
         std::ranges::find(out_.trials, parameters, &Trial::parameters) != out_.trials.end();
}

/// One in five anywhere; the others near the best so far, ever nearer.
Parameters Search::propose() {
  if (random_.below(5) == 0) {
    Parameters out = out_.parameters;
    for (const Axis& axis : axes_) {
      out[std::string(axis.parameter->name)] = axis.value(random_.uniform());
    }
    return out;
  }
  const double done = static_cast<double>(out_.trials.size());
  return wander(out_.parameters, 0.15 / std::sqrt(1 + (done / 8)));
}

/// Neighbours of the best so far, while there is time.
Result<Tuned> Search::search() {
  while (!axes_.empty() && time_for(out_.seconds)) {
    Parameters next = propose();
    for (int draws = 1; tried(next) && draws < kMostDraws; ++draws) {
      next = propose();
    }
    const Status attempted = attempt(next);
    if (!attempted && attempted.error().code == Code::kCancelled) {
      break;  // with what was found
    }
    BOOKRECO_TRY_VOID(attempted);
  }
  // Where fits stop early, one on all the data does after as many epochs.
  const auto& metrics = out_.model->info().metrics;
  if (const auto epoch = metrics.find("best_epoch"); epoch != metrics.end()) {
    out_.parameters["epochs"] = epoch->second;
  }
  return std::move(out_);
}

Result<Tuned> Search::begin(const Parameters& start) {
  Parameters first = suggested_parameters(kind_, validation_.train);
  for (const auto& [name, value] : start) {
    first[name] = value;
  }
  BOOKRECO_TRY_VOID(attempt(first));
  return search();
}

Result<Tuned> Search::go_on(Tuned found) {
  out_ = std::move(found);
  out_.parameters = out_.model->info().parameters;
  out_.trials.clear();
  return search();
}

}  // namespace

Result<double> validate(const CollaborativeModel& model,
                        const EvaluationSet& set,
                        const TuneContext& context) {
  EvaluationOptions options;
  options.metrics = context.objective;
  options.threads = context.threads;
  options.segments = false;
  options.cancelled = context.cancelled;
  BOOKRECO_TRY(const EvaluationScores scores, evaluate(model, set, options));
  double sum = 0;
  for (const double value : scores.values) {
    sum += value;
  }
  return sum / static_cast<double>(scores.values.size());
}

Result<Tuned> tune(std::string_view kind,
                   const Parameters& start,
                   const Validation& validation,
                   const EvaluationSet& set,
                   const TuneContext& context) {
  return Search(kind, validation, set, context).begin(start);
}

Result<Tuned> tune_further(Tuned found,
                           const Validation& validation,
                           const EvaluationSet& set,
                           const TuneContext& context) {
  const std::string kind = found.model->info().kind;
  return Search(kind, validation, set, context).go_on(std::move(found));
}

}  // namespace bookreco
