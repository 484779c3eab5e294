#include <cmath>

#include "index/lexical_index.h"
#include "support.h"

using namespace bookreco;

namespace {

LexicalIndex build() {
  static constexpr std::array<std::string_view, 5> kTitles = {
      "Antigone", "Les Misérables", "L'Île au trésor", "Moby Dick", "Crime et châtiment"};
  std::vector<LexicalIndexBuilder::Row> rows;
  for (const std::string_view title : kTitles) {
    rows.push_back({{{title, 3}, {"une histoire de mer et d'amour", 1}}, "fr"});
  }
  LexicalIndexBuilder builder;
  builder.add_batch(rows);
  SectionWriter writer = SectionWriter::to_memory("words", 1);
  BOOKRECO_CHECK(builder.write(writer));
  auto index = LexicalIndex::open(*writer.finish());
  BOOKRECO_CHECK(index.has_value());
  return *std::move(index);
}

}  // namespace

/// What people type, against a fixed index.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const LexicalIndex kIndex = build();
  const std::string query = to_valid_utf8(fuzz::text_of(data, size));
  const auto hits = kIndex.search(query, 3);
  const auto all = kIndex.search(query, 100);
  BOOKRECO_CHECK(hits.size() == std::min<std::size_t>(3, all.size()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    BOOKRECO_CHECK(all[i].row < kIndex.rows() && std::isfinite(all[i].score) && all[i].score > 0);
    BOOKRECO_CHECK(i == 0 || all[i].score <= all[i - 1].score);
    BOOKRECO_CHECK(i >= hits.size() ||
                   (hits[i].row == all[i].row && hits[i].score == all[i].score));
  }
  for (const LexicalMatch& match : kIndex.matches(query)) {
    BOOKRECO_CHECK(!match.typed.empty() && !match.matched.empty() && is_utf8(match.typed) &&
                   is_utf8(match.matched));
  }
  return 0;
}
