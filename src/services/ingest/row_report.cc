#include "services/ingest/row_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_writer.h"

namespace bookreco {
namespace {

using Outcome = RowResult::Outcome;

constexpr std::size_t kReasons = 1'000;
constexpr std::size_t kReasonsShown = 12;

std::string_view outcome_name(Outcome outcome) {
  static constexpr std::array<std::string_view, 7> kNames{
      "recorded", "replaced", "known", "merged", "skipped", "refused", "repaired"};
  return kNames[static_cast<std::size_t>(outcome)];
}

bool was_taken(Outcome outcome) {
  return outcome == Outcome::kRecorded || outcome == Outcome::kReplaced ||
         outcome == Outcome::kKnown;
}

}  // namespace

Result<RowReport> RowReport::create(const Path& path,
                                    const std::vector<std::string>& files,
                                    ReaderImportSummary& summary) {
  BOOKRECO_TRY(AtomicFile file, AtomicFile::create(path));
  summary.report = path.string();
  return RowReport(std::move(file), files, summary);
}

void RowReport::count(const RowResult& row) {
  const std::array counters{&summary_.recorded,
                            &summary_.replaced,
                            &summary_.known,
                            &summary_.merged,
                            &summary_.skipped,
                            &summary_.refused};
  if (row.outcome != Outcome::kRepaired) {
    ++*counters[static_cast<std::size_t>(row.outcome)];
    ++summary_.rows;
  }
  if (was_taken(row.outcome) && row.match) {
    ++summary_.matched[static_cast<std::size_t>(row.match->method)];
  }
  if (!row.reason.empty()) {
    std::string reason = row.field.empty() ? row.reason : row.field + ": " + row.reason;
    if (summary_.reasons.size() >= kReasons && !summary_.reasons.contains(reason)) {
      reason = "other reasons";
    }
    ++summary_.reasons[reason];
  }
}

Status RowReport::add(const RowResult& row) {
  count(row);
  if (summary_.rows > ReaderImport::kMostReported && was_taken(row.outcome)) {
    return {};
  }
  line_.clear();
  JsonWriter json(line_);
  json.begin_object();
  json.field("file", row.file < files_.size() ? files_[row.file] : std::string());
  json.field("row", row.row).field("outcome", outcome_name(row.outcome));
  const auto add = [&json](std::string_view name, const std::string& text) {
    if (!text.empty()) {
      json.field(name, text);
    }
  };
  add("reader", row.reader);
  add("kind", row.kind);
  if (row.match) {
    json.field("book", row.match->book_id).field("matched", method_name(row.match->method));
    json.field("confidence", row.match->confidence);
  }
  add("field", row.field);
  add("value", row.value);
  add("reason", row.reason);
  json.end_object();
  line_ += '\n';
  return file_.write(line_);
}

std::string ReaderImportSummary::to_text() const {
  std::string out = fmt::format(
      "{}read {} rows: {} recorded, {} replaced, {} known, {} merged, {} skipped, {} refused\n",
      dry_run ? "dry run, nothing was stored; " : "",
      rows,
      recorded,
      replaced,
      known,
      merged,
      skipped,
      refused);
  std::string methods;
  for (std::size_t i = 0; i < matched.size(); ++i) {
    if (matched[i] > 0) {
      methods += fmt::format("{}{} {}",
                             methods.empty() ? "" : ", ",
                             matched[i],
                             method_name(static_cast<MatchMethod>(i)));
    }
  }
  out += methods.empty() ? "" : "books found by: " + methods + "\n";
  std::vector<std::pair<std::string, std::int64_t>> sorted(reasons.begin(), reasons.end());
  std::ranges::stable_sort(
      sorted, std::ranges::greater(), &std::pair<std::string, std::int64_t>::second);
  for (std::size_t i = 0; i < std::min(sorted.size(), kReasonsShown); ++i) {
    out += fmt::format("  {:>8}  {}\n", sorted[i].second, sorted[i].first);
  }
  if (sorted.size() > kReasonsShown) {
    out += fmt::format("  {:>8}  other reasons\n", sorted.size() - kReasonsShown);
  }
  return out + fmt::format("row by row: {}\n", report);
}

std::string ReaderImportSummary::to_json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("dry_run", dry_run).field("report", report).field("rows", rows);
  json.field("recorded", recorded).field("replaced", replaced).field("known", known);
  json.field("merged", merged).field("skipped", skipped).field("refused", refused);
  json.key("matched").begin_object();
  for (std::size_t i = 0; i < matched.size(); ++i) {
    json.field(method_name(static_cast<MatchMethod>(i)), matched[i]);
  }
  json.end_object().field("seconds", seconds).key("reasons").begin_object();
  for (const auto& [reason, count] : reasons) {
    json.field(reason, count);
  }
  json.end_object().end_object();
  return out;
}

}  // namespace bookreco
