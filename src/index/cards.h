#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/section_file.h"
#include "domain/book.h"
#include "index/row_set.h"
#include "index/text_table.h"

namespace bookreco {

/// What an answer shows of each row, and how a row is found by a name. Immutable; safe from any
/// thread.
class Cards {
 public:
  static Result<Cards> open(const SectionFile& file);

  std::size_t rows() const { return ids_.size(); }
  std::string_view id(std::uint32_t row) const { return ids_[row]; }
  std::string_view card(std::uint32_t row) const { return cards_[row]; }
  std::string_view title(std::uint32_t row) const { return titles_[row]; }
  std::string_view work_id(std::uint32_t row) const { return work_ids_[row]; }
  /// Equal for the editions of one work, in any segment: a hash of the work id, or of the id where
  /// the work is not known.
  std::uint64_t work_key(std::uint32_t row) const { return work_keys_[row]; }
  /// Rows whose work has other rows too; of no rows at all when there are none.
  const RowSet& with_editions() const { return with_editions_; }
  /// The rows with this work key, ascending.
  std::span<const std::uint32_t> editions(std::uint64_t work_key) const;
  /// Every row, ordered by folded title, then id.
  std::span<const std::uint32_t> by_title() const { return by_title_; }
  /// The row with this id, else with this EAN or ISBN-13.
  std::optional<std::uint32_t> find(std::string_view id) const;

 private:
  SectionFile file_;
  TextTable ids_;
  TextTable cards_;
  TextTable titles_;
  TextTable work_ids_;
  std::span<const std::uint64_t> work_keys_;
  std::span<const std::uint64_t> codes_;
  std::span<const std::uint32_t> lookup_;
  std::span<const std::uint32_t> by_title_;
  std::span<const std::uint32_t> by_work_;
  RowSet with_editions_;
};

/// Writes the cards as they come; the rest waits in memory for finish(). One thread.
class CardsBuilder {
 public:
  explicit CardsBuilder(SectionWriter writer) : writer_(std::move(writer)) {}

  Status add(const Book& book);
  std::size_t rows() const { return ids_.size(); }
  /// kInvalidArgument when two rows have one id.
  Result<SectionFile> finish();

 private:
  Result<std::vector<std::uint32_t>> build_lookup() const;
  std::vector<std::uint32_t> order_by_title() const;
  std::vector<std::uint32_t> order_by_work() const;

  SectionWriter writer_;
  std::string buffer_;
  std::vector<std::uint64_t> card_offsets_{0};
  TextTableBuilder ids_;
  TextTableBuilder titles_;
  TextTableBuilder work_ids_;
  TextTableBuilder folded_titles_;
  std::vector<std::uint64_t> work_keys_;
  std::vector<std::uint64_t> codes_;
};

}  // namespace bookreco
