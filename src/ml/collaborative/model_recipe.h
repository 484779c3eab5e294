#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/section_file.h"
#include "ml/collaborative/models.h"

namespace bookreco {

/// What fit_model hands to the fit of one kind, checked and complete.
struct FitInput {
  const InteractionMatrix& matrix;  ///< values above zero only, at least one
  const Parameters& parameters;     ///< every one of the kind, within its bounds
  const FitContext& context;
  ModelInfo info;  ///< for the model; the fit adds its metrics

  double number(std::string_view name) const { return parameters.at(std::string(name)); }
  std::size_t count(std::string_view name) const { return static_cast<std::size_t>(number(name)); }
};

using ModelResult = Result<std::unique_ptr<CollaborativeModel>>;

/// All that models.cc knows of a kind.
struct ModelRecipe {
  ModelKind kind;
  /// Bytes at the peak of a fit.
  std::uint64_t (*memory)(const FitInput& input);
  /// What to do instead where memory is too small.
  std::string_view otherwise;
  ModelResult (*fit)(FitInput input);
  ModelResult (*read)(const SectionFile& file, std::string_view prefix, ModelInfo info);
};

/// The model whose sections have that prefix.
ModelResult read_model(const SectionFile& file, std::string_view prefix);

}  // namespace bookreco
