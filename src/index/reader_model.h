#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "base/section_file.h"
#include "index/segment.h"
#include "ml/collaborative_model.h"

namespace bookreco {

/// What readers taught: a collaborative model whose items are works, named by their work keys
/// (Segment::work_key), so that it holds from one snapshot to the next. Immutable; safe from any
/// thread.
class ReaderModel {
 public:
  /// Writes "model.brs" and "works.brs" (docs/formats/reader-model.md) into `folder`. `works`
  /// ascend; item i of the model is works[i] and has readers[i] readers.
  static Status write(const Path& folder,
                      const CollaborativeModel& model,
                      std::span<const std::uint64_t> works,
                      std::span<const std::uint32_t> readers);
  /// kDataLoss when the files are damaged or do not belong together.
  static Result<ReaderModel> open(const Path& folder);

  const CollaborativeModel& model() const { return *model_; }
  std::size_t items() const { return works_.size(); }
  std::optional<std::uint32_t> item(std::uint64_t work) const;
  std::uint64_t work(std::uint32_t item) const { return works_[item]; }
  std::uint32_t readers(std::uint32_t item) const { return readers_[item]; }

 private:
  std::shared_ptr<const CollaborativeModel> model_;
  SectionFile file_;
  std::span<const std::uint64_t> works_;
  std::span<const std::uint32_t> readers_;
};

/// Which rows of a segment are editions of each item of a model. Immutable.
class ItemRows {
 public:
  ItemRows(const ReaderModel& model, const Segment& segment);
  /// Ascending.
  std::span<const std::uint32_t> rows(std::uint32_t item) const {
    return std::span(rows_).subspan(offsets_[item], offsets_[item + 1] - offsets_[item]);
  }

 private:
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint32_t> rows_;
};

/// A reader model bound to the base of a snapshot.
struct Readers {
  Readers(std::string model_version, ReaderModel reader_model, const Segment& base)
      : version(std::move(model_version)), model(std::move(reader_model)), rows(model, base) {}

  std::string version;
  ReaderModel model;
  ItemRows rows;
};

}  // namespace bookreco
