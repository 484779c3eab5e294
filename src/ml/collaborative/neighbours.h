#pragma once

#include "ml/collaborative/model_recipe.h"

namespace bookreco {

// Item weights counted over the readers that two items share; the heaviest of each target are kept.

/// Cosine of the items' columns, shrunk where few readers back it (Sarwar et al., WWW 2001; Bell &
/// Koren, ICDM 2007): dot / (|i| |j| + shrink).
ModelRecipe item_knn_recipe();

/// Dot products of columns weighted as BM25 weighs words: items are the documents, readers the
/// words (Robertson & Zaragoza 2009).
ModelRecipe bm25_knn_recipe();

/// A walk of two steps from the history, its probabilities to the power alpha (Cooper et al.,
/// "Random walks in recommender systems", WWW 2014).
ModelRecipe p3alpha_recipe();

/// The same divided by the target's number of readers to the power beta (Paudel et al., "Updatable,
/// accurate, diverse, and scalable recommendations for interactive applications", TiiS 2017).
ModelRecipe rp3beta_recipe();

}  // namespace bookreco
