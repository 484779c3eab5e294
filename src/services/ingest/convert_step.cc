#include "base/hash.h"
#include "services/ingest/batch.h"

namespace bookreco {
namespace {

/// Writes what converters find into the batch.
class BatchSink final : public ConvertSink {
 public:
  BatchSink(ZstdWriter books, ZstdWriter interactions, RejectFile& rejects, IngestSummary& summary)
      : books_(std::move(books)),
        interactions_(std::move(interactions)),
        rejects_(rejects),
        summary_(summary) {}

  Status book(RawBook&& book) override {
    ++summary_.read;
    line_.clear();
    append_raw_book_json(line_, book);
    line_ += '\n';
    fingerprint_ = hash64(line_, fingerprint_);
    return books_.write(line_);
  }

  Status interaction(RawInteraction&& interaction) override {
    ++summary_.interactions_read;
    line_.clear();
    append_raw_interaction_json(line_, interaction);
    line_ += '\n';
    fingerprint_ = hash64(line_, fingerprint_);
    return interactions_.write(line_);
  }

  Status reject(Reject&& reject) override {
    if (reject.fatal) {
      ++summary_.read;
      ++summary_.rejected;
    } else {
      ++summary_.repaired;
    }
    if (reject.breaks_off) {
      summary_.lost.push_back(
          fmt::format("{}; its rows from {} on are lost", reject.value, reject.row));
    }
    return rejects_.add(reject);
  }

  Status commit() {
    BOOKRECO_TRY_VOID(books_.commit());
    return interactions_.commit();
  }
  std::string fingerprint() const { return hex(fingerprint_); }

 private:
  ZstdWriter books_;
  ZstdWriter interactions_;
  RejectFile& rejects_;
  IngestSummary& summary_;
  std::string line_;
  std::uint64_t fingerprint_ = 0;
};

}  // namespace

Result<StepCounts> convert_step(const IngestRequest& request,
                                const Batch& batch,
                                RejectFile& rejects,
                                IngestSummary& summary,
                                const ProgressFn& progress) {
  BOOKRECO_TRY(ZstdWriter books, ZstdWriter::create(batch.converted(), 1));
  BOOKRECO_TRY(ZstdWriter interactions, ZstdWriter::create(batch.interactions(), 1));
  BatchSink sink(std::move(books), std::move(interactions), rejects, summary);
  BOOKRECO_TRY_VOID(convert_files(request.files, request.convert, sink, progress));
  BOOKRECO_TRY_VOID(sink.commit());
  return StepCounts{summary.read + summary.interactions_read, sink.fingerprint()};
}

}  // namespace bookreco
