#include "index/cards.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/hash.h"
#include "domain/book_json.h"
#include "domain/fold.h"

namespace bookreco {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

/// The number of a 13-digit code, 0 for any other text.
std::uint64_t code_number(std::string_view text) {
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return 0;
    }
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return text.size() == 13 ? number : 0;
}

// The lookup table holds row + 1, or 0 for an empty place, at the first free place from the hash
// on. Ids go in before codes, so that an id is found before a code that equals it.
std::uint64_t place_of_id(std::string_view id) {
  return hash64(id, 1);
}
std::uint64_t place_of_code(std::uint64_t code) {
  return hash64(std::string_view(reinterpret_cast<const char*>(&code), sizeof(code)), 2);
}

}  // namespace

Result<Cards> Cards::open(const SectionFile& file) {
  Cards cards;
  cards.file_ = file;
  BOOKRECO_TRY(cards.ids_, TextTable::open(file, "ids"));
  BOOKRECO_TRY(cards.cards_, TextTable::open(file, "cards"));
  BOOKRECO_TRY(cards.titles_, TextTable::open(file, "titles"));
  BOOKRECO_TRY(cards.work_ids_, TextTable::open(file, "work_ids"));
  BOOKRECO_TRY(cards.work_keys_, file.array<std::uint64_t>("work_keys"));
  BOOKRECO_TRY(cards.codes_, file.array<std::uint64_t>("codes"));
  BOOKRECO_TRY(cards.lookup_, file.array<std::uint32_t>("lookup"));
  BOOKRECO_TRY(cards.by_title_, file.array<std::uint32_t>("by_title"));
  BOOKRECO_TRY(cards.by_work_, file.array<std::uint32_t>("by_work"));
  BOOKRECO_TRY(const auto with_editions, file.array<std::uint32_t>("with_editions"));
  const std::size_t rows = cards.rows();
  if (cards.cards_.size() != rows || cards.titles_.size() != rows ||
      cards.work_ids_.size() != rows || cards.work_keys_.size() != rows ||
      cards.codes_.size() != rows * 2 || cards.by_title_.size() != rows ||
      cards.by_work_.size() != rows || !std::has_single_bit(cards.lookup_.size())) {
    return fail(Code::kDataLoss, "the sections of the cards disagree on the number of rows");
  }
  BOOKRECO_TRY_VOID(check_below("lookup", cards.lookup_, rows + 1));
  BOOKRECO_TRY_VOID(check_below("by_title", cards.by_title_, rows));
  BOOKRECO_TRY_VOID(check_below("by_work", cards.by_work_, rows));
  BOOKRECO_TRY_VOID(check_below("with_editions", with_editions, rows));
  cards.with_editions_ = row_set_of(with_editions, rows);
  if (std::find(cards.lookup_.begin(), cards.lookup_.end(), 0U) == cards.lookup_.end()) {
    return fail(Code::kDataLoss, "section lookup has no empty place");
  }
  return cards;
}

std::span<const std::uint32_t> Cards::editions(std::uint64_t work_key) const {
  const auto key_of = [this](std::uint32_t row) { return work_keys_[row]; };
  const auto found = std::ranges::equal_range(by_work_, work_key, {}, key_of);
  return {found.begin(), found.end()};
}

std::optional<std::uint32_t> Cards::find(std::string_view id) const {
  const std::size_t mask = lookup_.size() - 1;
  for (std::size_t i = place_of_id(id) & mask; lookup_[i] != 0; i = (i + 1) & mask) {
    if (ids_[lookup_[i] - 1] == id) {
      return lookup_[i] - 1;
    }
  }
  const std::uint64_t code = code_number(id);
  if (code == 0) {
    return std::nullopt;
  }
  for (std::size_t i = place_of_code(code) & mask; lookup_[i] != 0; i = (i + 1) & mask) {
    const std::uint32_t row = lookup_[i] - 1;
    if (codes_[std::size_t{row} * 2] == code || codes_[std::size_t{row} * 2 + 1] == code) {
      return row;
    }
  }
  return std::nullopt;
}

Status CardsBuilder::add(const Book& book) {
  if (card_offsets_.size() == 1) {
    BOOKRECO_TRY_VOID(writer_.begin("cards.bytes"));
  }
  const std::size_t before = buffer_.size();
  append_card_json(buffer_, book);
  card_offsets_.push_back(card_offsets_.back() + (buffer_.size() - before));
  ids_.add(book.id);
  titles_.add(book.title);
  work_ids_.add(book.work_id);
  folded_titles_.add(fold(book.title));
  work_keys_.push_back(hash64(book.work_id.empty() ? book.id : book.work_id));
  codes_.push_back(code_number(book.ean));
  codes_.push_back(code_number(book.isbn13));
  if (buffer_.size() >= kBufferBytes) {
    BOOKRECO_TRY_VOID(writer_.append_array(std::span<const char>(buffer_)));
    buffer_.clear();
  }
  return {};
}

Result<std::vector<std::uint32_t>> CardsBuilder::build_lookup() const {
  std::vector<std::uint32_t> table(std::bit_ceil(rows() * 4 + 2), 0);
  const std::size_t mask = table.size() - 1;
  for (std::uint32_t row = 0; row < rows(); ++row) {
    std::size_t i = place_of_id(ids_[row]) & mask;
    for (; table[i] != 0; i = (i + 1) & mask) {
      if (ids_[table[i] - 1] == ids_[row]) {
        return fail(Code::kInvalidArgument, "book {} was given twice", ids_[row]);
      }
    }
    table[i] = row + 1;
  }
  for (std::uint32_t row = 0; row < rows(); ++row) {
    const std::uint64_t ean = codes_[std::size_t{row} * 2];
    const std::uint64_t isbn = codes_[std::size_t{row} * 2 + 1];
    for (const std::uint64_t code : {ean, isbn == ean ? 0 : isbn}) {
      if (code == 0 || code == code_number(ids_[row])) {
        continue;
      }
      std::size_t i = place_of_code(code) & mask;
      while (table[i] != 0) {
        i = (i + 1) & mask;
      }
      table[i] = row + 1;
    }
  }
  return table;
}

std::vector<std::uint32_t> CardsBuilder::order_by_title() const {
  std::vector<std::uint32_t> order(rows());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
    const int titles = folded_titles_[a].compare(folded_titles_[b]);
    return titles != 0 ? titles < 0 : ids_[a] < ids_[b];
  });
  return order;
}

std::vector<std::uint32_t> CardsBuilder::order_by_work() const {
  std::vector<std::uint32_t> order(rows());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [this](std::uint32_t row) { return work_keys_[row]; });
  return order;
}

Result<SectionFile> CardsBuilder::finish() {
  if (card_offsets_.size() == 1) {
    BOOKRECO_TRY_VOID(writer_.begin("cards.bytes"));
  }
  BOOKRECO_TRY_VOID(writer_.append_array(std::span<const char>(buffer_)));
  BOOKRECO_TRY_VOID(writer_.add("cards.offsets", std::span<const std::uint64_t>(card_offsets_)));
  BOOKRECO_TRY_VOID(ids_.write(writer_, "ids"));
  BOOKRECO_TRY_VOID(titles_.write(writer_, "titles"));
  BOOKRECO_TRY_VOID(work_ids_.write(writer_, "work_ids"));
  BOOKRECO_TRY_VOID(writer_.add("work_keys", std::span<const std::uint64_t>(work_keys_)));
  BOOKRECO_TRY_VOID(writer_.add("codes", std::span<const std::uint64_t>(codes_)));
  BOOKRECO_TRY(const std::vector<std::uint32_t> lookup, build_lookup());
  BOOKRECO_TRY_VOID(writer_.add("lookup", std::span<const std::uint32_t>(lookup)));
  const std::vector<std::uint32_t> titles = order_by_title();
  BOOKRECO_TRY_VOID(writer_.add("by_title", std::span<const std::uint32_t>(titles)));
  const std::vector<std::uint32_t> works = order_by_work();
  BOOKRECO_TRY_VOID(writer_.add("by_work", std::span<const std::uint32_t>(works)));
  std::vector<std::uint32_t> with_editions;
  for (std::size_t i = 0; i < works.size(); ++i) {
    const auto has_work_of = [&](std::size_t other) {
      return work_keys_[works[other]] == work_keys_[works[i]];
    };
    if ((i > 0 && has_work_of(i - 1)) || (i + 1 < works.size() && has_work_of(i + 1))) {
      with_editions.push_back(works[i]);
    }
  }
  BOOKRECO_TRY_VOID(writer_.add("with_editions", std::span<const std::uint32_t>(with_editions)));
  return writer_.finish();
}

}  // namespace bookreco
