#include "index/reader_model.h"

#include <algorithm>

#include "ml/collaborative/models.h"

namespace bookreco {
namespace {

constexpr std::string_view kWorks = "works";
constexpr std::uint32_t kWorksVersion = 1;
constexpr const char* kModelFile = "model.brs";
constexpr const char* kWorksFile = "works.brs";

}  // namespace

Status ReaderModel::write(const Path& folder,
                          const CollaborativeModel& model,
                          std::span<const std::uint64_t> works,
                          std::span<const std::uint32_t> readers) {
  BOOKRECO_CHECK(works.size() == model.items() && readers.size() == works.size());
  BOOKRECO_TRY_VOID(save_model(model, folder / kModelFile));
  BOOKRECO_TRY(SectionWriter writer,
               SectionWriter::to_file(folder / kWorksFile, kWorks, kWorksVersion));
  BOOKRECO_TRY_VOID(writer.add("works", works));
  BOOKRECO_TRY_VOID(writer.add("readers", readers));
  BOOKRECO_TRY_VOID(writer.finish());
  return {};
}

Result<ReaderModel> ReaderModel::open(const Path& folder) {
  ReaderModel opened;
  BOOKRECO_TRY(opened.model_, load_model(folder / kModelFile));
  BOOKRECO_TRY(opened.file_, SectionFile::open(folder / kWorksFile, kWorks, kWorksVersion));
  BOOKRECO_TRY(opened.works_, opened.file_.array<std::uint64_t>("works"));
  BOOKRECO_TRY(opened.readers_, opened.file_.array<std::uint32_t>("readers"));
  const bool ascends =
      std::ranges::adjacent_find(opened.works_, std::greater_equal<>()) == opened.works_.end();
  if (!ascends || opened.works_.size() != opened.model_->items() ||
      opened.readers_.size() != opened.works_.size()) {
    return fail(Code::kDataLoss,
                "{}: the works are not those of the model: train it again",
                (folder / kWorksFile).string());
  }
  return opened;
}

std::optional<std::uint32_t> ReaderModel::item(std::uint64_t work) const {
  const auto found = std::ranges::lower_bound(works_, work);
  if (found == works_.end() || *found != work) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(found - works_.begin());
}

ItemRows::ItemRows(const ReaderModel& model, const Segment& segment)
    : offsets_(model.items() + 1, 0) {
  std::vector<std::optional<std::uint32_t>> items(segment.rows());
  for (std::uint32_t row = 0; row < segment.rows(); ++row) {
    items[row] = model.item(segment.work_key(row));
    if (items[row]) {
      ++offsets_[*items[row] + 1];
    }
  }
  for (std::size_t i = 1; i < offsets_.size(); ++i) {
    offsets_[i] += offsets_[i - 1];
  }
  rows_.resize(offsets_.back());
  std::vector<std::uint32_t> next(offsets_.begin(), offsets_.end() - 1);
  for (std::uint32_t row = 0; row < segment.rows(); ++row) {
    if (items[row]) {
      rows_[next[*items[row]]++] = row;
    }
  }
}

}  // namespace bookreco
