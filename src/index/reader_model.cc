#include "index/reader_model.h"

#include <algorithm>
#include <cmath>

#include "base/section_file.h"
#include "ml/collaborative/models.h"

namespace bookreco {
namespace {

constexpr std::string_view kWorks = "works";
constexpr std::uint32_t kWorksVersion = 2;
constexpr const char* kModelFile = "model.brs";
constexpr const char* kWorksFile = "works.brs";

}  // namespace

HybridWeights unlearnt_blend() {
  constexpr double kMostTrust = 0.85;        // content always has a say
  constexpr double kHalfTrustHistory = 0.5;  // books of a history at which half of it is reached
  constexpr double kHalfTrustReaders = 10;   // readers of a book, likewise
  // About what is learnt on goodbooks-10k for books that nobody read and for those that many did.
  constexpr double kContentOfNew = 6.5;
  constexpr double kContentOfKnown = 2;
  constexpr double kReaders = 5;
  constexpr double kPriorOfNew = -2;
  HybridWeights blend(kVoices);
  for (std::size_t h = 0; h < HybridWeights::kHistoryGroups; ++h) {
    const auto length = static_cast<double>(std::size_t{1} << h);
    for (std::size_t r = 0; r < HybridWeights::kReaderGroups; ++r) {
      const double readers = r < std::size(HybridWeights::kReaderEnds)
                                 ? HybridWeights::kReaderEnds[r]
                                 : 2.0 * HybridWeights::kReaderEnds[r - 1];
      const double trust = kMostTrust * length / (length + kHalfTrustHistory) * readers /
                           (readers + kHalfTrustReaders);
      const auto voices = blend.at(h, r);
      const auto set = [&](Voice voice, double of_new, double of_known) {
        voices[static_cast<std::size_t>(voice)] =
            static_cast<float>(std::lerp(of_new, of_known, trust));
      };
      set(Voice::kContent, kContentOfNew, kContentOfKnown);
      set(Voice::kReaders, 0, kReaders);
      set(Voice::kPrior, kPriorOfNew, 0);
    }
  }
  return blend;
}

ReaderModel::ReaderModel(std::shared_ptr<const CollaborativeModel> model,
                         std::vector<std::uint64_t> works,
                         std::vector<std::uint32_t> readers,
                         HybridWeights blend)
    : model_(std::move(model)),
      works_(std::move(works)),
      readers_(std::move(readers)),
      blend_(std::move(blend)) {
  BOOKRECO_CHECK(works_.size() == model_->items() && readers_.size() == works_.size());
  BOOKRECO_CHECK(blend_.parts == kVoices);
}

Status ReaderModel::write(const Path& folder) const {
  BOOKRECO_TRY_VOID(save_model(*model_, folder / kModelFile));
  BOOKRECO_TRY(SectionWriter writer,
               SectionWriter::to_file(folder / kWorksFile, kWorks, kWorksVersion));
  BOOKRECO_TRY_VOID(writer.add("works", std::span<const std::uint64_t>(works_)));
  BOOKRECO_TRY_VOID(writer.add("readers", std::span<const std::uint32_t>(readers_)));
  BOOKRECO_TRY_VOID(writer.add("blend", std::span<const float>(blend_.values)));
  BOOKRECO_TRY_VOID(writer.finish());
  return {};
}

Result<ReaderModel> ReaderModel::open(const Path& folder) {
  BOOKRECO_TRY(std::shared_ptr<const CollaborativeModel> model, load_model(folder / kModelFile));
  BOOKRECO_TRY(const SectionFile file,
               SectionFile::open(folder / kWorksFile, kWorks, kWorksVersion));
  BOOKRECO_TRY(const auto works, file.array<std::uint64_t>("works"));
  BOOKRECO_TRY(const auto readers, file.array<std::uint32_t>("readers"));
  BOOKRECO_TRY(const auto weights, file.array<float>("blend"));
  HybridWeights blend(kVoices);
  const bool ascends = std::ranges::adjacent_find(works, std::greater_equal<>()) == works.end();
  const bool finite =
      std::ranges::all_of(weights, [](float weight) { return std::isfinite(weight); });
  if (!ascends || !finite || works.size() != model->items() || readers.size() != works.size() ||
      weights.size() != blend.values.size()) {
    return fail(Code::kDataLoss,
                "{}: the works are not those of the model: train it again",
                (folder / kWorksFile).string());
  }
  blend.values.assign(weights.begin(), weights.end());
  return ReaderModel(std::move(model),
                     {works.begin(), works.end()},
                     {readers.begin(), readers.end()},
                     std::move(blend));
}

std::optional<std::uint32_t> ReaderModel::item(std::uint64_t work) const {
  const auto found = std::ranges::lower_bound(works_, work);
  if (found == works_.end() || *found != work) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(found - works_.begin());
}

}  // namespace bookreco
