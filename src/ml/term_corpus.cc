#include "ml/term_corpus.h"

#include <algorithm>
#include <utility>

#include "base/threads.h"

namespace bookreco {
namespace {

constexpr std::size_t kChunkDocuments = 512;
constexpr std::size_t kGroupDocuments = 64 * kChunkDocuments;  // counted before they are merged
constexpr std::size_t kSpelledDocuments = 32'768;
constexpr std::size_t kSpelledEvery = 16;

bool is_spelled(std::size_t document) {
  return document < kSpelledDocuments || document % kSpelledEvery == 0;
}

}  // namespace

TermCorpus::TermCorpus(std::size_t threads, std::size_t max_terms)
    : threads_(threads), max_terms_(max_terms) {}

void TermCorpus::add(std::span<const Document> documents) {
  while (!documents.empty()) {
    const std::size_t size = std::min(documents.size(), kGroupDocuments);
    add_group(documents.first(size));
    documents = documents.subspan(size);
  }
}

void TermCorpus::add_group(std::span<const Document> documents) {
  std::vector<Counted> counted((documents.size() + kChunkDocuments - 1) / kChunkDocuments);
  parallel_blocks(documents.size(), kChunkDocuments, threads_, [&](Range range, std::size_t index) {
    count(documents.subspan(range.begin, range.end - range.begin),
          documents_ + range.begin,
          counted[index]);
  });
  for (Counted& each : counted) {
    merge(each);
    each = {};
  }
  documents_ += documents.size();
  if (std::ranges::any_of(counters_.all(),
                          [](const auto& counter) { return counter->tokenizer().large(); })) {
    harvest();
  }
}

void TermCorpus::count(std::span<const Document> documents, std::size_t first, Counted& out) {
  const TermCounterPool::Lease counter(counters_);
  out.counter = &*counter;
  std::vector<TermCount> counts;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    counter->count(documents[i], is_spelled(first + i), counts);
    for (const TermCount& each : counts) {
      out.chunk.terms.push_back(each.term);
      out.chunk.sixteenths.push_back(each.sixteenths);
    }
    out.chunk.ends.push_back(static_cast<std::uint32_t>(out.chunk.terms.size()));
  }
}

void TermCorpus::merge(const Counted& counted) {
  const Chunk& source = counted.chunk;
  chunks_.emplace_back();
  chunks_.back().ends.reserve(source.ends.size());
  chunks_.back().terms.reserve(source.terms.size());
  chunks_.back().sixteenths.reserve(source.terms.size());
  std::vector<std::uint32_t>& known = counted.counter->known;
  std::size_t begin = 0;
  for (const std::uint32_t end : source.ends) {
    Chunk& chunk = chunks_.back();
    known.resize(counted.counter->tokenizer().tokens(), StringTable::kNone);
    for (std::size_t i = begin; i < end; ++i) {
      std::uint32_t& number = known[source.terms[i]];
      if (number == StringTable::kNone) {
        number = terms_.insert(counted.counter->tokenizer().token(source.terms[i]));
        frequencies_.resize(terms_.size());
      }
      ++frequencies_[number];
      chunk.terms.push_back(number);
      chunk.sixteenths.push_back(source.sixteenths[i]);
    }
    chunk.ends.push_back(static_cast<std::uint32_t>(chunk.terms.size()));
    begin = end;
    if (terms_.size() > max_terms_) {
      forget_rare();
    }
  }
}

void TermCorpus::harvest() {
  for (const auto& counter : counters_.all()) {
    const Tokenizer& tokenizer = counter->tokenizer();
    tokenizer.for_each_spelling(
        [&](std::string_view spelling, std::uint32_t token, std::uint64_t count) {
          spellings_.add(tokenizer.token(token), spelling, count);
        });
    counter->trim();
  }
}

void TermCorpus::renumber(Chunk& chunk, std::span<const std::uint32_t> numbers) {
  std::size_t begin = 0;
  std::uint32_t kept = 0;
  for (std::uint32_t& end : chunk.ends) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::uint32_t number = numbers[chunk.terms[i]];
      if (number != StringTable::kNone) {
        chunk.terms[kept] = number;
        chunk.sixteenths[kept] = chunk.sixteenths[i];
        ++kept;
      }
    }
    begin = end;
    end = kept;
  }
  chunk.terms.resize(kept);
  chunk.sixteenths.resize(kept);
}

void TermCorpus::forget_rare() {
  std::vector<std::uint32_t> numbers(terms_.size(), StringTable::kNone);
  std::vector<std::uint32_t> frequencies;
  StringTable kept;
  for (std::uint32_t term = 0; term < terms_.size(); ++term) {
    if (frequencies_[term] > 1) {
      numbers[term] = kept.insert(terms_.at(term));
      frequencies.push_back(frequencies_[term]);
    }
  }
  parallel_for(chunks_.size(), threads_, [&](std::size_t i) { renumber(chunks_[i], numbers); });
  for (const auto& counter : counters_.all()) {
    counter->known.clear();
  }
  terms_ = std::move(kept);
  frequencies_ = std::move(frequencies);
  if (terms_.size() * 2 > max_terms_) {
    max_terms_ *= 2;
  }
}

void TermCorpus::select(std::span<const std::uint32_t> numbers) {
  harvest();
  parallel_for(chunks_.size(), threads_, [&](std::size_t i) { renumber(chunks_[i], numbers); });
  std::vector<std::uint64_t> first_entry(chunks_.size());
  offsets_.assign(1, 0);
  offsets_.reserve(documents_ + 1);
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    const std::uint64_t begin = offsets_.back();
    first_entry[i] = begin;
    for (const std::uint32_t end : chunks_[i].ends) {
      offsets_.push_back(begin + end);
    }
  }
  row_terms_.resize(offsets_.back());
  row_sixteenths_.resize(offsets_.back());
  parallel_for(chunks_.size(), threads_, [&](std::size_t i) {
    const auto place = static_cast<std::ptrdiff_t>(first_entry[i]);
    std::ranges::copy(chunks_[i].terms, row_terms_.begin() + place);
    std::ranges::copy(chunks_[i].sixteenths, row_sixteenths_.begin() + place);
    chunks_[i] = {};
  });
  chunks_.clear();
  terms_.clear();
  frequencies_ = {};
}

TermCorpus::Row TermCorpus::row(std::size_t document) const {
  const std::size_t first = offsets_[document];
  const std::size_t count = offsets_[document + 1] - first;
  return {{row_terms_.data() + first, count}, {row_sixteenths_.data() + first, count}};
}

}  // namespace bookreco
