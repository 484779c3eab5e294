#include "services/trainer/old_versions.h"

namespace bookreco {

Status forget_all_but(ModelStore& models,
                      BlobStore& blobs,
                      const std::string& model,
                      std::set<std::string>& kept) {
  BOOKRECO_TRY(const auto versions, models.list(model));
  for (const ModelVersion& version : versions) {
    if (kept.contains(version.version)) {
      continue;
    }
    const Status removed = models.remove(model, version.version);
    if (!removed && removed.error().code != Code::kFailedPrecondition) {
      return removed;
    }
    if (!removed) {
      kept.insert(version.version);  // an alias names it
    }
  }
  BOOKRECO_TRY(const auto locations, blobs.list(model));
  for (const std::string& location : locations) {
    if (!kept.contains(location.substr(location.rfind('/') + 1))) {
      BOOKRECO_TRY_VOID(blobs.remove(location));
    }
  }
  return {};
}

}  // namespace bookreco
