#pragma once

#include <vector>

#include "base/files.h"

namespace bookreco {

/// What is directly in `folder`; nothing when it is not a folder or cannot be read.
inline std::vector<std::filesystem::directory_entry> entries_of(const Path& folder) {
  std::vector<std::filesystem::directory_entry> entries;
  std::error_code error;
  const std::filesystem::directory_iterator end;
  for (std::filesystem::directory_iterator it(folder, error); !error && it != end;
       it.increment(error)) {
    entries.push_back(*it);
  }
  return entries;
}

}  // namespace bookreco
