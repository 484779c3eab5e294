#pragma once

#include "ml/collaborative/factors.h"
#include "ml/collaborative/model_recipe.h"

namespace bookreco {

/// Needs no reader of a book: scores by the cosine c between the vectors of a space, their mean
/// taken away, Σ history weight · max(c, 0)^power. Histories of more than 256 books are read as one
/// vector, their weighted mean.
ModelRecipe content_recipe();

/// The vectors less their mean, of unit length; items without a vector stay zero.
Factors centred_vectors(const ItemVectors& given);

}  // namespace bookreco
