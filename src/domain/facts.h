#pragma once

#include <optional>
#include <string_view>

namespace bookreco {

/// The facts that cleaning understands, by the name of the field of `Book` they fill, and the three
/// that fill several.
enum class Fact {
  kCoverUrl,
  kCollection,
  kSeries,
  kSeriesNumber,
  kLanguage,
  kPublishedOn,
  kEan,
  kIsbn,
  kPublisher,
  kFormat,
  kBinding,
  kPageCount,
  kWeight,
  kWidth,
  kHeight,
  kDepth,
  kDimensions,
  kAvailable,
  kIgnored,  ///< known and not wanted: the id and work_id of our own files, which are derived anew
};

/// The fact a source means by `name`: our field names and the words of shops, French and English,
/// compared folded.
std::optional<Fact> parse_fact(std::string_view name);

/// Our name of it, for messages.
std::string_view fact_name(Fact fact);

}  // namespace bookreco
