#include "recommend/series_rule.h"

#include <algorithm>

namespace bookreco {
namespace {

constexpr std::size_t kColumn = column_of(FacetKind::kSeries);

std::optional<double> number_of(const Snapshot& snapshot, RowRef ref) {
  return snapshot.segment(ref).attributes().series_number(ref.row);
}

}  // namespace

SeriesRule::SeriesRule(const Snapshot& snapshot,
                       const std::vector<RowRef>& read,
                       const Scope& scope)
    : snapshot_(snapshot), scope_(scope) {
  for (const RowRef ref : read) {
    const std::string_view series = series_of(snapshot, ref);
    if (const auto number = number_of(snapshot, ref); number && !series.empty()) {
      read_[series].push_back(*number);
    }
  }
}

std::string_view SeriesRule::series_of(const Snapshot& snapshot, RowRef ref) {
  const Attributes& attributes = snapshot.segment(ref).attributes();
  const auto values = attributes.values(kColumn, ref.row);
  return values.empty() ? std::string_view() : attributes.key(kColumn, values.front());
}

SeriesRule::Series SeriesRule::look_up(std::string_view key) const {
  std::vector<std::pair<double, RowRef>> volumes;
  for_each_segment(snapshot_, [&](const Segment& segment, bool in_delta) {
    const auto value = segment.attributes().find(kColumn, key);
    if (!value) {
      return;
    }
    for (const std::uint32_t row : segment.attributes().rows_with(kColumn, *value)) {
      const RowRef ref{in_delta, row};
      if (const auto number = number_of(snapshot_, ref); number && snapshot_.alive(ref)) {
        volumes.emplace_back(*number, ref);
      }
    }
  });
  const auto read = read_.find(key);
  const bool begun = read != read_.end();
  const auto is_read = [&](double number) {
    return begun &&
           std::find(read->second.begin(), read->second.end(), number) != read->second.end();
  };
  const double from = begun ? *std::min_element(read->second.begin(), read->second.end()) : 0;
  Series series;
  std::optional<double> lowest;
  for (const auto& [number, ref] : volumes) {
    if (is_read(number)) {
      continue;
    }
    if (!lowest || number < *lowest) {
      lowest = number;
    }
    if (begun && number > from && (!series.number || number < *series.number)) {
      series.number = number;
    }
  }
  series.number = series.number ? series.number : lowest;
  for (const auto& [number, ref] : volumes) {
    if (series.number == number && scope_.allows(ref)) {
      series.volumes.push_back(ref);
    }
  }
  return series;
}

std::optional<RowRef> SeriesRule::stand_in(RowRef ref) {
  const Attributes& attributes = snapshot_.segment(ref).attributes();
  const auto values = attributes.values(kColumn, ref.row);
  const auto number = values.empty() ? std::nullopt : attributes.series_number(ref.row);
  if (!number) {
    return ref;
  }
  const std::uint64_t key =
      (std::uint64_t{values.front()} << 1) | static_cast<std::uint64_t>(ref.in_delta);
  const auto [place, fresh] = known_.try_emplace(key);
  Series& series = place->second;
  if (fresh) {
    series = look_up(attributes.key(kColumn, values.front()));
  }
  if (series.number == number) {
    return ref;
  }
  return series.volumes.empty() ? std::nullopt : std::optional(series.volumes.front());
}

}  // namespace bookreco
