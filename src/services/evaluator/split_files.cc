#include "services/evaluator/split_files.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/json_writer.h"
#include "ml/evaluation/splits.h"
#include "services/evaluator/interaction_fields.h"

namespace bookreco {
namespace {

constexpr std::array<const char*, 5> kMethodNames = {
    "random", "last-out", "temporal", "readers", "cold"};
constexpr double kColdShare = 0.1;

Result<Split> temporal(const SplitRequest& request, const InteractionMatrix& matrix) {
  if (request.from.empty()) {
    BOOKRECO_TRY(const std::int64_t cut, time_of_share(matrix, request.test_share));
    return split_temporal(matrix, cut);
  }
  const std::optional<std::int64_t> cut = parse_time(request.from);
  if (!cut) {
    return fail(Code::kInvalidArgument,
                "\"{}\" is neither a date such as 2026-01-31 nor seconds",
                request.from);
  }
  return split_temporal(matrix, *cut);
}

Result<Split> strong(const SplitRequest& request, const InteractionMatrix& matrix) {
  std::size_t tested = request.readers;
  if (tested == 0) {
    for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
      tested += matrix.row(reader).size() > 0 ? 1 : 0;
    }
    tested = std::max<std::size_t>(1, tested / 10);
  }
  return split_readers(matrix, {tested, request.test_share, request.fold_in_at_most}, request.seed);
}

Result<Split> cut(const SplitRequest& request, const InteractionMatrix& matrix) {
  if (!(request.test_share > 0 && request.test_share < 1)) {
    return fail(Code::kInvalidArgument,
                "a test share of {}: it must lie between 0 and 1",
                request.test_share);
  }
  Split split(matrix.entries(), SplitPart::kTrain);
  switch (request.method) {
    case SplitMethod::kRandom:
      split = split_random(matrix, {.test_share = request.test_share}, request.seed);
      break;
    case SplitMethod::kLastOut: {
      BOOKRECO_TRY(split, split_last_out(matrix, request.last));
      break;
    }
    case SplitMethod::kTemporal: {
      BOOKRECO_TRY(split, temporal(request, matrix));
      break;
    }
    case SplitMethod::kReaders: {
      BOOKRECO_TRY(split, strong(request, matrix));
      break;
    }
    case SplitMethod::kCold:
      break;
  }
  const double cold = request.method == SplitMethod::kCold && request.cold_share == 0
                          ? kColdShare
                          : request.cold_share;
  if (cold != 0) {
    const bool strangers = request.method == SplitMethod::kReaders;
    BOOKRECO_TRY_VOID(make_items_cold(
        matrix, cold, strangers ? SplitPart::kLeftOut : SplitPart::kTest, request.seed, split));
  }
  return split;
}

/// A field as CSV: quoted where it must be.
void append_field(std::string& out, std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += c;
    }
  }
  out += '"';
}

Result<SplitFile> write_part(const Path& folder,
                             const std::string& name,
                             const Dataset& data,
                             const InteractionMatrix& matrix,
                             bool valued,
                             bool timed) {
  std::string text = fmt::format("reader,item{}{}\n", valued ? ",value" : "", timed ? ",time" : "");
  SplitFile out{name, matrix.entries(), 0, 0, {}};
  for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
    const InteractionMatrix::Row row = matrix.row(reader);
    out.readers += row.size() > 0 ? 1 : 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      append_field(text, data.readers[reader]);
      text += ',';
      append_field(text, data.items[row.columns[i]]);
      if (valued) {
        fmt::format_to(std::back_inserter(text), ",{}", row.values[i]);
      }
      if (timed) {
        fmt::format_to(std::back_inserter(text), ",{}", row.times[i]);
      }
      text += '\n';
    }
  }
  const auto counts = matrix.column_counts();
  out.items = static_cast<std::uint64_t>(
      std::ranges::count_if(counts, [](std::uint32_t count) { return count > 0; }));
  out.digest = hash128_hex(text);
  BOOKRECO_TRY_VOID(write_file(folder / name, text));
  return out;
}

void write_settings(JsonWriter& json, const SplitRequest& request) {
  json.key("settings").begin_object();
  json.field("method", split_method_name(request.method)).field("seed", request.seed);
  json.field("test_share", request.test_share).field("cold_share", request.cold_share);
  json.field("last", std::uint64_t{request.last}).field("from", request.from);
  json.field("readers", request.readers);
  json.field("fold_in_at_most", std::uint64_t{request.fold_in_at_most});
  json.field("min_per_reader", std::uint64_t{request.data.least_per_reader});
  json.field("min_per_item", std::uint64_t{request.data.least_per_item});
  json.key("min_value");
  if (request.data.min_value) {
    json.value(*request.data.min_value);
  } else {
    json.null();
  }
  json.end_object();
}

std::string write_manifest(const SplitRequest& request, const SplitReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("schema", 1);
  write_settings(json, request);
  json.key("input").begin_object();
  json.field("file", Path(request.input).filename().string())
      .field("rows", report.input.report.rows)
      .field("rejected", report.input.report.rejected)
      .field("below_min_value", report.input.below_min_value)
      .field("repeated", report.input.repeated);
  json.end_object();
  json.field("readers", report.readers).field("items", report.items);
  json.field("entries", report.entries).field("left_out", report.left_out);
  json.key("files").begin_array();
  for (const SplitFile& file : report.files) {
    json.begin_object()
        .field("name", file.name)
        .field("entries", file.entries)
        .field("readers", file.readers)
        .field("items", file.items)
        .field("digest", file.digest)
        .end_object();
  }
  json.end_array().end_object();
  return out + "\n";
}

Result<SplitReport> write_split(const SplitRequest& request,
                                const Dataset& data,
                                const Split& split) {
  const InteractionMatrix& matrix = data.matrices[0];
  SplitReport report;
  report.input = data.files[0];
  report.readers = data.readers.size();
  report.items = data.items.size();
  report.entries = matrix.entries();
  report.left_out = static_cast<std::uint64_t>(std::ranges::count(split, SplitPart::kLeftOut));
  BOOKRECO_TRY_VOID(make_folders(request.output));
  const bool valued = request.data.use_values &&
                      std::ranges::any_of(matrix.values(), [](float value) { return value != 1; });
  const bool timed = matrix.timed() && !request.data.order_as_time;
  const std::array<std::pair<const char*, SplitPart>, 3> parts = {{
      {"train.csv", SplitPart::kTrain},
      {"fold_in.csv", SplitPart::kFoldIn},
      {"test.csv", SplitPart::kTest},
  }};
  for (const auto& [name, part] : parts) {
    const InteractionMatrix own = part_of(matrix, split, part);
    if (own.entries() == 0 && part == SplitPart::kFoldIn) {
      continue;
    }
    if (own.entries() == 0) {
      return fail(Code::kInvalidArgument,
                  "the {} split leaves nothing for {}: {} readers with {} interactions are too few "
                  "for these settings",
                  split_method_name(request.method),
                  name,
                  report.readers,
                  report.entries);
    }
    BOOKRECO_TRY(SplitFile file, write_part(request.output, name, data, own, valued, timed));
    report.files.push_back(std::move(file));
  }
  report.manifest = write_manifest(request, report);
  BOOKRECO_TRY_VOID(write_file(request.output / "split.json", report.manifest));
  return report;
}

}  // namespace

const char* split_method_name(SplitMethod method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

Result<SplitReport> split_file(const SplitRequest& request,
                               RejectFile* rejects,
                               const ProgressFn& progress) {
  const std::vector<std::string> paths = {request.input};
  DatasetOptions options = request.data;
  BOOKRECO_TRY(Dataset data, read_dataset(paths, options, rejects, progress));
  // Last-out goes by the order of rows where there are no times.
  SplitRequest done = request;
  done.data.order_as_time = request.method == SplitMethod::kLastOut && !data.matrices[0].timed();
  if (done.data.order_as_time) {
    if (request.input == "-") {
      return fail(Code::kInvalidArgument,
                  "standard input has no times and cannot be read twice: name the file");
    }
    BOOKRECO_TRY(data, read_dataset(paths, done.data, nullptr, progress));
  }
  BOOKRECO_TRY(const Split split, cut(done, data.matrices[0]));
  return write_split(done, data, split);
}

}  // namespace bookreco
