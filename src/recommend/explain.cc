#include "recommend/explain.h"

#include <algorithm>

namespace bookreco {
namespace {

constexpr std::size_t kMaxAuthors = 2;
constexpr std::size_t kMaxLabels = 3;
constexpr std::size_t kMaxTerms = 3;
constexpr std::size_t kLabels = column_of(FacetKind::kLabel);
constexpr std::size_t kMaxReasons = 1 + kMaxAuthors + 2 + kMaxLabels + kMaxTerms;

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

struct Explainer::List {
  std::array<Reason, kMaxReasons> reasons;
  std::size_t count = 0;
  void add(ReasonKind kind, std::string_view value) { reasons[count++] = {kind, value, 0}; }
};

void Explainer::add_shared(
    RowRef hit, std::size_t column, ReasonKind kind, std::size_t limit, List& list) {
  const Attributes& attributes = snapshot_.segment(hit).attributes();
  const auto theirs = attributes.values(column, hit.row);
  if (theirs.empty()) {
    return;
  }
  struct Shared {
    std::size_t rows;
    std::uint32_t value;
  };
  std::array<Shared, kMaxReasons> rarest;
  std::size_t count = 0;
  const auto books = static_cast<std::size_t>(snapshot_.books());
  auto next = theirs.begin();
  for (const std::uint32_t value : values_.in(hit.in_delta, column)) {
    next = std::lower_bound(next, theirs.end(), value);
    if (next == theirs.end()) {
      break;
    }
    if (*next != value) {
      continue;
    }
    Shared shared{frequency(snapshot_, hit.in_delta, column, value), value};
    if (column == kLabels && shared.rows * 2 > books) {
      continue;
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (shared.rows < rarest[i].rows) {
        std::swap(shared, rarest[i]);
      }
    }
    if (count < limit) {
      rarest[count++] = shared;
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    list.add(kind, attributes.name(column, rarest[i].value));
  }
}

std::vector<Reason> Explainer::reasons(RowRef hit, const std::optional<Reason>& first) {
  List list;
  if (first) {
    list.reasons[list.count++] = *first;
  }
  const std::size_t before = list.count;
  add_shared(hit, column_of(FacetKind::kAuthor), ReasonKind::kSameAuthor, kMaxAuthors, list);
  add_shared(hit, column_of(FacetKind::kSeries), ReasonKind::kSameSeries, 1, list);
  add_shared(hit, column_of(FacetKind::kCollection), ReasonKind::kSameCollection, 1, list);
  add_shared(hit, kLabels, ReasonKind::kSharedLabel, kMaxLabels, list);
  add_shared(hit, kTermColumn, ReasonKind::kSharedTerm, kMaxTerms, list);
  const std::uint32_t cluster = snapshot_.segment(hit).cluster(hit.row);
  if (list.count == before && cluster < snapshot_.cluster_names.size() &&
      cluster == snapshot_.segment(source_).cluster(source_.row)) {
    list.add(ReasonKind::kSameCluster, snapshot_.cluster_names[cluster]);
  }
  return {list.reasons.begin(), list.reasons.begin() + static_cast<std::ptrdiff_t>(list.count)};
}

}  // namespace bookreco
