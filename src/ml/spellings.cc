#include "ml/spellings.h"

#include <algorithm>
#include <map>

#include <unicode/locid.h>
#include <unicode/unistr.h>

#include "ml/tokenizer.h"

namespace bookreco {
namespace {

std::string small_letters(std::string_view text) {
  std::string out;
  icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())))
      .toLower(icu::Locale::getRoot())
      .toUTF8String(out);
  return out;
}

struct Variant {
  std::uint64_t total = 0;
  std::uint64_t most = 0;
  std::string_view spelling;  // the one written `most` times
};

std::string choose(const std::map<std::string, Variant>& variants) {
  const auto best = std::ranges::max_element(
      variants, [](const auto& a, const auto& b) { return a.second.total < b.second.total; });
  const Variant& variant = best->second;
  return variant.most * 10 >= variant.total * 9 ? std::string(variant.spelling) : best->first;
}

}  // namespace

void Spellings::add(std::string_view term, std::string_view spelling, std::uint64_t count) {
  std::string key(term);
  key += '\0';
  key += spelling;
  const std::uint32_t id = keys_.insert(key);
  counts_.resize(keys_.size());
  counts_[id] += count;
}

std::vector<std::string> Spellings::best(const StringTable& terms) const {
  std::vector<std::map<std::string, Variant>> variants(terms.size());
  for (std::uint32_t id = 0; id < keys_.size(); ++id) {
    const std::string_view key = keys_.at(id);
    const std::size_t end = key.find('\0');
    const std::uint32_t term = terms.find(key.substr(0, end));
    if (term == StringTable::kNone) {
      continue;
    }
    const std::string_view spelling = key.substr(end + 1);
    Variant& variant = variants[term][small_letters(spelling)];
    variant.total += counts_[id];
    if (counts_[id] > variant.most ||
        (counts_[id] == variant.most && spelling < variant.spelling)) {
      variant.most = counts_[id];
      variant.spelling = spelling;
    }
  }
  std::vector<std::string> words(terms.size());
  for (std::uint32_t term = 0; term < terms.size(); ++term) {
    if (!variants[term].empty()) {
      words[term] = choose(variants[term]);
      continue;
    }
    const std::string_view text = terms.at(term);
    words[term] = Tokenizer::is_word(text) ? text : text.substr(1);
  }
  return words;
}

}  // namespace bookreco
