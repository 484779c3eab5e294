#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ml/interaction_matrix.h"
#include "services/evaluator/interaction_file.h"

namespace bookreco {

/// How rows become entries of a matrix.
struct DatasetOptions {
  InteractionFileOptions files;
  std::optional<double> min_value;     ///< rows of a lower value are left out
  bool use_values = false;             ///< keep values as strengths; else each entry counts 1
  bool order_as_time = false;          ///< a file without times gets the order of its rows instead
  std::uint32_t least_per_reader = 0;  ///< readers with fewer entries are left out
  std::uint32_t least_per_item = 0;    ///< items with fewer, before the readers are counted
};

struct DatasetFile {
  InteractionFileReport report;
  std::uint64_t below_min_value = 0;
  std::uint64_t repeated = 0;  ///< rows of a reader and an item that the file has already
  std::uint64_t entries = 0;
};

/// Files of interactions as matrices over the same readers and items. Ids are numbered in the order
/// of their bytes, so that nothing depends on the order of rows.
struct Dataset {
  std::vector<std::string> readers;
  std::vector<std::string> items;
  std::vector<InteractionMatrix> matrices;  ///< one for each file
  std::vector<DatasetFile> files;
};

/// Reads one file for each path. kInvalidArgument when a file leaves no entry, or when `min_value`
/// is asked of a file without values.
Result<Dataset> read_dataset(std::span<const std::string> paths,
                             const DatasetOptions& options,
                             RejectFile* rejects,
                             const ProgressFn& progress);

}  // namespace bookreco
