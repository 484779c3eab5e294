#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"
#include "index/row_set.h"

namespace bookreco {

/// One piece of text of a book, e.g. its title with a high weight.
struct LexicalField {
  std::string_view text;
  float weight = 1;
};

struct LexicalHit {
  std::uint32_t row = 0;
  float score = 0;
};

/// One word typed, as the index understood it.
struct LexicalMatch {
  std::string typed;    ///< folded
  std::string matched;  ///< the indexed word that stood in for it (prefix or edit distance ≤ 2), or
                        ///< the same
};

/// Collects rows in order and writes the index. One thread calls it; add_batch works on several,
/// which never changes the bytes. Stop words count only in short fields (titles, names), where they
/// may be all that there is.
class LexicalIndexBuilder {
 public:
  explicit LexicalIndexBuilder(std::size_t threads = 1);
  ~LexicalIndexBuilder();
  LexicalIndexBuilder(LexicalIndexBuilder&&) noexcept;
  LexicalIndexBuilder& operator=(LexicalIndexBuilder&&) noexcept;

  struct Row {
    std::vector<LexicalField> fields;
    std::string_view language;  ///< chooses the stemmer
  };
  void add_batch(std::span<const Row> rows);
  Status write(SectionWriter& writer);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// BM25F-like ranking (Robertson, Zaragoza 2009: k1 1.2, b 0.75, weights applied to term counts)
/// over folded, stemmed words, with prefixes of the last word typed and edit distance ≤ 2 for words
/// that the index lacks (≤ 1 below six letters, 0 below three). Words of a query are matched by
/// their French stem, their English one, and as they are. Only the first 4,096 bytes and 32
/// different words of a query count. Immutable, maps from a SectionFile; safe from any thread.
class LexicalIndex {
 public:
  static Result<LexicalIndex> open(const SectionFile& file);

  std::size_t rows() const;
  double total_length() const;

  /// The best k rows, best first, ties to the smaller row: BM25 times the share of the known words
  /// that the row matches. `statistics` adds the other segments' rows, lengths, words and document
  /// frequencies, so that rows of several segments rank as rows of one; empty means this one alone.
  std::vector<LexicalHit> search(std::string_view query,
                                 std::size_t k,
                                 const RowSet* allowed = nullptr,
                                 std::span<const LexicalIndex* const> statistics = {}) const;

  /// How the words of `query` were understood, for "did you mean" and for reasons; words that match
  /// nothing are left out.
  std::vector<LexicalMatch> matches(std::string_view query) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace bookreco
