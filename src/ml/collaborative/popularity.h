#pragma once

#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// Same scores for everybody: the sum of the values of an item's entries. "trending" halves an
/// entry's worth for every half-life that has passed since.
ModelRecipe popularity_recipe();
ModelRecipe trending_recipe();

}  // namespace bookreco
