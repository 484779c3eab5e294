#include "services/evaluator/interaction_file.h"

#include <algorithm>

#include "services/evaluator/delimited_rows.h"
#include "services/evaluator/interaction_fields.h"

namespace bookreco {
namespace {

constexpr std::size_t kMostBytesOfId = 1'024;
constexpr std::size_t kBytesShown = 200;
constexpr std::uint64_t kRowsPerReport = 1 << 16;

/// What is wrong with a row.
struct Problem {
  const char* field = nullptr;  ///< nullptr: nothing
  std::string reason;
};

/// Numbers an id; the last one is remembered, as files are often sorted.
class IdColumn {
 public:
  explicit IdColumn(StringTable& table) : table_(table) {}

  std::uint32_t number(std::string_view id) {
    if (id_ == StringTable::kNone || last_ != id) {
      id_ = table_.insert(id);
      last_ = table_.at(id_);
    }
    return id_;
  }

 private:
  StringTable& table_;
  std::string_view last_;
  std::uint32_t id_ = StringTable::kNone;
};

class Reading {
 public:
  Reading(DelimitedRows rows, InteractionIds& ids, RejectFile* rejects, std::uint64_t max_reports)
      : rows_(std::move(rows)),
        readers_(ids.readers),
        items_(ids.items),
        rejects_(rejects),
        max_reports_(max_reports) {}

  Result<Interactions> run(const InteractionFileOptions& options,
                           InteractionFileReport& report,
                           const ProgressFn& progress);

 private:
  void begin(const DelimitedRows::Row& first, const InteractionFileOptions& options);
  Status begin_pairs(const InteractionFileOptions& options);
  Problem add_pair();
  Status add_list(const DelimitedRows::Row& row);
  Status reject(const DelimitedRows::Row& row, Problem problem);

  DelimitedRows rows_;
  IdColumn readers_;
  IdColumn items_;
  RejectFile* rejects_;
  std::uint64_t max_reports_;
  InteractionColumns columns_;
  Interactions out_;
  InteractionFileReport report_;
};

std::string told_separator(std::string_view line) {
  for (const char* separator : {"\t", "::", ",", ";"}) {
    if (line.contains(separator)) {
      return separator;
    }
  }
  return {};
}

Problem check_id(const char* field, std::string_view id) {
  if (id.empty()) {
    return {field, "it is empty"};
  }
  if (id.size() > kMostBytesOfId) {
    return {field, fmt::format("an id of {} bytes; at most {}", id.size(), kMostBytesOfId)};
  }
  return {};
}

/// Tells the layout from the first row, which is then read again. Lists stay whole lines.
void Reading::begin(const DelimitedRows::Row& first, const InteractionFileOptions& options) {
  std::string separator = options.separator;
  if (separator.empty() && options.layout != InteractionLayout::kLists) {
    separator = told_separator(first.text);
  }
  report_.lists = options.layout == InteractionLayout::kLists ||
                  (options.layout == InteractionLayout::kTold && separator.empty());
  if (!report_.lists) {
    rows_.set_separator(separator.empty() ? " " : separator);
  }
  rows_.again();
}

/// Looks at the first row for a header and the places of the columns.
Status Reading::begin_pairs(const InteractionFileOptions& options) {
  BOOKRECO_TRY(const auto row, rows_.next());
  const auto& fields = rows_.fields();
  const auto named = columns_named(fields);
  report_.has_header = options.header == HeaderRow::kYes ||
                       (options.header == HeaderRow::kTold && (named || looks_like_header(fields)));
  columns_ = named && report_.has_header ? *named : columns_by_place(fields.size());
  if (columns_.fields < 2 || (columns_.fields > 4 && !(named && report_.has_header))) {
    return fail(Code::kInvalidArgument,
                "line {} has {} columns: expected reader,item[,value[,time]], or a header that "
                "names a reader and an item column",
                row->line,
                columns_.fields);
  }
  if (!report_.has_header) {
    rows_.again();
  }
  return {};
}

Problem Reading::add_pair() {
  const auto& fields = rows_.fields();
  if (fields.size() != columns_.fields) {
    return {"row",
            fmt::format("{} fields where there should be {}", fields.size(), columns_.fields)};
  }
  const std::string_view reader = fields[columns_.reader];
  const std::string_view item = fields[columns_.item];
  for (Problem problem : {check_id("reader", reader), check_id("item", item)}) {
    if (problem.field != nullptr) {
      return problem;
    }
  }
  std::optional<float> value;
  std::optional<std::int64_t> time;
  if (columns_.value != InteractionColumns::kNone) {
    value = parse_value(fields[columns_.value]);
    if (!value) {
      return {"value", "it is not a finite number"};
    }
  }
  if (columns_.time != InteractionColumns::kNone) {
    time = parse_time(fields[columns_.time]);
    if (!time) {
      return {"time", "it is neither seconds nor a date such as 2026-01-31T12:30:00Z"};
    }
  }
  out_.readers.push_back(readers_.number(reader));
  out_.items.push_back(items_.number(item));
  if (value) {
    out_.values.push_back(*value);
  }
  if (time) {
    out_.times.push_back(*time);
  }
  return {};
}

/// "reader item item …", ids separated by any number of spaces or tabs.
Status Reading::add_list(const DelimitedRows::Row& row) {
  std::string_view rest = row.text;
  std::uint32_t reader = StringTable::kNone;
  for (;;) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.empty()) {
      return {};
    }
    const std::string_view id = rest.substr(0, rest.find_first_of(" \t"));
    rest.remove_prefix(id.size());
    const bool first = reader == StringTable::kNone;
    if (Problem problem = check_id(first ? "reader" : "item", id); problem.field != nullptr) {
      BOOKRECO_TRY_VOID(reject(row, std::move(problem)));
      if (first) {
        return {};
      }
    } else if (first) {
      reader = readers_.number(id);
    } else {
      out_.readers.push_back(reader);
      out_.items.push_back(items_.number(id));
    }
  }
}

Status Reading::reject(const DelimitedRows::Row& row, Problem problem) {
  ++report_.rejected;
  RejectedRow rejected{row.line,
                       problem.field,
                       std::move(problem.reason),
                       std::string(row.text.substr(0, kBytesShown))};
  if (rejects_ != nullptr) {
    BOOKRECO_TRY_VOID(rejects_->add(report_.path, rejected));
  }
  if (report_.first_rejected.size() < max_reports_) {
    report_.first_rejected.push_back(std::move(rejected));
  }
  return {};
}

Result<Interactions> Reading::run(const InteractionFileOptions& options,
                                  InteractionFileReport& report,
                                  const ProgressFn& progress) {
  report_.path = report.path;
  BOOKRECO_TRY(const auto first, rows_.next());
  if (!first) {
    return fail(Code::kInvalidArgument, "there is no row in it");
  }
  begin(*first, options);
  if (!report_.lists) {
    BOOKRECO_TRY_VOID(begin_pairs(options));
  }
  const ByteSource& source = rows_.source();
  for (;;) {
    BOOKRECO_TRY(const auto row, rows_.next());
    if (!row) {
      break;
    }
    ++report_.rows;
    if (row->problem != nullptr) {
      BOOKRECO_TRY_VOID(reject(*row, {"row", row->problem}));
    } else if (report_.lists) {
      BOOKRECO_TRY_VOID(add_list(*row));
    } else if (Problem problem = add_pair(); problem.field != nullptr) {
      BOOKRECO_TRY_VOID(reject(*row, std::move(problem)));
    }
    if (report_.rows % kRowsPerReport == 0) {
      report_bytes(progress, "read", source.position(), source.total());
    }
  }
  report_bytes(progress, "read", source.position(), source.total());
  report = std::move(report_);
  return std::move(out_);
}

std::string csv_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    out += c == '"' ? "\"\"" : std::string(1, c);
  }
  return out + '"';
}

}  // namespace

Status RejectFile::add(const std::string& file, const RejectedRow& row) {
  if (!file_) {
    BOOKRECO_TRY(AtomicFile created, AtomicFile::create(path_));
    file_.emplace(std::move(created));
    BOOKRECO_TRY_VOID(file_->write("file,line,field,reason,text\n"));
  }
  return file_->write(fmt::format("{},{},{},{},{}\n",
                                  csv_quoted(file),
                                  row.line,
                                  row.field,
                                  csv_quoted(row.reason),
                                  csv_quoted(row.text)));
}

Result<bool> RejectFile::commit() {
  if (!file_) {
    return false;
  }
  BOOKRECO_TRY_VOID(file_->commit());
  return true;
}

Result<Interactions> read_interactions(const std::string& path,
                                       const InteractionFileOptions& options,
                                       InteractionIds& ids,
                                       RejectFile* rejects,
                                       InteractionFileReport& report,
                                       const ProgressFn& progress) {
  BOOKRECO_TRY(ByteSource source, ByteSource::open(path));
  report = {};
  report.path = path;
  Reading reading(DelimitedRows(LineReader(std::move(source))), ids, rejects, options.max_reports);
  auto out = reading.run(options, report, progress);
  if (!out) {
    return in_context(path, out.error());
  }
  return out;
}

}  // namespace bookreco
