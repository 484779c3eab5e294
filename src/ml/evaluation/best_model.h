#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ml/evaluation/tuner.h"

namespace bookreco {

struct BestOptions {
  TuneContext tune;        ///< its budget is for everything, the last fits included
  bool strangers = false;  ///< it will be asked about readers that training does not know
  std::map<std::string, Parameters> start;  ///< settings to begin with, by kind
};

/// A kind that was tuned.
struct TunedKind {
  std::string kind;
  Parameters parameters;
  double score = 0;
  double seconds = 0;  ///< of one fit with its validation
};

struct BestModel {
  std::shared_ptr<const CollaborativeModel> model;
  std::vector<Trial> trials;       ///< in the order tried
  std::vector<TunedKind> kinds;    ///< best first
  std::vector<std::string> parts;  ///< of the model, those that count
  double validation = 0;           ///< the objective on the readers of the cut
  double seconds = 0;
  std::string note;  ///< what was left out for time or memory, for people
};

/// What we would serve for this data: every collaborative kind that memory allows is tuned on a cut
/// of the training data, the tuned ones are made a hybrid (collaborative/hybrid.h) where that
/// validates better than the best alone, and the result is fitted on all the data; its file is like
/// any model's. A cheap kind comes first, so that there is an answer however short the budget; an
/// error only when nothing at all can be fitted.
Result<BestModel> find_best_model(const InteractionMatrix& train, const BestOptions& options);

}  // namespace bookreco
