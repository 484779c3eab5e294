#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "ml/collaborative/hybrid_weights.h"
#include "ml/collaborative_model.h"

namespace bookreco {

/// What a blend weighs.
enum class Voice : std::uint8_t {
  kContent = 0,     ///< what the books' content says
  kReaders = 1,     ///< the readers' model: 0 for its mean, 1 for the best book of the answer
  kDeviations = 2,  ///< the same in standard deviations: how far the book stands out
  kPrior = 3,       ///< a constant: what to expect before either speaks
};
inline constexpr std::size_t kVoices = 4;
using Voices = std::array<float, kVoices>;  ///< by voice

/// The weights where too few readers are known to learn them: readers count the more, the more of
/// them a book has and the longer the history is.
HybridWeights unlearnt_blend();

/// What readers taught: a collaborative model whose items are works, named by their work keys
/// (Segment::work_key), so that it holds from one snapshot to the next, and how its word is blended
/// with what content says. Immutable; safe from any thread.
class ReaderModel {
 public:
  /// `works` ascend; item i of the model is works[i] and has readers[i] readers. `blend` has a part
  /// per voice.
  ReaderModel(std::shared_ptr<const CollaborativeModel> model,
              std::vector<std::uint64_t> works,
              std::vector<std::uint32_t> readers,
              HybridWeights blend);
  /// kDataLoss when the files are damaged or do not belong together.
  static Result<ReaderModel> open(const Path& folder);
  /// Writes "model.brs" and "works.brs" (docs/formats/reader-model.md) into `folder`.
  Status write(const Path& folder) const;

  const CollaborativeModel& model() const { return *model_; }
  std::size_t items() const { return works_.size(); }
  std::optional<std::uint32_t> item(std::uint64_t work) const;
  std::uint64_t work(std::uint32_t item) const { return works_[item]; }
  std::uint32_t readers(std::uint32_t item) const { return readers_[item]; }
  /// What the voices weigh for a history of `length` books and a book with so many readers.
  std::span<const float> weights(std::size_t length, std::uint32_t readers) const {
    return blend_.at(HybridWeights::history_group(length), HybridWeights::reader_group(readers));
  }

 private:
  std::shared_ptr<const CollaborativeModel> model_;
  std::vector<std::uint64_t> works_;
  std::vector<std::uint32_t> readers_;
  HybridWeights blend_;
};

/// A reader model that a snapshot is served with.
struct Readers {
  std::string version;
  ReaderModel model;
};

}  // namespace bookreco
