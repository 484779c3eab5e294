#include "index/lexical_ranking.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>

namespace bookreco {
namespace {

using namespace lexical_format;

constexpr float kK1 = 1.2F;
constexpr float kB = 0.75F;
constexpr std::size_t kWindow = 4096;  ///< rows added up at once, in the first-level cache
constexpr float kRoom = 1.0001F;       ///< bounds are added up in another order than scores

/// k1 · (1 − b + b · length / average) by length code.
using Norms = std::array<float, 256>;

Norms norms_of(double average_length) {
  Norms norms;
  for (std::size_t code = 0; code < norms.size(); ++code) {
    const auto length = static_cast<double>(decode_length(static_cast<std::uint8_t>(code)));
    norms[code] = kK1 * (1 - kB + kB * static_cast<float>(length / average_length));
  }
  return norms;
}

float score_of(float worth, std::uint8_t count, float norm) {
  const float weighted = kCountUnit * static_cast<float>(count);
  return worth * (weighted / (weighted + norm));
}

/// Reads the postings of one stem forward, a block at a time.
class Cursor {
 public:
  Cursor(const LexicalPostings& postings, const RankedList& list)
      : postings_(postings),
        blocks_(
            postings.blocks.subspan(list.first_block, (list.rows + kBlockRows - 1) / kBlockRows)),
        total_(list.rows),
        worth_(list.worth) {}

  /// Passes over rows before `begin`; answers the most that a row of [begin, end) can score, 0 when
  /// none is there.
  float bound(std::uint32_t begin, std::uint32_t end, const Norms& norms) {
    while (block_ < blocks_.size() && blocks_[block_].last_row < begin) {
      ++block_;
    }
    if (block_ == decoded_) {
      while (at_ < size_ && rows_[at_] < begin) {
        ++at_;
      }
      if (at_ < size_ && rows_[at_] >= end) {
        return 0;
      }
    }
    float most = 0;
    for (std::size_t i = block_;
         i < blocks_.size() && (i == 0 || blocks_[i - 1].last_row + 1 < end);
         ++i) {
      most = std::max(most, score_of(worth_, blocks_[i].max_count, norms[blocks_[i].min_length]));
    }
    return most;
  }

  /// Calls add(row, score) for the rows of [begin, end), after bound() of the same.
  template <class Add>
  void visit(std::uint32_t begin, std::uint32_t end, const Norms& norms, const Add& add) {
    for (; block_ < blocks_.size(); ++block_) {
      if (block_ != decoded_) {
        if (block_ > 0 && blocks_[block_ - 1].last_row + 1 >= end) {
          return;
        }
        decode();
      }
      while (at_ < size_ && rows_[at_] < begin) {
        ++at_;
      }
      for (; at_ < size_; ++at_) {
        const std::uint32_t row = rows_[at_];
        if (row >= end) {
          return;
        }
        add(row, score_of(worth_, counts_[at_], norms[postings_.lengths[row]]));
      }
    }
  }

 private:
  void decode() {
    const BlockEntry& block = blocks_[block_];
    const std::uint8_t* byte = postings_.bytes.data() + block.offset;
    std::uint64_t next = block_ == 0 ? 0 : std::uint64_t{blocks_[block_ - 1].last_row} + 1;
    size_ = std::min<std::size_t>(kBlockRows, total_ - block_ * kBlockRows);
    for (std::size_t i = 0; i < size_; ++i) {
      std::uint32_t gap = *byte++;
      if (gap >= 0x80) [[unlikely]] {
        gap &= 0x7F;
        for (unsigned shift = 7; shift < 35; shift += 7) {
          const std::uint32_t more = *byte++;
          gap |= (more & 0x7F) << shift;
          if (more < 0x80) {
            break;
          }
        }
      }
      // Whatever the bytes are, rows ascend and end with the block's last.
      rows_[i] = static_cast<std::uint32_t>(std::min<std::uint64_t>(next + gap, block.last_row));
      next = std::uint64_t{rows_[i]} + 1;
      counts_[i] = *byte++;
    }
    decoded_ = block_;
    at_ = 0;
  }

  const LexicalPostings& postings_;
  std::span<const BlockEntry> blocks_;
  std::size_t total_;
  float worth_;
  std::size_t block_ = 0;
  std::size_t decoded_ = std::numeric_limits<std::size_t>::max();
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::array<std::uint32_t, kBlockRows> rows_;
  std::array<std::uint8_t, kBlockRows> counts_;
};

struct WordCursors {
  std::vector<Cursor> lists;
  std::vector<float> list_bounds;
  float bound = 0;  ///< in the window at hand

  void set_bounds(std::uint32_t begin, std::uint32_t end, const Norms& norms) {
    bound = 0;
    for (std::size_t i = 0; i < lists.size(); ++i) {
      list_bounds[i] = lists[i].bound(begin, end, norms);
      bound = std::max(bound, list_bounds[i]);
    }
  }
};

bool better(const LexicalHit& a, const LexicalHit& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
}

/// Adds up the words window by window. A window, or what is left of it, is passed over when block
/// bounds show that none of its rows can enter the best k (in the manner of MaxScore, Turtle &
/// Flood 1995, with the block bounds of Ding & Suel 2011).
class Ranking {
 public:
  Ranking(const LexicalPostings& postings,
          std::span<const RankedWord> words,
          double average_length,
          std::size_t k)
      : norms_(norms_of(average_length)), k_(k), words_(words.size()), share_(words.size() + 1) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      for (const RankedList& list : words[i].lists) {
        words_[i].lists.emplace_back(postings, list);
      }
      words_[i].list_bounds.resize(words[i].lists.size());
    }
    for (std::size_t matched = 0; matched < share_.size(); ++matched) {
      share_[matched] = static_cast<float>(matched) / static_cast<float>(words.size());
    }
  }

  void window(std::uint32_t begin, std::uint32_t end, const RowSet* allowed) {
    float rest = 0;
    std::size_t present = 0;
    for (WordCursors& word : words_) {
      word.set_bounds(begin, end, norms_);
      rest += word.bound;
      present += word.bound > 0 ? 1 : 0;
    }
    for (WordCursors& word : words_) {
      if (word.bound == 0) {
        continue;
      }
      if (!may_enter(rest, present, end - begin)) {
        clear();
        return;
      }
      add_up(word, begin, end);
      rest -= word.bound;
      --present;
    }
    collect(begin, end, allowed);
    clear();
  }

  std::vector<LexicalHit> finish() {
    std::sort_heap(best_.begin(), best_.end(), better);
    return std::move(best_);
  }

 private:
  float share(std::size_t matched) const { return share_[std::min(matched, words_.size())]; }

  /// Whether a row of the window can still enter when `words` more may add `rest` to it.
  bool may_enter(float rest, std::size_t words, std::size_t rows) const {
    if (best_.size() < k_) {
      return true;
    }
    const float least = best_.front().score / kRoom;
    if (rest * share(words) > least) {
      return true;
    }
    for (std::size_t i = 0; touched_ && i < rows; ++i) {
      if (totals_[i] + rest > least && (totals_[i] + rest) * share(matched_[i] + words) > least) {
        return true;
      }
    }
    return false;
  }

  void add_up(WordCursors& word, std::uint32_t begin, std::uint32_t end) {
    touched_ = true;
    if (word.lists.size() == 1) {
      word.lists[0].visit(begin, end, norms_, [&](std::uint32_t row, float score) {
        totals_[row - begin] += score;
        ++matched_[row - begin];
      });
      return;
    }
    for (std::size_t i = 0; i < word.lists.size(); ++i) {
      if (word.list_bounds[i] == 0) {
        continue;
      }
      word.lists[i].visit(begin, end, norms_, [&](std::uint32_t row, float score) {
        float& best = word_best_[row - begin];
        if (best == 0) {
          word_rows_.push_back(static_cast<std::uint16_t>(row - begin));
        }
        best = std::max(best, score);
      });
    }
    for (const std::uint16_t row : word_rows_) {
      totals_[row] += std::exchange(word_best_[row], 0.0F);
      ++matched_[row];
    }
    word_rows_.clear();
  }

  void collect(std::uint32_t begin, std::uint32_t end, const RowSet* allowed) {
    for (std::uint32_t i = 0; i < end - begin && touched_; ++i) {
      const float least = best_.size() < k_ ? 0 : best_.front().score;
      if (totals_[i] <= least) {
        continue;
      }
      const float score = totals_[i] * share(matched_[i]);
      if (score <= least || (allowed != nullptr && !allowed->contains(begin + i))) {
        continue;
      }
      if (best_.size() == k_) {
        std::pop_heap(best_.begin(), best_.end(), better);
        best_.back() = {begin + i, score};
      } else {
        best_.push_back({begin + i, score});
      }
      std::push_heap(best_.begin(), best_.end(), better);
    }
  }

  void clear() {
    if (std::exchange(touched_, false)) {
      totals_.fill(0);
      matched_.fill(0);
    }
  }

  Norms norms_;
  std::size_t k_;
  std::vector<WordCursors> words_;
  std::vector<float> share_;  ///< by number of words matched
  std::vector<LexicalHit> best_;
  bool touched_ = false;
  std::array<float, kWindow> totals_{};
  std::array<std::uint8_t, kWindow> matched_{};
  std::array<float, kWindow> word_best_{};
  std::vector<std::uint16_t> word_rows_;
};

bool any_allowed(const RowSet* allowed, std::size_t begin, std::size_t end) {
  if (allowed == nullptr) {
    return true;
  }
  const auto words = allowed->words().subspan(begin / 64, (end + 63) / 64 - begin / 64);
  return std::any_of(words.begin(), words.end(), [](std::uint64_t word) { return word != 0; });
}

}  // namespace

std::vector<LexicalHit> rank(const LexicalPostings& postings,
                             std::span<const RankedWord> words,
                             double average_length,
                             std::size_t k,
                             const RowSet* allowed) {
  const std::size_t rows = postings.lengths.size();
  k = std::min(k, rows);
  if (k == 0 || words.empty()) {
    return {};
  }
  const auto ranking = std::make_unique<Ranking>(postings, words, average_length, k);
  for (std::size_t begin = 0; begin < rows; begin += kWindow) {
    const std::size_t end = std::min(rows, begin + kWindow);
    if (any_allowed(allowed, begin, end)) {
      ranking->window(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), allowed);
    }
  }
  return ranking->finish();
}

}  // namespace bookreco
