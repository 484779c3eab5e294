#pragma once

#include <set>
#include <string>

#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/stores.h"

namespace bookreco {

/// Removes the versions of a model, and its folders, that are not in `kept`: files that a run which
/// died left without a version go too. Versions that an alias names stay and are added to `kept`.
Status forget_all_but(ModelStore& models,
                      BlobStore& blobs,
                      const std::string& model,
                      std::set<std::string>& kept);

}  // namespace bookreco
