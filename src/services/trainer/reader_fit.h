#pragma once

#include <map>
#include <string>
#include <vector>

#include "index/reader_model.h"
#include "index/snapshot.h"
#include "ml/collaborative/models.h"
#include "services/trainer/reader_lesson.h"

namespace bookreco {

/// A kind of model and what differs from its initial parameters.
struct ReaderModelPart {
  std::string kind;
  Parameters parameters;
};

struct ReaderFit {
  ReaderModel model;
  std::map<std::string, double> metrics;  ///< nDCG@20 on held-out readers: blended, and each alone
};

/// Fits the parts, blends them by what held-out readers went on to read (learn_hybrid), and blends
/// that with content in the same way, on the very candidates that `snapshot` would serve to them.
/// Where held-out readers are many beside all, the parts are then fitted again on all. With too few
/// readers to hold out, the first part alone and unlearnt_blend().
Result<ReaderFit> fit_readers(const ReaderLesson& lesson,
                              const std::vector<ReaderModelPart>& parts,
                              const Snapshot& snapshot,
                              const FitContext& context);

}  // namespace bookreco
