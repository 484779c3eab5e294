#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/threads.h"
#include "index/lexical_format.h"
#include "index/lexical_index.h"
#include "index/lexical_words.h"
#include "ml/string_table.h"

namespace bookreco {
namespace {

using namespace lexical_format;
using Reading = Tokenizer::Reading;

/// Fields of at most so many words (titles, names) keep their stop words, so that "It" and "Nous
/// deux" are found.
constexpr std::size_t kShortField = 16;
constexpr std::size_t kRowsPerThread = 64;  ///< fewer are read sooner than a thread starts

struct Posting {
  std::uint32_t word = 0;  ///< the reader's number of a stem
  std::uint8_t count = 0;
};

/// Reads one share of each batch. Its numbers of words grow from batch to batch.
class BatchReader {
 public:
  StringTable words;                ///< spellings and stems
  std::vector<Posting> postings;    ///< of the batch, row after row
  std::vector<std::uint32_t> ends;  ///< of each row in `postings`
  std::vector<std::uint32_t> lengths;

  void read(std::span<const LexicalIndexBuilder::Row> rows) {
    postings.clear();
    ends.clear();
    lengths.clear();
    for (const auto& row : rows) {
      read_row(row);
      ends.push_back(static_cast<std::uint32_t>(postings.size()));
    }
  }

  /// visit(word, uses) for every spelling read so far.
  template <class Visit>
  void each_spelling(const Visit& visit) const {
    for (const Spelling& spelling : spellings_) {
      if (spelling.uses > 0) {
        visit(spelling.word, spelling.uses);
      }
    }
  }

 private:
  struct Spelling {
    std::uint32_t word = StringTable::kNone;
    std::uint32_t french = StringTable::kNone;
    std::uint32_t english = StringTable::kNone;
    std::uint32_t quiet = 0;
    std::uint32_t uses = 0;
  };

  Spelling& spelling(std::uint32_t number) {
    if (number >= spellings_.size()) {
      spellings_.resize(number + 1);
    }
    Spelling& known = spellings_[number];
    if (known.word == StringTable::kNone) {
      const std::string text(splitter_.word(number));
      known.word = words.insert(text);
      known.quiet = quiet_readings(text);
    }
    return known;
  }

  std::uint32_t stem_of(std::uint32_t number, Spelling& spelling, Reading reading) {
    if (reading != Reading::kFrench && reading != Reading::kEnglish) {
      return spelling.word;
    }
    std::uint32_t& stem = reading == Reading::kFrench ? spelling.french : spelling.english;
    if (stem == StringTable::kNone) {
      stem = words.insert(splitter_.stem(splitter_.word(number), reading));
    }
    return stem;
  }

  void read_row(const LexicalIndexBuilder::Row& row) {
    const Reading reading = Tokenizer::reading(row.language);
    double length = 0;
    for (const LexicalField& field : row.fields) {
      if (!(field.weight > 0) || !std::isfinite(field.weight)) {
        continue;
      }
      numbers_.clear();
      splitter_.split(field.text, numbers_);
      const std::uint32_t dropped = numbers_.size() > kShortField ? reading_bit(reading) : 0;
      for (const std::uint32_t number : numbers_) {
        Spelling& known = spelling(number);
        if ((known.quiet & dropped) != 0) {
          continue;
        }
        ++known.uses;
        add(stem_of(number, known, reading), field.weight);
        length += field.weight;
      }
    }
    for (const std::uint32_t word : touched_) {
      const float units = std::round(std::exchange(counts_[word], 0.0F) / kCountUnit);
      postings.push_back({word, static_cast<std::uint8_t>(std::clamp(units, 1.0F, 255.0F))});
    }
    touched_.clear();
    lengths.push_back(static_cast<std::uint32_t>(std::clamp(std::round(length), 0.0, 1e9)));
  }

  void add(std::uint32_t word, float weight) {
    if (word >= counts_.size()) {
      counts_.resize(words.size(), 0.0F);
    }
    if (counts_[word] == 0) {
      touched_.push_back(word);
    }
    counts_[word] += weight;
  }

  LexicalWords splitter_;
  std::vector<Spelling> spellings_;  ///< by the splitter's number
  std::vector<std::uint32_t> numbers_;
  std::vector<float> counts_;  ///< of the row at hand, by word; zero between rows
  std::vector<std::uint32_t> touched_;
};

/// The postings of one word as they will lie in the file.
struct WordPostings {
  std::string bytes;
  std::uint32_t next = 0;  ///< one more than the last row
  std::uint32_t rows = 0;

  void add(std::uint32_t row, std::uint8_t count) {
    std::uint32_t gap = row - next;
    while (gap >= 0x80) {
      bytes += static_cast<char>(gap | 0x80);
      gap >>= 7;
    }
    bytes += static_cast<char>(gap);
    bytes += static_cast<char>(count);
    next = row + 1;
    ++rows;
  }

  /// Appends the blocks of these postings, which lie at `offset` in their section.
  void append_blocks(std::uint64_t offset,
                     std::span<const std::uint8_t> lengths,
                     std::vector<BlockEntry>& blocks) const {
    std::uint32_t row = ~0U;
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < rows; ++i) {
      if (i % kBlockRows == 0) {
        blocks.push_back({.offset = offset + at, .min_length = UINT8_MAX});
      }
      std::uint32_t gap = 0;
      for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<std::uint8_t>(bytes[at++]);
        gap |= (byte & 0x7FU) << shift;
        if (byte < 0x80) {
          break;
        }
      }
      row += gap + 1;
      BlockEntry& block = blocks.back();
      block.last_row = row;
      block.max_count = std::max(block.max_count, static_cast<std::uint8_t>(bytes[at++]));
      block.min_length = std::min(block.min_length, lengths[row]);
    }
  }
};

}  // namespace

struct LexicalIndexBuilder::Impl {
  struct Share {
    BatchReader reader;
    std::vector<std::uint32_t> words;  ///< the reader's numbers to ours
  };

  std::vector<std::unique_ptr<Share>> shares;
  StringTable words;
  std::vector<WordPostings> postings;  ///< by word
  std::vector<std::uint8_t> lengths;   ///< by row, encoded
  std::uint64_t total_length = 0;

  void take(Share& share) {
    for (std::size_t word = share.words.size(); word < share.reader.words.size(); ++word) {
      share.words.push_back(words.insert(share.reader.words.at(static_cast<std::uint32_t>(word))));
    }
    postings.resize(words.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < share.reader.ends.size(); ++i) {
      const auto row = static_cast<std::uint32_t>(lengths.size());
      for (; at < share.reader.ends[i]; ++at) {
        const Posting& posting = share.reader.postings[at];
        postings[share.words[posting.word]].add(row, posting.count);
      }
      lengths.push_back(encode_length(share.reader.lengths[i]));
      total_length += share.reader.lengths[i];
    }
  }

  std::vector<std::uint32_t> sorted_words() const {
    std::vector<std::uint32_t> order(words.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(
        order.begin(), order.end(), [this](auto a, auto b) { return words.at(a) < words.at(b); });
    return order;
  }

  std::vector<std::uint32_t> uses() const {
    std::vector<std::uint32_t> all(words.size(), 0);
    for (const auto& share : shares) {
      share->reader.each_spelling(
          [&](std::uint32_t word, std::uint32_t count) { all[share->words[word]] += count; });
    }
    return all;
  }

  Status write_postings(SectionWriter& writer,
                        std::span<const std::uint32_t> order,
                        std::vector<WordEntry>& entries,
                        std::vector<BlockEntry>& blocks);
};

LexicalIndexBuilder::LexicalIndexBuilder(std::size_t threads) : impl_(std::make_unique<Impl>()) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    impl_->shares.push_back(std::make_unique<Impl::Share>());
  }
}
LexicalIndexBuilder::~LexicalIndexBuilder() = default;
LexicalIndexBuilder::LexicalIndexBuilder(LexicalIndexBuilder&&) noexcept = default;
LexicalIndexBuilder& LexicalIndexBuilder::operator=(LexicalIndexBuilder&&) noexcept = default;

void LexicalIndexBuilder::add_batch(std::span<const Row> rows) {
  auto& shares = impl_->shares;
  const std::size_t used = std::clamp<std::size_t>(rows.size() / kRowsPerThread, 1, shares.size());
  parallel_for(used, used, [&](std::size_t i) {
    const std::size_t begin = rows.size() * i / used;
    shares[i]->reader.read(rows.subspan(begin, rows.size() * (i + 1) / used - begin));
  });
  for (std::size_t i = 0; i < used; ++i) {
    impl_->take(*shares[i]);
  }
}

Status LexicalIndexBuilder::Impl::write_postings(SectionWriter& writer,
                                                 std::span<const std::uint32_t> order,
                                                 std::vector<WordEntry>& entries,
                                                 std::vector<BlockEntry>& blocks) {
  const std::vector<std::uint32_t> counts = uses();
  std::uint64_t offset = 0;
  std::uint64_t text = 0;
  BOOKRECO_TRY_VOID(writer.begin("postings"));
  for (const std::uint32_t word : order) {
    entries.push_back({static_cast<std::uint32_t>(text),
                       counts[word],
                       postings[word].rows,
                       static_cast<std::uint32_t>(blocks.size())});
    postings[word].append_blocks(offset, lengths, blocks);
    BOOKRECO_TRY_VOID(writer.append(std::as_bytes(std::span(postings[word].bytes))));
    offset += postings[word].bytes.size();
    text += words.at(word).size();
  }
  entries.push_back(
      {static_cast<std::uint32_t>(text), 0, 0, static_cast<std::uint32_t>(blocks.size())});
  if (text > UINT32_MAX || blocks.size() > UINT32_MAX) {
    return fail(Code::kResourceExhausted,
                "the words of {} books are too many for one lexical index",
                lengths.size());
  }
  static constexpr std::array<char, kPadding> kZeros{};
  return writer.append(std::as_bytes(std::span(kZeros)));
}

Status LexicalIndexBuilder::write(SectionWriter& writer) {
  Impl& impl = *impl_;
  if (impl.lengths.size() >= UINT32_MAX) {
    return fail(Code::kResourceExhausted,
                "{} books are too many for one lexical index",
                impl.lengths.size());
  }
  const std::array<Shape, 1> shape = {Shape{impl.lengths.size(), impl.total_length}};
  const std::vector<std::uint32_t> order = impl.sorted_words();
  std::vector<WordEntry> entries;
  std::vector<BlockEntry> blocks;
  BOOKRECO_TRY_VOID(writer.add<Shape>("shape", shape));
  BOOKRECO_TRY_VOID(impl.write_postings(writer, order, entries, blocks));
  BOOKRECO_TRY_VOID(writer.add<WordEntry>("words", entries));
  BOOKRECO_TRY_VOID(writer.begin("text"));
  for (const std::uint32_t word : order) {
    BOOKRECO_TRY_VOID(writer.append(std::as_bytes(std::span(impl.words.at(word)))));
  }
  BOOKRECO_TRY_VOID(writer.add<BlockEntry>("blocks", blocks));
  return writer.add<std::uint8_t>("lengths", impl.lengths);
}

}  // namespace bookreco
