#include "services/evaluator/dataset.h"

#include <algorithm>
#include <numeric>

namespace bookreco {
namespace {

/// The places, in the order of their bytes, of the strings that are used, and those strings.
std::vector<std::uint32_t> sorted_places(const StringTable& table,
                                         const std::vector<bool>& used,
                                         std::vector<std::string>& out) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t id = 0; id < table.size(); ++id) {
    if (used[id]) {
      order.push_back(id);
    }
  }
  std::ranges::sort(order, {}, [&](std::uint32_t id) { return table.at(id); });
  std::vector<std::uint32_t> places(table.size(), StringTable::kNone);
  out.reserve(order.size());
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    places[order[place]] = place;
    out.emplace_back(table.at(order[place]));
  }
  return places;
}

/// Takes the names of those readers and items that some matrix has, and renumbers all matrices.
Status name_and_renumber(const InteractionIds& ids, Dataset& out) {
  std::vector<bool> readers(ids.readers.size(), false);
  std::vector<bool> items(ids.items.size(), false);
  for (const InteractionMatrix& matrix : out.matrices) {
    for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
      readers[reader] = readers[reader] || matrix.row(reader).size() > 0;
    }
    for (const std::uint32_t item : matrix.ids()) {
      items[item] = true;
    }
  }
  const auto reader_places = sorted_places(ids.readers, readers, out.readers);
  const auto item_places = sorted_places(ids.items, items, out.items);
  for (InteractionMatrix& matrix : out.matrices) {
    InteractionMatrixBuilder builder(MergeRule::kLatest, matrix.timed());
    for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
      const InteractionMatrix::Row row = matrix.row(reader);
      for (std::size_t i = 0; i < row.size(); ++i) {
        BOOKRECO_TRY_VOID(builder.add(reader_places[reader],
                                      item_places[row.columns[i]],
                                      row.values[i],
                                      matrix.timed() ? row.times[i] : 0));
      }
    }
    BOOKRECO_TRY(matrix, builder.build(out.readers.size(), out.items.size()));
  }
  return {};
}

Result<InteractionMatrix> to_matrix(Interactions rows,
                                    const DatasetOptions& options,
                                    DatasetFile& file) {
  const bool timed = !rows.times.empty() || options.order_as_time;
  InteractionMatrixBuilder builder(MergeRule::kLatest, timed);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (options.min_value && static_cast<double>(rows.values[i]) < *options.min_value) {
      ++file.below_min_value;
      continue;
    }
    const bool valued = options.use_values && !rows.values.empty();
    const std::int64_t time = rows.times.empty() ? static_cast<std::int64_t>(i) : rows.times[i];
    BOOKRECO_TRY_VOID(
        builder.add(rows.readers[i], rows.items[i], valued ? rows.values[i] : 1.0F, time));
  }
  const std::size_t added = builder.added();
  rows = {};
  BOOKRECO_TRY(InteractionMatrix matrix, builder.build());
  file.repeated = added - matrix.entries();
  return matrix;
}

/// Leaves out items and then readers with few entries, once each.
InteractionMatrix keep_frequent(const InteractionMatrix& matrix, const DatasetOptions& options) {
  const std::vector<std::uint32_t> counts = matrix.column_counts();
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> ids;
  std::vector<float> values;
  std::vector<std::int64_t> times;
  for (std::size_t reader = 0; reader < matrix.rows(); ++reader) {
    const std::size_t begin = ids.size();
    for (std::size_t i = matrix.offsets()[reader]; i < matrix.offsets()[reader + 1]; ++i) {
      if (counts[matrix.ids()[i]] >= options.least_per_item) {
        ids.push_back(matrix.ids()[i]);
        values.push_back(matrix.values()[i]);
        if (matrix.timed()) {
          times.push_back(matrix.times()[i]);
        }
      }
    }
    if (ids.size() - begin < options.least_per_reader) {
      ids.resize(begin);
      values.resize(begin);
      times.resize(matrix.timed() ? begin : 0);
    }
    offsets.push_back(ids.size());
  }
  auto kept = InteractionMatrix::from_rows(
      matrix.columns(), std::move(offsets), std::move(ids), std::move(values), std::move(times));
  BOOKRECO_CHECK(kept.has_value());
  return *std::move(kept);
}

}  // namespace

Result<Dataset> read_dataset(std::span<const std::string> paths,
                             const DatasetOptions& options,
                             RejectFile* rejects,
                             const ProgressFn& progress) {
  Dataset out;
  InteractionIds ids;
  for (const std::string& path : paths) {
    DatasetFile file;
    BOOKRECO_TRY(Interactions rows,
                 read_interactions(path, options.files, ids, rejects, file.report, progress));
    if (options.min_value && rows.values.empty() && rows.size() > 0) {
      return fail(Code::kInvalidArgument,
                  "{} has no value column, so that rows cannot be chosen by their value",
                  path);
    }
    BOOKRECO_TRY(InteractionMatrix matrix, to_matrix(std::move(rows), options, file));
    if (options.least_per_item > 1 || options.least_per_reader > 1) {
      matrix = keep_frequent(matrix, options);
    }
    file.entries = matrix.entries();
    if (file.entries == 0) {
      return fail(Code::kInvalidArgument,
                  "{} leaves no interaction: {} rows, {} rejected, {} below the least value",
                  path,
                  file.report.rows,
                  file.report.rejected,
                  file.below_min_value);
    }
    out.matrices.push_back(std::move(matrix));
    out.files.push_back(std::move(file));
  }
  BOOKRECO_TRY_VOID(name_and_renumber(ids, out));
  return out;
}

}  // namespace bookreco
