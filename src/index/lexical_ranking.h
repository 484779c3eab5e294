#pragma once

#include <span>
#include <vector>

#include "index/lexical_format.h"
#include "index/lexical_index.h"

namespace bookreco {

/// The postings of an index, as they lie in the file; every block and row in them was checked to be
/// inside.
struct LexicalPostings {
  std::span<const lexical_format::BlockEntry> blocks;
  std::span<const std::uint8_t> bytes;
  std::span<const std::uint8_t> lengths;  ///< by row, encoded
};

/// The postings of one stem, and what a full match of it is worth.
struct RankedList {
  std::uint32_t first_block = 0;
  std::uint32_t rows = 0;
  float worth = 0;  ///< weight · idf · (k1 + 1)
};

/// One typed word: a row scores by the best of its lists.
struct RankedWord {
  std::vector<RankedList> lists;
};

/// The best k rows of all. `average_length` is above zero; words are added up in the order given,
/// most telling first being the quickest.
std::vector<LexicalHit> rank(const LexicalPostings& postings,
                             std::span<const RankedWord> words,
                             double average_length,
                             std::size_t k,
                             const RowSet* allowed);

}  // namespace bookreco
