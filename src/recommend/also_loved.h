#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// What readers of one book loved beside it, best first: the works that the collaborative model
/// puts highest for a reader of this book alone, each score divided by √(50 + readers of the work),
/// so that what everybody reads does not stand under every book (a popularity penalty as in RP3β,
/// Paudel et al., "Updatable, accurate, diverse, and scalable recommendations", TiiS 2017). Scores
/// are relative to the best; each hit counts its readers and says what it shares with the book.
///
/// One edition of a work, in the book's language where there is one, never the book's own work; of
/// a series the volume that comes next alone, at most kMaxPerAuthor of an author. Strategy
/// "readers". Where no reader of the model knows the book: similar(), strategy "content", degraded.
/// kNotFound for an unknown book, kInvalidArgument for k out of range. Safe from any thread.
Result<Hits> also_loved(const std::shared_ptr<const Snapshot>& snapshot,
                        const AlsoLovedRequest& request,
                        std::size_t threads = 1);

}  // namespace bookreco
