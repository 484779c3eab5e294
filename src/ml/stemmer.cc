#include "ml/stemmer.h"

#include <libstemmer.h>

#include "base/result.h"

namespace bookreco {

Stemmer::Stemmer(const char* algorithm) : stemmer_(sb_stemmer_new(algorithm, "UTF_8")) {
  BOOKRECO_CHECK(stemmer_ != nullptr);
}

Stemmer::~Stemmer() {
  sb_stemmer_delete(stemmer_);
}

std::string_view Stemmer::stem(std::string_view word) {
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stem = sb_stemmer_stem(stemmer_, bytes, static_cast<int>(word.size()));
  if (stem == nullptr) {
    return word;
  }
  return {reinterpret_cast<const char*>(stem),
          static_cast<std::size_t>(sb_stemmer_length(stemmer_))};
}

}  // namespace bookreco
