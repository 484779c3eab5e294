#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/section_file.h"
#include "ml/collaborative_model.h"

namespace bookreco {

// Parts of a model's file (docs/formats/recommender.md). `prefix` names the model where a file
// holds several; it is empty for the outermost.

inline std::string section_name(std::string_view prefix, std::string_view name) {
  return fmt::format("{}{}", prefix, name);
}

Status write_info(SectionWriter& writer, std::string_view prefix, const ModelInfo& info);
Result<ModelInfo> read_info(const SectionFile& file, std::string_view prefix);

/// The section's elements, copied; kDataLoss unless there are `count`.
template <class T>
Result<std::vector<T>> read_array(const SectionFile& file,
                                  std::string_view prefix,
                                  std::string_view name,
                                  std::size_t count) {
  BOOKRECO_TRY(const auto values, file.array<T>(section_name(prefix, name)));
  if (values.size() != count) {
    return fail(Code::kDataLoss,
                "section {} has {} values instead of {}: train the model again",
                section_name(prefix, name),
                values.size(),
                count);
  }
  return std::vector<T>(values.begin(), values.end());
}

}  // namespace bookreco
