#include <algorithm>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/threads.h"
#include "domain/book_json.h"
#include "domain/clean.h"
#include "services/ingest/batch.h"

namespace bookreco {
namespace {

constexpr std::size_t kRows = 4'096;  // rows cleaned together
constexpr std::size_t kBlock = 64;    // rows of one task

/// One row on its way: the JSON of its book, or why there is none.
struct Prepared {
  std::string converted;
  std::string book;  ///< empty when rejected
  std::string key;
  std::uint64_t id = 0;  ///< hash64 of it
  std::string id_text;
  bool partial = false;
  std::vector<Reject> rejects;
};

void prepare_row(Prepared& row) {
  row.book.clear();
  row.rejects.clear();
  const Result<RawBook> raw = raw_book_from_json(row.converted);
  if (!raw) {
    row.rejects.push_back(
        {.field = "", .value = row.converted.substr(0, 200), .reason = raw.error().message});
    return;
  }
  Cleaned cleaned = clean(*raw);
  for (Issue& issue : cleaned.issues) {
    row.rejects.push_back({.file = raw->file,
                           .row = raw->row,
                           .field = std::move(issue.field),
                           .value = std::move(issue.value),
                           .reason = std::move(issue.reason),
                           .fatal = issue.fatal});
  }
  if (cleaned.book) {
    append_book_json(row.book, *cleaned.book);
    row.book += '\n';
    row.key = raw->key;
    row.id_text = std::move(cleaned.book->id);
    row.id = hash64(row.id_text);
    row.partial = raw->partial;
  }
}

/// Writes cleaned rows in their order.
class PreparedWriter {
 public:
  PreparedWriter(ZstdWriter books, ZstdWriter keys, RejectFile& rejects, IngestSummary& summary)
      : books_(std::move(books)), keys_(std::move(keys)), rejects_(rejects), summary_(summary) {}

  Status add(const Prepared& row) {
    for (const Reject& reject : row.rejects) {
      summary_.repaired += reject.fatal ? 0 : 1;
      BOOKRECO_TRY_VOID(rejects_.add(reject));
    }
    if (row.book.empty()) {
      ++summary_.rejected;
      return {};
    }
    fingerprint_ = hash64(row.book, fingerprint_);
    ++rows_;
    ids_.push_back(row.id);
    if (row.partial) {
      partial_.push_back(row.id);
    }
    if (!row.key.empty()) {
      std::string line;
      JsonWriter(line).begin_object().field("key", row.key).field("id", row.id_text).end_object();
      line += '\n';
      BOOKRECO_TRY_VOID(keys_.write(line));
    }
    return books_.write(row.book);
  }

  Result<StepCounts> commit(PreparedIds& ids) {
    std::sort(ids_.begin(), ids_.end());
    for (std::size_t i = 0; i < ids_.size(); ++i) {
      if ((i > 0 && ids_[i] == ids_[i - 1]) || (i + 1 < ids_.size() && ids_[i] == ids_[i + 1])) {
        ids.repeated.push_back(ids_[i]);
      }
    }
    std::sort(partial_.begin(), partial_.end());
    ids.partial = std::move(partial_);
    BOOKRECO_TRY_VOID(books_.commit());
    BOOKRECO_TRY_VOID(keys_.commit());
    return StepCounts{rows_, hex(fingerprint_)};
  }

 private:
  ZstdWriter books_;
  ZstdWriter keys_;
  RejectFile& rejects_;
  IngestSummary& summary_;
  std::uint64_t fingerprint_ = 0;
  std::int64_t rows_ = 0;
  std::vector<std::uint64_t> ids_;
  std::vector<std::uint64_t> partial_;
};

}  // namespace

Result<StepCounts> prepare_step(const Batch& batch,
                                std::size_t threads,
                                RejectFile& rejects,
                                IngestSummary& summary,
                                PreparedIds& ids,
                                const ProgressFn& progress) {
  BOOKRECO_TRY(ByteSource source, ByteSource::open(batch.converted().string()));
  LineReader lines(std::move(source), std::size_t{256} << 20);
  BOOKRECO_TRY(ZstdWriter books, ZstdWriter::create(batch.prepared(), 1));
  BOOKRECO_TRY(ZstdWriter keys, ZstdWriter::create(batch.keys(), 1));
  PreparedWriter writer(std::move(books), std::move(keys), rejects, summary);
  std::vector<Prepared> rows(kRows);
  std::uint64_t done = 0;
  for (bool more = true; more;) {
    std::size_t count = 0;
    while (count < kRows) {
      BOOKRECO_TRY(const auto line, lines.next());
      if (!line) {
        more = false;
        break;
      }
      rows[count++].converted = line->text;
    }
    parallel_blocks(count, kBlock, threads, [&](Range range, std::size_t) {
      for (std::size_t i = range.begin; i < range.end; ++i) {
        prepare_row(rows[i]);
      }
    });
    for (std::size_t i = 0; i < count; ++i) {
      BOOKRECO_TRY_VOID(writer.add(rows[i]));
    }
    done += count;
    report(progress, "prepare", done, static_cast<std::uint64_t>(summary.read));
  }
  return writer.commit(ids);
}

}  // namespace bookreco
