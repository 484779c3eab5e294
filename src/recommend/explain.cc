#include "recommend/explain.h"

#include <algorithm>

#include "index/shared_values.h"

namespace bookreco {
namespace {

constexpr std::size_t kMaxReasons = [] {
  std::size_t most = 0;
  for (const SharedColumn& column : kSharedColumns) {
    most += column.most;
  }
  return most;
}();

ReasonKind kind_of(std::size_t column) {
  return std::ranges::find(kSharedColumns, column, &SharedColumn::column)->kind;
}

}  // namespace

std::span<const std::uint32_t> BookValues::in(bool in_delta, std::size_t column) {
  const Attributes& own = snapshot_.segment(ref_).attributes();
  if (in_delta == ref_.in_delta) {
    return own.values(column, ref_.row);
  }
  if (!translated_[column]) {
    const Attributes& other = snapshot_.segment({in_delta, 0}).attributes();
    std::vector<std::uint32_t>& numbers = translated_[column].emplace();
    for (const std::uint32_t value : own.values(column, ref_.row)) {
      if (const auto number = other.find(column, own.key(column, value))) {
        numbers.push_back(
            *number);  // stays ascending: both dictionaries are in the order of their keys
      }
    }
  }
  return *translated_[column];
}

std::size_t frequency(const Snapshot& snapshot,
                      bool in_delta,
                      std::size_t column,
                      std::uint32_t value) {
  const Attributes& own = snapshot.segment({in_delta, 0}).attributes();
  std::size_t rows = own.rows_with(column, value).size();
  if (snapshot.delta) {
    const Attributes& other = snapshot.segment({!in_delta, 0}).attributes();
    if (const auto number = other.find(column, own.key(column, value))) {
      rows += other.rows_with(column, *number).size();
    }
  }
  return rows;
}

std::vector<Reason> Explainer::reasons(RowRef hit) {
  std::vector<Reason> reasons;
  reasons.reserve(kMaxReasons);
  const Attributes& attributes = snapshot_.segment(hit).attributes();
  for (const SharedColumn& column : kSharedColumns) {
    const SharedValues shared(column,
                              values_.in(hit.in_delta, column.column),
                              attributes.values(column.column, hit.row),
                              static_cast<std::size_t>(snapshot_.books()),
                              [&](std::uint32_t value) {
                                return frequency(snapshot_, hit.in_delta, column.column, value);
                              });
    for (std::size_t i = 0; i < shared.count(); ++i) {
      reasons.push_back({column.kind, attributes.name(column.column, shared.value(i)), 0});
    }
  }
  const std::uint32_t cluster = snapshot_.segment(hit).cluster(hit.row);
  if (reasons.empty() && cluster < snapshot_.cluster_names.size() &&
      cluster == snapshot_.segment(source_).cluster(source_.row)) {
    reasons.push_back({ReasonKind::kSameCluster, snapshot_.cluster_names[cluster], 0});
  }
  return reasons;
}

std::vector<Reason> Explainer::reasons_of_place(std::size_t place) const {
  const Segment& base = *snapshot_.base;
  const auto shared = base.shared(source_.row, place);
  std::vector<Reason> reasons;
  reasons.reserve(shared.size());
  for (const SharedCode code : shared) {
    if (code.column() != kClusterColumn) {
      reasons.push_back(
          {kind_of(code.column()), base.attributes().name(code.column(), code.value())});
    } else if (code.value() < snapshot_.cluster_names.size()) {
      reasons.push_back({ReasonKind::kSameCluster, snapshot_.cluster_names[code.value()]});
    }
  }
  return reasons;
}

}  // namespace bookreco
