#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "ml/lsa.h"
#include "ml/tokenizer.h"

namespace bookreco {

/// How often a document uses a term, weighted, in sixteenths.
struct TermCount {
  std::uint32_t term = 0;
  std::uint16_t sixteenths = 0;
};

/// Counts the terms of one document at a time, by the ids of its tokenizer. A document of unknown
/// language is read as French and as English, half each. One thread.
class TermCounter {
 public:
  /// In the order of first use. `spellings` adds to what tokenizer().for_each_spelling tells.
  void count(const Document& document, bool spellings, std::vector<TermCount>& out);
  Tokenizer& tokenizer() { return tokenizer_; }

  /// For the owner: its own number of each of the tokenizer's ids, emptied by trim().
  std::vector<std::uint32_t> known;
  /// Forgets `known` too.
  void trim();

 private:
  void add(std::string_view text, Tokenizer::Reading reading, float weight, bool spellings);

  Tokenizer tokenizer_;
  std::vector<std::uint32_t> tokens_;
  std::vector<float> sums_;
  std::vector<std::uint32_t> used_;
};

/// Counters lent to threads, each to one at a time. They live as long as the pool.
class TermCounterPool {
 public:
  class Lease {
   public:
    explicit Lease(TermCounterPool& pool) : pool_(pool), counter_(pool.take()) {}
    ~Lease() { pool_.give(counter_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    TermCounter* operator->() const { return counter_; }
    TermCounter& operator*() const { return *counter_; }

   private:
    TermCounterPool& pool_;
    TermCounter* counter_;
  };

  /// All of them, while none is lent.
  const std::vector<std::unique_ptr<TermCounter>>& all() const { return all_; }

 private:
  TermCounter* take();
  void give(TermCounter* counter);

  std::mutex mutex_;
  std::vector<std::unique_ptr<TermCounter>> all_;
  std::vector<TermCounter*> idle_;
};

}  // namespace bookreco
