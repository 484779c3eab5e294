#include "services/ingest/reader_import.h"

#include <unordered_map>

#include <fmt/format.h>
#include <unistd.h>

#include "base/hash.h"
#include "ports/active_run.h"
#include "services/ingest/reader_rows.h"
#include "services/ingest/row_report.h"

namespace bookreco {
namespace {

using Outcome = RowResult::Outcome;

constexpr std::size_t kBatch = 5'000;

Outcome outcome_of(RecordOutcome stored) {
  switch (stored) {
    case RecordOutcome::kNew:
      return Outcome::kRecorded;
    case RecordOutcome::kReplaced:
      return Outcome::kReplaced;
    case RecordOutcome::kKnown:
      break;
  }
  return Outcome::kKnown;
}

/// Takes rows as the converters give them, finds their books and stores them in batches.
class Importer final : public ConvertSink {
 public:
  Importer(const ReaderImportRequest& request, Stores& stores, Timestamp now, RowReport& report)
      : request_(request),
        readers_(stores.readers()),
        matcher_(stores.books()),
        now_(now),
        report_(report) {}

  Status book(RawBook&& book) override {
    BOOKRECO_TRY_VOID(tell_lonely_book());
    if (book.key.empty()) {
      return skip(book.file, book.row, "row", "is a book: load it with `bookreco ingest`");
    }
    if (book.partial) {
      lonely_ = {true, book.file, book.row};
    }
    std::string key = std::move(book.key);
    books_.insert_or_assign(std::move(key), named_book(book));
    return {};
  }

  Status interaction(RawInteraction&& raw) override {
    lonely_.waits = lonely_.waits && (lonely_.file != raw.file || lonely_.row != raw.row);
    BOOKRECO_TRY_VOID(tell_lonely_book());
    RowResult result{Outcome::kRecorded, raw.file, raw.row, raw.reader, raw.kind, {}, "", "", ""};
    const NamedBook named = name_of(raw);
    BOOKRECO_TRY(result.match, matcher_.find(named));
    const bool found = result.match && result.match->confidence >= request_.threshold;
    auto interaction = read_interaction_row(raw, found ? result.match->book_id : "?", now_);
    if (!interaction) {
      InteractionIssue& issue = interaction.error();
      return refuse(result, issue.field, issue.value, issue.reason);
    }
    if (!found) {
      return refuse_book(result, named);
    }
    if (!seen_.is_first(*interaction)) {
      result.outcome = Outcome::kMerged;
      return report_.add(result);
    }
    batch_.push_back({*std::move(interaction), std::move(result)});
    return batch_.size() < kBatch ? Status() : flush();
  }

  Status reject(Reject&& reject) override {
    RowResult result{reject.fatal ? Outcome::kRefused : Outcome::kRepaired,
                     reject.file,
                     reject.row,
                     "",
                     "",
                     {},
                     std::move(reject.field),
                     std::move(reject.value),
                     std::move(reject.reason)};
    return report_.add(result);
  }

  Status finish() {
    BOOKRECO_TRY_VOID(tell_lonely_book());
    return flush();
  }

 private:
  struct Row {
    Interaction interaction;
    RowResult result;
  };
  /// A row of an export whose book has come and whose interaction has not.
  struct Lonely {
    bool waits = false;
    std::uint32_t file = 0;
    std::uint64_t row = 0;
  };

  Status refuse(RowResult& result, std::string field, std::string value, std::string reason) {
    result.outcome = Outcome::kRefused;
    result.field = std::move(field);
    result.value = std::move(value);
    result.reason = std::move(reason);
    return report_.add(result);
  }

  Status refuse_book(RowResult& result, const NamedBook& named) {
    std::string shown = named.title.empty()    ? named.id
                        : named.author.empty() ? named.title
                                               : named.title + " / " + named.author;
    shown.resize(std::min<std::size_t>(shown.size(), 200));
    return refuse(result,
                  "book",
                  std::move(shown),
                  result.match           ? "the nearest book is not near enough"
                  : shown_nothing(named) ? "the row names no book"
                                         : "not in the catalogue");
  }

  static bool shown_nothing(const NamedBook& named) {
    return named.id.empty() && named.title.empty();
  }

  Status skip(std::uint32_t file, std::uint64_t row, std::string field, std::string reason) {
    return report_.add(
        {Outcome::kSkipped, file, row, "", "", {}, std::move(field), "", std::move(reason)});
  }

  Status tell_lonely_book() {
    if (!lonely_.waits) {
      return {};
    }
    lonely_.waits = false;
    return skip(lonely_.file,
                lonely_.row,
                "row",
                "neither a rating nor a shelf that says what the reader did");
  }

  /// What the row says of its book, filled with what its source's own catalogue does.
  NamedBook name_of(const RawInteraction& raw) const {
    NamedBook named = named_book(raw);
    const auto book = books_.find(raw.book_key);
    if (book != books_.end()) {
      named.id = named.id.empty() ? book->second.id : named.id;
      named.title = named.title.empty() ? book->second.title : named.title;
      named.author = named.author.empty() ? book->second.author : named.author;
    }
    return named;
  }

  Status flush() {
    std::vector<Interaction> interactions;
    interactions.reserve(batch_.size());
    for (Row& row : batch_) {
      interactions.push_back(std::move(row.interaction));
    }
    BOOKRECO_TRY(const auto outcomes,
                 request_.dry_run ? readers_.preview(interactions, OnRepeat::kReplace)
                                  : readers_.record(interactions, OnRepeat::kReplace));
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      batch_[i].result.outcome = outcome_of(outcomes[i]);
      BOOKRECO_TRY_VOID(report_.add(batch_[i].result));
    }
    batch_.clear();
    return {};
  }

  const ReaderImportRequest& request_;
  ReaderStore& readers_;
  BookMatcher matcher_;
  const Timestamp now_;
  RowReport& report_;
  std::unordered_map<std::string, NamedBook> books_;  ///< by the keys of their sources
  Lonely lonely_;
  SeenRows seen_;
  std::vector<Row> batch_;
};

}  // namespace

Result<ReaderImportSummary> ReaderImport::run(const ReaderImportRequest& request,
                                              const ProgressFn& progress) {
  const Stopwatch time;
  const Timestamp now = clock_.now();
  Path path = request.report;
  if (path.empty()) {
    const auto process = static_cast<std::uint64_t>(::getpid());
    BOOKRECO_TRY_VOID(make_folders(data_folder_ / "imports"));
    path = data_folder_ / "imports" /
           fmt::format("{}-{}.jsonl", to_file_stamp(now), hex(hash64(to_iso8601(now), process)));
  }
  ReaderImportSummary summary;
  summary.dry_run = request.dry_run;
  BOOKRECO_TRY(RowReport report, RowReport::create(path, request.files, summary));
  const auto load = [&]() -> Status {
    Importer importer(request, stores_, now, report);
    Status done = convert_files(request.files, request.convert, importer, progress);
    if (done) {
      done = importer.finish();
    }
    Status told = report.commit();  // what was stored and refused before a failure is told too
    return done ? told : done;
  };
  if (request.dry_run) {
    BOOKRECO_TRY_VOID(load());
  } else {
    BOOKRECO_TRY(ActiveRun run,
                 ActiveRun::start(stores_.runs(),
                                  clock_,
                                  {"import_readers",
                                   {{"files", fmt::format("{}", fmt::join(request.files, ", "))},
                                    {"threshold", fmt::format("{}", request.threshold)}}}));
    const Status done = load();
    run.metrics({{"rows", static_cast<double>(summary.rows)},
                 {"recorded", static_cast<double>(summary.recorded)},
                 {"replaced", static_cast<double>(summary.replaced)},
                 {"refused", static_cast<double>(summary.refused)}});
    BOOKRECO_TRY_VOID(run.end(done));
  }
  summary.seconds = time.seconds();
  return summary;
}

}  // namespace bookreco
