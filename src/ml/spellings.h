#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ml/string_table.h"

namespace bookreco {

/// How terms are written: counts the spellings of each and answers the one that people read. The
/// order of calls does not matter.
class Spellings {
 public:
  void add(std::string_view term, std::string_view spelling, std::uint64_t count);

  /// One per term, in its order: the most frequent spelling, in small letters unless nine in ten
  /// are written with the same capitals ("tragédie", "Himalaya"). The term itself where none was
  /// counted.
  std::vector<std::string> best(const StringTable& terms) const;

 private:
  StringTable keys_;  // term, NUL, spelling
  std::vector<std::uint64_t> counts_;
};

}  // namespace bookreco
