#include "index/lexical_dictionary.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace bookreco {
namespace {

/// The code points of well-formed text; other bytes stand for themselves.
char32_t next_letter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  char32_t letter = byte(0);
  const std::size_t length = letter < 0x80 ? 1 : utf8_sequence_length(text.substr(at));
  if (length > 1) {
    letter &= 0xFFU >> (length + 1);
    for (std::size_t i = 1; i < length; ++i) {
      letter = letter << 6 | (byte(i) & 0x3FU);
    }
  }
  at += std::max<std::size_t>(length, 1);
  return letter;
}

/// Edit distances from one text to words that come in sorted order: one row of the table for each
/// letter of the word, and rows of a shared beginning are kept (Ukkonen 1985 for the band of 2 ·
/// limit + 1 columns).
class EditTable {
 public:
  EditTable(std::string_view text, std::size_t limit) : limit_(limit) {
    for (std::size_t at = 0; at < text.size();) {
      text_.push_back(next_letter(text, at));
    }
    width_ = text_.size() + 1;
    rows_.resize(width_ * (text_.size() + limit + 2));
    for (std::size_t column = 0; column < width_; ++column) {
      rows_[column] = column;
    }
  }

  /// Forgets the letters beyond the first `bytes` bytes.
  void keep(std::size_t bytes) {
    while (!letters_.empty() && letters_.back().end > bytes) {
      letters_.pop_back();
    }
  }

  /// Reads on to the end of `word`, whose beginning was kept. Answers its distance, above the limit
  /// when it is too far; then hopeless() is the length of the beginning with which every word is
  /// too far, or 0.
  std::size_t read(std::string_view word) {
    hopeless_ = 0;
    for (std::size_t at = letters_.empty() ? 0 : letters_.back().end; at < word.size();) {
      const char32_t letter = next_letter(word, at);
      letters_.push_back({letter, at});
      if (letters_.size() > text_.size() + limit_ || fill_row() > limit_) {
        letters_.back().end = at;
        hopeless_ = at;
        return limit_ + 1;
      }
    }
    return letters_.size() + limit_ < text_.size() ? limit_ + 1
                                                   : rows_[letters_.size() * width_ + text_.size()];
  }

  std::size_t hopeless() const { return hopeless_; }

 private:
  struct Letter {
    char32_t value;
    std::size_t end;  ///< in bytes
  };

  /// Computes the row of the last letter and answers the least distance in it.
  std::size_t fill_row() {
    const std::size_t row = letters_.size();
    const char32_t letter = letters_.back().value;
    std::size_t* now = &rows_[row * width_];
    const std::size_t* above = now - width_;
    const std::size_t far = limit_ + 1;
    const std::size_t begin = row > limit_ ? row - limit_ : 0;
    const std::size_t end = std::min(width_, row + limit_ + 1);
    std::size_t least = far;
    if (begin > 0) {
      now[begin - 1] = far;
    }
    for (std::size_t column = begin; column < end; ++column) {
      std::size_t best = column + 1 < row + limit_ + 1 ? above[column] + 1 : far;
      if (column > 0) {
        best = std::min(best, now[column - 1] + 1);
        best = std::min(best, above[column - 1] + (text_[column - 1] == letter ? 0 : 1));
        if (row > 1 && column > 1 && text_[column - 2] == letter &&
            text_[column - 1] == letters_[row - 2].value) {
          best = std::min(best, *(above - width_ + column - 2) + 1);
        }
      }
      now[column] = std::min(best, far);
      least = std::min(least, now[column]);
    }
    if (end < width_) {
      now[end] = far;
    }
    return least;
  }

  std::size_t limit_;
  std::u32string text_;
  std::size_t width_ = 0;
  std::vector<std::size_t> rows_;
  std::vector<Letter> letters_;
  std::size_t hopeless_ = 0;
};

}  // namespace

Result<LexicalDictionary> LexicalDictionary::open(std::span<const lexical_format::WordEntry> words,
                                                  std::span<const char> text) {
  LexicalDictionary dictionary;
  dictionary.words_ = words;
  dictionary.text_ = text;
  if (words.empty() || words.front().text != 0 || words.back().text != text.size()) {
    return fail(Code::kDataLoss, "the words do not fill their text");
  }
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i].text >= words[i + 1].text || words[i + 1].text > text.size()) {
      return fail(Code::kDataLoss, "the words overlap");
    }
  }
  dictionary.shared_.resize(words.size() - 1);
  std::string_view before;
  for (std::size_t i = 0; i < dictionary.size(); ++i) {
    const std::string_view word = dictionary.text(i);
    if (i > 0 && word <= before) {
      return fail(Code::kDataLoss, "the words are not sorted");
    }
    const std::size_t most = std::min<std::size_t>({word.size(), before.size(), UINT8_MAX});
    const auto differ = std::mismatch(
        word.begin(), word.begin() + static_cast<std::ptrdiff_t>(most), before.begin());
    dictionary.shared_[i] = static_cast<std::uint8_t>(differ.first - word.begin());
    before = word;
  }
  return dictionary;
}

std::size_t LexicalDictionary::lower_bound(std::string_view wanted) const {
  std::size_t begin = 0;
  std::size_t end = size();
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    if (text(middle) < wanted) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

std::optional<std::uint32_t> LexicalDictionary::find(std::string_view wanted) const {
  const std::size_t word = lower_bound(wanted);
  if (word < size() && text(word) == wanted) {
    return static_cast<std::uint32_t>(word);
  }
  return std::nullopt;
}

Range LexicalDictionary::with_prefix(std::string_view prefix) const {
  const std::size_t begin = lower_bound(prefix);
  return {begin, std::max(begin, lower_bound(std::string(prefix) + '\xff'))};
}

void LexicalDictionary::within(std::string_view wanted,
                               std::size_t limit,
                               const std::function<void(std::size_t, std::size_t)>& visit) const {
  EditTable table(wanted, limit);
  for (std::size_t word = 0; word < size();) {
    table.keep(shared_[word]);
    const std::size_t distance = table.read(text(word));
    if (distance <= limit) {
      visit(word, distance);
    }
    ++word;
    if (const std::size_t hopeless = table.hopeless(); hopeless > 0) {
      while (word < size() && shared_[word] >= hopeless) {
        ++word;
      }
    }
  }
}

}  // namespace bookreco
