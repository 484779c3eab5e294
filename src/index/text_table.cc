#include "index/text_table.h"

#include <algorithm>

namespace bookreco {
namespace {

template <class T>
Status check(std::string_view name,
             std::span<const T> offsets,
             std::size_t count,
             std::size_t limit) {
  if (offsets.size() != count + 1 || offsets.front() != 0 || offsets.back() != limit ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    return fail(Code::kDataLoss, "section {} does not fit the sections beside it", name);
  }
  return {};
}

}  // namespace

Status check_offsets(std::string_view name,
                     std::span<const std::uint32_t> offsets,
                     std::size_t count,
                     std::size_t limit) {
  return check(name, offsets, count, limit);
}

Status check_offsets(std::string_view name,
                     std::span<const std::uint64_t> offsets,
                     std::size_t count,
                     std::size_t limit) {
  return check(name, offsets, count, limit);
}

Status check_below(std::string_view name,
                   std::span<const std::uint32_t> numbers,
                   std::size_t bound) {
  const auto largest = std::max_element(numbers.begin(), numbers.end());
  if (largest != numbers.end() && *largest >= bound) {
    return fail(Code::kDataLoss, "section {} holds {}, and {} is the limit", name, *largest, bound);
  }
  return {};
}

Result<TextTable> TextTable::open(const SectionFile& file, const std::string& name) {
  TextTable table;
  BOOKRECO_TRY(table.offsets_, file.array<std::uint64_t>(name + ".offsets"));
  BOOKRECO_TRY(const auto bytes, file.array<char>(name + ".bytes"));
  table.bytes_ = {bytes.data(), bytes.size()};
  if (table.offsets_.empty()) {
    return fail(Code::kDataLoss, "section {}.offsets is empty", name);
  }
  BOOKRECO_TRY_VOID(
      check_offsets(name + ".offsets", table.offsets_, table.offsets_.size() - 1, bytes.size()));
  return table;
}

Status TextTableBuilder::write(SectionWriter& writer, const std::string& name) const {
  BOOKRECO_TRY_VOID(writer.add(name + ".offsets", std::span<const std::uint64_t>(offsets_)));
  return writer.add(name + ".bytes", std::span<const char>(bytes_));
}

}  // namespace bookreco
