#pragma once

#include "ml/collaborative/factors.h"
#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// Scores w · f of a reader w that is solved for exactly from the history: no epochs, no random
/// numbers. A history item of weight below zero counts as seen and not liked.
///
/// Takes item factors in any basis. `info` has lambda, unobserved and nu.
std::unique_ptr<CollaborativeModel> make_ials_model(ModelInfo info,
                                                    Factors items,
                                                    std::size_t threads);

ModelResult read_ials_model(const SectionFile& file, std::string_view prefix, ModelInfo info);

/// lambda · (entries + unobserved · rows of the other side)^nu
float ials_ridge(const std::map<std::string, double>& parameters,
                 std::size_t entries,
                 std::size_t others);

}  // namespace bookreco
