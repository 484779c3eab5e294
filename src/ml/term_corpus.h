#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ml/spellings.h"
#include "ml/string_table.h"
#include "ml/term_counter.h"

namespace bookreco {

/// The documents of a fit as term counts: 6 bytes for each term of each document. Terms get numbers
/// in the order of first use, whatever the number of threads or the cut into batches.
///
/// At most kMaxTerms terms are held: past it those that one document alone has used so far are
/// forgotten there (Manku & Motwani 2002), and the bound doubles when that frees less than half.
/// Spellings are counted in the first 32,768 documents and in one of sixteen after.
class TermCorpus {
 public:
  static constexpr std::size_t kMaxTerms = 2'000'000;

  struct Row {
    std::span<const std::uint32_t> terms;
    std::span<const std::uint16_t> sixteenths;
  };

  explicit TermCorpus(std::size_t threads, std::size_t max_terms = kMaxTerms);

  void add(std::span<const Document> documents);
  std::size_t documents() const { return documents_; }
  const StringTable& terms() const { return terms_; }
  /// Documents that use each term.
  std::span<const std::uint32_t> frequencies() const { return frequencies_; }

  /// Keeps the terms whose `numbers` entry is not StringTable::kNone, under that number, and frees
  /// the rest. Once, after all adds.
  void select(std::span<const std::uint32_t> numbers);
  /// After select.
  Row row(std::size_t document) const;
  const Spellings& spellings() const { return spellings_; }

 private:
  /// Documents counted together: document i of the chunk holds entries ends[i - 1] to ends[i].
  struct Chunk {
    std::vector<std::uint32_t> ends;
    std::vector<std::uint32_t> terms;
    std::vector<std::uint16_t> sixteenths;
  };
  /// A chunk in the ids of the counter that made it.
  struct Counted {
    Chunk chunk;
    TermCounter* counter = nullptr;
  };

  void add_group(std::span<const Document> documents);
  void count(std::span<const Document> documents, std::size_t first, Counted& out);
  void merge(const Counted& counted);
  void harvest();
  void forget_rare();
  static void renumber(Chunk& chunk, std::span<const std::uint32_t> numbers);

  std::size_t threads_;
  std::size_t max_terms_;
  std::size_t documents_ = 0;
  StringTable terms_;
  std::vector<std::uint32_t> frequencies_;
  std::vector<Chunk> chunks_;
  TermCounterPool counters_;
  Spellings spellings_;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint32_t> row_terms_;
  std::vector<std::uint16_t> row_sixteenths_;
};

}  // namespace bookreco
