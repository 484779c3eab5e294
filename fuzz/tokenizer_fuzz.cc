#include <array>

#include "ml/tokenizer.h"
#include "support.h"

using namespace bookreco;

/// A tokenizer that has seen much answers as one that has seen nothing.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr std::array<std::string_view, 4> kLanguages = {"fr", "en", "", "de"};
  static Tokenizer old;
  fuzz::Input input(data, size);
  const std::string_view language = kLanguages[input.take<std::uint8_t>() % kLanguages.size()];
  const std::string text = to_valid_utf8(input.rest());

  Tokenizer fresh;
  std::vector<std::string_view> expected;
  std::vector<std::string_view> tokens;
  fresh.tokenize(text, language, expected);
  old.tokenize(text, language, tokens);
  BOOKRECO_CHECK(tokens == expected);
  for (const std::string_view token : tokens) {
    BOOKRECO_CHECK(!token.empty() && token.size() <= 64 && is_utf8(token));
    BOOKRECO_CHECK(token.find(' ') == std::string_view::npos);
  }
  return 0;
}
