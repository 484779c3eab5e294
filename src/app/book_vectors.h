#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "services/evaluator/evaluator.h"
#include "services/vectorizer/vectorizer_service.h"

namespace bookreco {

/// Vectors of the books of some files, any that `bookreco ingest` reads, by every name that
/// interactions may have for them: the source's own number, the id, the EAN and the ISBN-13. The
/// vectorizer is fitted on these books alone; nothing is stored. kInvalidArgument when fewer than
/// two books can be read.
Result<NamedVectors> read_book_vectors(const std::vector<std::string>& files,
                                       const VectorizerSettings& settings,
                                       const ProgressFn& progress);

}  // namespace bookreco
