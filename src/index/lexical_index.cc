#include "index/lexical_index.h"

#include <algorithm>
#include <cmath>

#include "index/lexical_dictionary.h"
#include "index/lexical_query.h"
#include "index/lexical_ranking.h"

namespace bookreco {

using namespace lexical_format;

struct LexicalIndex::Impl {
  SectionFile file;
  LexicalDictionary dictionary;
  LexicalPostings postings;
  Shape shape;

  Status check_blocks() const;
};

namespace {

constexpr float kK1 = 1.2F;

/// ln(1 + (N − n + ½) / (n + ½)), never negative.
double idf(std::uint64_t rows_with, std::uint64_t rows) {
  const auto n = static_cast<double>(std::min(rows_with, rows));
  return std::log1p((static_cast<double>(rows) - n + 0.5) / (n + 0.5));
}

std::uint32_t blocks_of(const WordEntry& word) {
  return static_cast<std::uint32_t>((std::uint64_t{word.rows} + kBlockRows - 1) / kBlockRows);
}

}  // namespace

/// Every word's blocks are its own, in order, and lie inside the postings and the rows.
Status LexicalIndex::Impl::check_blocks() const {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < dictionary.size(); ++i) {
    const WordEntry& word = dictionary.entry(i);
    if (word.first_block != next || blocks_of(word) > postings.blocks.size() - next) {
      return fail(Code::kDataLoss, "the postings of word {} are out of place", i);
    }
    const auto blocks = postings.blocks.subspan(next, blocks_of(word));
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (blocks[b].last_row >= shape.rows ||
          (b > 0 && blocks[b].last_row <= blocks[b - 1].last_row) ||
          blocks[b].offset > postings.bytes.size() - kPadding) {
        return fail(Code::kDataLoss, "a block of postings of word {} lies outside", i);
      }
    }
    next += blocks.size();
  }
  return next == postings.blocks.size() ? Status{}
                                        : fail(Code::kDataLoss, "some postings belong to no word");
}

Result<LexicalIndex> LexicalIndex::open(const SectionFile& file) {
  auto impl = std::make_shared<Impl>();
  impl->file = file;
  BOOKRECO_TRY(const auto shape, file.array<Shape>("shape"));
  BOOKRECO_TRY(const auto words, file.array<WordEntry>("words"));
  BOOKRECO_TRY(const auto text, file.array<char>("text"));
  BOOKRECO_TRY(impl->postings.blocks, file.array<BlockEntry>("blocks"));
  BOOKRECO_TRY(impl->postings.bytes, file.array<std::uint8_t>("postings"));
  BOOKRECO_TRY(impl->postings.lengths, file.array<std::uint8_t>("lengths"));
  if (shape.size() != 1 || shape[0].rows != impl->postings.lengths.size() ||
      shape[0].rows >= UINT32_MAX || impl->postings.bytes.size() < kPadding) {
    return fail(Code::kDataLoss, "the sections of the lexical index do not fit one another");
  }
  impl->shape = shape[0];
  BOOKRECO_TRY(impl->dictionary, LexicalDictionary::open(words, text));
  BOOKRECO_TRY_VOID(impl->check_blocks());
  LexicalIndex index;
  index.impl_ = std::move(impl);
  return index;
}

std::size_t LexicalIndex::rows() const {
  return impl_->shape.rows;
}
double LexicalIndex::total_length() const {
  return static_cast<double>(impl_->shape.total_length);
}

std::vector<LexicalHit> LexicalIndex::search(
    std::string_view query,
    std::size_t k,
    const RowSet* allowed,
    std::span<const LexicalIndex* const> statistics) const {
  BOOKRECO_CHECK(allowed == nullptr || allowed->rows() == rows());
  std::vector<const LexicalDictionary*> dictionaries = {&impl_->dictionary};
  std::uint64_t all_rows = impl_->shape.rows;
  std::uint64_t all_length = impl_->shape.total_length;
  for (const LexicalIndex* other : statistics) {
    if (other->impl_ != impl_) {
      dictionaries.push_back(&other->impl_->dictionary);
      all_rows += other->impl_->shape.rows;
      all_length += other->impl_->shape.total_length;
    }
  }
  std::vector<std::pair<double, RankedWord>> ranked;
  for (const QueryWord& word : understand(query, dictionaries)) {
    auto& [most, own] = ranked.emplace_back();
    for (const QueryTier& tier : word.tiers) {
      const double worth = double{tier.weight} * idf(tier.rows, all_rows) * (kK1 + 1);
      most = std::max(most, worth);
      for (const std::string& stem : tier.stems) {
        const auto found = impl_->dictionary.find(stem);
        if (found && impl_->dictionary.entry(*found).rows > 0) {
          const WordEntry& entry = impl_->dictionary.entry(*found);
          own.lists.push_back({entry.first_block, entry.rows, static_cast<float>(worth)});
        }
      }
    }
  }
  std::stable_sort(
      ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<RankedWord> words;
  for (auto& [most, own] : ranked) {
    words.push_back(std::move(own));
  }
  const double average =
      all_rows == 0 ? 1 : static_cast<double>(all_length) / static_cast<double>(all_rows);
  return rank(impl_->postings, words, std::max(average, 1.0), k, allowed);
}

std::vector<LexicalMatch> LexicalIndex::matches(std::string_view query) const {
  const LexicalDictionary* const own = &impl_->dictionary;
  std::vector<LexicalMatch> matches;
  for (QueryWord& word : understand(query, std::span(&own, 1))) {
    matches.push_back({std::move(word.typed), std::move(word.matched)});
  }
  return matches;
}

}  // namespace bookreco
