#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/date.h"

namespace bookreco {

/// Which books pass by whether they can be had.
enum class Availability : std::uint8_t {
  kAny,
  kAvailable,    ///< those said to be available, and those of which nothing is known
  kUnavailable,  ///< those said not to be
};

/// Which books may be in an answer. Lists: a book passes when one of its values matches one of the
/// list, compared folded; an empty list lets all pass. Fields combine by "and". What is excluded
/// does not pass: values compared folded, ids in every edition of their works.
struct BookFilter {
  std::vector<std::string> authors;
  std::vector<std::string> labels;
  std::vector<std::string> collections;
  std::vector<std::string> series;
  std::vector<std::string> publishers;
  std::vector<std::string> formats;
  std::vector<std::string> bindings;
  std::vector<std::string> languages;
  std::optional<int> pages_min;
  std::optional<int> pages_max;
  std::optional<PartialDate> published_after;   ///< inclusive
  std::optional<PartialDate> published_before;  ///< inclusive; a bare year includes the whole year
  std::vector<std::string> exclude_ids;
  std::vector<std::string> exclude_authors;
  std::vector<std::string> exclude_series;
  std::vector<std::string> exclude_labels;
  std::optional<Availability> available;  ///< empty: as the question is usually meant

  bool empty() const { return *this == BookFilter{}; }
  bool operator==(const BookFilter&) const = default;
};

/// The facets: fields whose values are counted and filtered by. Numbers are frozen: snapshots and
/// the database hold them.
enum class FacetKind : std::uint8_t {
  kAuthor = 0,
  kLabel = 1,
  kCollection = 2,
  kSeries = 3,
  kPublisher = 4,
  kFormat = 5,
  kBinding = 6,
  kLanguage = 7,
};
inline constexpr std::size_t kFacetKinds = 8;

}  // namespace bookreco
