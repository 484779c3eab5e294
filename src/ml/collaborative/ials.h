#pragma once

#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// Implicit alternating least squares (Hu, Koren, Volinsky, ICDM 2008) with the loss and the
/// regularisation of Rendle et al., "Revisiting the performance of iALS on item recommendation
/// benchmarks" (RecSys 2022): observed pairs Σ value (ŷ − 1)², all pairs unobserved · Σ ŷ², rows
/// lambda · (their entries + unobserved · rows of the other side)^nu · |w|². Items are kept,
/// readers are folded in exactly.
ModelRecipe ials_recipe();

}  // namespace bookreco
