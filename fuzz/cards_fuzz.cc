#include "index/cards.h"
#include "section_edits.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::SectionEdits kEdits(SegmentFile::kCards);
  const auto cards = Cards::open(kEdits.apply(data, size));
  if (!cards) {
    BOOKRECO_CHECK(cards.error().code == Code::kDataLoss);
    return 0;
  }
  std::size_t bytes = 0;
  for (std::uint32_t row = 0; row < cards->rows(); ++row) {
    bytes += cards->card(row).size() + cards->title(row).size() + cards->work_id(row).size() +
             cards->work_key(row) % 2;
    const auto found = cards->find(cards->id(row));
    BOOKRECO_CHECK(!found || *found < cards->rows());
    const auto editions = cards->editions(cards->work_key(row));
    BOOKRECO_CHECK(
        std::ranges::all_of(editions, [&](std::uint32_t one) { return one < cards->rows(); }));
  }
  cards->find("9782710381419");
  cards->find(fuzz::text_of(data, size));
  BOOKRECO_CHECK(cards->by_title().size() == cards->rows() && bytes < (std::size_t{1} << 30));
  BOOKRECO_CHECK(std::ranges::all_of(cards->by_title(),
                                     [&](std::uint32_t row) { return row < cards->rows(); }));
  return 0;
}
