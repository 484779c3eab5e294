#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/lexical_dictionary.h"

namespace bookreco {

/// Stems that stand in for one typed word to the same degree.
struct QueryTier {
  float weight = 1;  ///< 1 for the word itself, less for prefixes and misspellings
  std::vector<std::string> stems;
  std::uint64_t rows =
      0;  ///< that have one of them, counted with repetition, over all dictionaries
};

struct QueryWord {
  std::string typed;    ///< folded
  std::string matched;  ///< the spelling that stands in for it
  std::vector<QueryTier> tiers;
};

/// What the words of `query` may mean in the dictionaries together; those that mean nothing are
/// left out. Safe from any thread.
std::vector<QueryWord> understand(std::string_view query,
                                  std::span<const LexicalDictionary* const> dictionaries);

}  // namespace bookreco
