#pragma once

#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// EASE^R (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019): item weights
/// B = I − P / diag(P), P = (XᵀX + Λ)⁻¹, solved densely in fp32 and pruned to the heaviest weights
/// of each target. Popular items may be held back more: Λ_j = lambda · (share of item j's entries
/// over the mean)^popular_ridge + dropout / (1 − dropout) · (XᵀX)_jj, the second being the closed
/// form of dropout (Steck, "Autoencoders that don't overfit towards the identity", NeurIPS 2020).
/// Readers of many books may count less (n^−reader_power each), popular targets less
/// (n^−target_power), as in DAN (Park et al., SIGIR 2024). With `content` the books' vectors V are
/// learnt from like readers, content · V Vᵀ (Jeunen et al., "Closed-form models for collaborative
/// filtering with side-information", RecSys 2020). To a book that nobody read the readers' silence
/// counts as zeros, so its weights stay small: a hybrid ranks such books by content.
ModelRecipe ease_recipe();

}  // namespace bookreco
