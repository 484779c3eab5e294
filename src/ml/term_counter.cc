#include "ml/term_counter.h"

#include <algorithm>
#include <cmath>

namespace bookreco {

void TermCounter::add(std::string_view text,
                      Tokenizer::Reading reading,
                      float weight,
                      bool spellings) {
  tokens_.clear();
  tokenizer_.tokenize(text, reading, spellings, tokens_);
  sums_.resize(tokenizer_.tokens(), 0.0F);
  for (const std::uint32_t token : tokens_) {
    if (sums_[token] == 0) {
      used_.push_back(token);
    }
    sums_[token] += weight;
  }
}

void TermCounter::count(const Document& document, bool spellings, std::vector<TermCount>& out) {
  using Reading = Tokenizer::Reading;
  out.clear();
  const Reading reading = Tokenizer::reading(document.language);
  for (const Document::Field& field : document.fields) {
    if (!(field.weight > 0)) {
      continue;
    }
    if (field.kind != Document::Kind::kText) {
      const bool label = field.kind == Document::Kind::kLabel;
      add(field.text, label ? Reading::kLabel : Reading::kWhole, field.weight, spellings);
    } else if (reading == Reading::kUnknown) {
      add(field.text, Reading::kUnknownAsFrench, field.weight / 2, spellings);
      add(field.text, Reading::kUnknownAsEnglish, field.weight / 2, false);
    } else {
      add(field.text, reading, field.weight, spellings);
    }
  }
  for (const std::uint32_t token : used_) {
    const float sixteenths = std::clamp(std::round(sums_[token] * 16), 1.0F, 65535.0F);
    out.push_back({token, static_cast<std::uint16_t>(sixteenths)});
    sums_[token] = 0;
  }
  used_.clear();
}

void TermCounter::trim() {
  tokenizer_.trim();
  known.clear();
  sums_.clear();
}

TermCounter* TermCounterPool::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    return all_.emplace_back(std::make_unique<TermCounter>()).get();
  }
  TermCounter* counter = idle_.back();
  idle_.pop_back();
  return counter;
}

void TermCounterPool::give(TermCounter* counter) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(counter);
}

}  // namespace bookreco
