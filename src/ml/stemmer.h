#pragma once

#include <string_view>

struct sb_stemmer;

namespace bookreco {

/// Snowball's stemmer of one language (https://snowballstem.org). One thread.
class Stemmer {
 public:
  /// "french" or "english".
  explicit Stemmer(const char* algorithm);
  ~Stemmer();
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;

  /// Valid until the next call.
  std::string_view stem(std::string_view word);

 private:
  sb_stemmer* stemmer_;
};

}  // namespace bookreco
