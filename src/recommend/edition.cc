#include "recommend/edition.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace bookreco {
namespace {

constexpr FacetKind kLanguages[] = {FacetKind::kLanguage};
/// Shops say "pocket" or "e-book" in the one or the other.
constexpr FacetKind kFormats[] = {FacetKind::kFormat, FacetKind::kBinding};

template <class Visit>
void for_each_key(const Snapshot& snapshot,
                  RowRef ref,
                  std::span<const FacetKind> kinds,
                  const Visit& visit) {
  const Attributes& attributes = snapshot.segment(ref).attributes();
  for (const FacetKind kind : kinds) {
    for (const std::uint32_t value : attributes.values(column_of(kind), ref.row)) {
      visit(attributes.key(column_of(kind), value));
    }
  }
}

/// The keys that `least` books or more have, most books first, then by key.
std::vector<std::string> common_keys(const Snapshot& snapshot,
                                     std::span<const RowRef> books,
                                     std::span<const FacetKind> kinds,
                                     std::size_t least) {
  std::map<std::string_view, std::size_t> counts;
  for (const RowRef ref : books) {
    for_each_key(snapshot, ref, kinds, [&](std::string_view key) { ++counts[key]; });
  }
  std::vector<std::pair<std::size_t, std::string_view>> common;
  for (const auto& [key, count] : counts) {
    if (count >= least) {
      common.emplace_back(count, key);
    }
  }
  std::ranges::stable_sort(common, std::greater<>(), [](const auto& one) { return one.first; });
  std::vector<std::string> keys;
  for (const auto& [count, key] : common) {
    keys.emplace_back(key);
  }
  return keys;
}

std::vector<std::string> keys_of(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    keys.push_back(attribute_key(name));
  }
  return keys;
}

/// The best place that a key of the book has in `wished`; its size when none has.
std::size_t place_in(const std::vector<std::string>& wished,
                     const Snapshot& snapshot,
                     RowRef ref,
                     std::span<const FacetKind> kinds) {
  std::size_t best = wished.size();
  if (!wished.empty()) {
    for_each_key(snapshot, ref, kinds, [&](std::string_view key) {
      const auto found = std::ranges::find(wished, key);
      best = std::min(best, static_cast<std::size_t>(found - wished.begin()));
    });
  }
  return best;
}

}  // namespace

Editions::Editions(const Snapshot& snapshot,
                   const EditionWish& wish,
                   std::span<const RowRef> liked,
                   const Scope& scope)
    : snapshot_(snapshot),
      scope_(scope),
      languages_(keys_of(wish.languages)),
      formats_(keys_of(wish.formats)) {
  if (languages_.empty()) {
    languages_ = common_keys(snapshot, liked, kLanguages, 1);
    languages_.resize(std::min<std::size_t>(languages_.size(), 1));
  }
  if (formats_.empty()) {
    formats_ =
        common_keys(snapshot, liked, kFormats, std::max<std::size_t>(2, liked.size() / 2 + 1));
  }
}

Editions::Rank Editions::rank(RowRef ref) const {
  const RowSet& unavailable = snapshot_.segment(ref).attributes().unavailable();
  return {unavailable.rows() != 0 && unavailable.contains(ref.row),
          place_in(languages_, snapshot_, ref, kLanguages),
          place_in(formats_, snapshot_, ref, kFormats)};
}

void Editions::improve(std::uint64_t work, std::optional<RowRef>& best) const {
  std::optional<Rank> least;  // of the best, once there is another
  for_each_segment(snapshot_, [&](const Segment& segment, bool in_delta) {
    for (const std::uint32_t row : segment.editions(work)) {
      const RowRef ref{in_delta, row};
      if (!scope_.allows(ref) || ref == best) {
        continue;
      }
      if (!best) {
        best = ref;
        continue;
      }
      least = least ? least : rank(*best);
      if (const Rank own = rank(ref); own < *least) {
        best = ref;
        least = own;
      }
    }
  });
}

RowRef Editions::in_place_of(RowRef found) const {
  // Most works have one edition, and most catalogues no delta: then nothing is looked up.
  if (!snapshot_.delta && !snapshot_.base->has_editions(found.row)) {
    return found;
  }
  std::optional<RowRef> best = found;
  improve(snapshot_.segment(found).work_key(found.row), best);
  return *best;
}

std::optional<RowRef> Editions::of(std::uint64_t work) const {
  std::optional<RowRef> best;
  improve(work, best);
  return best;
}

}  // namespace bookreco
