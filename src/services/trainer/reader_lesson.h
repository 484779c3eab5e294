#pragma once

#include <cstdint>
#include <vector>

#include "domain/reader_history.h"
#include "index/segment.h"
#include "ml/interaction_matrix.h"
#include "ports/stores.h"

namespace bookreco {

/// What there is to learn from readers: which works of a catalogue they liked, and how much.
struct ReaderLesson {
  InteractionMatrix matrix;          ///< readers × works, of those with one at least
  std::vector<std::uint64_t> works;  ///< which work each column is, ascending
  std::int64_t interactions = 0;     ///< read, of every kind
};

/// From every stored history, as `policy` weighs it at `now`. Books that `books` does not have are
/// passed over.
Result<ReaderLesson> read_lesson(ReaderStore& readers,
                                 const Segment& books,
                                 const InteractionPolicy& policy,
                                 Timestamp now);

}  // namespace bookreco
