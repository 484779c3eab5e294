#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ml/collaborative/models.h"
#include "ml/evaluation/validation.h"

namespace bookreco {

/// One fit that was tried and what it was worth.
struct Trial {
  std::string kind;
  Parameters parameters;  ///< as fitted, every one
  double score = 0;       ///< the objective on the validation readers; larger is better
  double seconds = 0;     ///< fit and validation
  std::string failed;     ///< why there is no score; empty when there is one
};

/// What a search is given beside the data.
struct TuneContext {
  std::vector<MetricAtK> objective;  ///< their mean; metrics of readers' lists
  double budget_seconds = 600;
  std::size_t most_trials = 100;
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::uint64_t memory_limit = 0;  ///< bytes; 0: no limit
  const ItemVectors* vectors = nullptr;
  ProgressFn progress;
  std::function<bool()> cancelled;
  std::function<void(const Trial&)> tried;  ///< told of each trial as it ends
};

struct Tuned {
  Parameters parameters;  ///< to fit with, on all the data too
  double score = 0;
  double seconds = 0;                               ///< of the best trial: what a fit takes
  std::shared_ptr<const CollaborativeModel> model;  ///< the best, fitted on the cut's training
  std::vector<Trial> trials;
};

/// The parameters of one kind that validate best. Begins with `start` (those missing as
/// suggested_parameters has them), then tries random settings and neighbours of the best ones while
/// the budget lasts, always on all the readers: on a sample the best ridge is another. With the
/// same number of trials the result depends on data, context and seed alone; a budget in seconds
/// makes that number depend on the machine. Stopped, it answers with what it has. An error only
/// when the first fit fails.
Result<Tuned> tune(std::string_view kind,
                   const Parameters& start,
                   const Validation& validation,
                   const EvaluationSet& set,
                   const TuneContext& context);

/// Goes on from what a search of the same cut found; never ends with less. Its trials are the new
/// ones.
Result<Tuned> tune_further(Tuned found,
                           const Validation& validation,
                           const EvaluationSet& set,
                           const TuneContext& context);

/// The mean of the objective's metrics.
Result<double> validate(const CollaborativeModel& model,
                        const EvaluationSet& set,
                        const TuneContext& context);

}  // namespace bookreco
