#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/result.h"
#include "ml/collaborative/fit_context.h"
#include "ml/collaborative_model.h"
#include "ml/interaction_matrix.h"

namespace bookreco {

/// A number that a fit takes: what a tuner may try.
struct ModelParameter {
  enum class Scale { kLinear, kLog, kInteger };

  std::string_view name;
  double initial = 0;
  double least = 0;  ///< smaller ones are refused; with `most` it bounds a search
  double most = 0;
  Scale scale = Scale::kLinear;
  bool tuned = true;        ///< false: says how much to spend, not how to learn
  bool of_vectors = false;  ///< counts only where the items have vectors
};

struct ModelKind {
  std::string_view name;
  std::string_view says;  ///< in one sentence, for people
  std::span<const ModelParameter> parameters;
  bool needs_vectors = false;  ///< FitContext::vectors
};

/// What fit_model fits, in the order to show it: popularity, trending, item_knn, bm25_knn, p3alpha,
/// rp3beta, ease, ials, content. A hybrid is made of fitted models: see hybrid.h.
std::span<const ModelKind> model_kinds();
/// nullptr when there is none.
const ModelKind* find_model_kind(std::string_view name);

using Parameters = std::map<std::string, double>;

/// Where a search on this data should begin: what good settings have in common over data sets of
/// different sizes. Those of the kind's parameters that do not depend on the data are not named.
Parameters suggested_parameters(std::string_view kind, const InteractionMatrix& matrix);

/// Fits a model of that kind; parameters not named keep their initial values. Readers are rows.
/// kInvalidArgument for an unknown kind or parameter, a value out of bounds, a matrix without a
/// positive entry, vectors missing; kResourceExhausted when FitContext::memory_limit is too small;
/// kCancelled.
Result<std::unique_ptr<CollaborativeModel>> fit_model(std::string_view kind,
                                                      const InteractionMatrix& matrix,
                                                      const Parameters& parameters,
                                                      const FitContext& context);

/// Bytes that the fit needs beside the matrix, at its peak.
Result<std::uint64_t> fit_memory(std::string_view kind,
                                 const InteractionMatrix& matrix,
                                 const Parameters& parameters,
                                 const FitContext& context);

/// One section file that appears whole.
Status save_model(const CollaborativeModel& model, const Path& path);
/// Any model that was saved. kDataLoss for a damaged file, kFailedPrecondition for another version.
Result<std::unique_ptr<CollaborativeModel>> load_model(const Path& path);

}  // namespace bookreco
