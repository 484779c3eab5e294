#pragma once

#include <cstdint>
#include <optional>

#include "base/files.h"
#include "ml/collaborative/factors.h"

namespace bookreco {

/// Where a fit of iALS stands after an epoch.
struct IalsState {
  std::uint64_t epoch = 0;
  Factors readers;
  Factors items;
  Factors best;  ///< items of the best epoch; empty without validation
  double best_quality = 0;
  std::uint64_t best_epoch = 0;
  bool finished = false;
};

/// What was saved under that path for the same data, parameters and seed (`key`); nothing when the
/// path is empty, the file is missing, damaged or of another fit: the fit then starts anew.
std::optional<IalsState> load_state(const Path& path, std::uint64_t key);
/// Does nothing when the path is empty.
Status save_state(const Path& path, std::uint64_t key, const IalsState& state);
void remove_state(const Path& path);

}  // namespace bookreco
