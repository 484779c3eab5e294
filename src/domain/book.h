#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/date.h"

namespace bookreco {

/// One edition of a book, cleaned: text is UTF-8 in NFC without markup, display values keep their
/// case and accents. Empty text and empty optionals mean "not known".
struct Book {
  std::string id;       ///< the EAN where valid, else "b" + 16 hex digits (domain/identity.h)
  std::string work_id;  ///< the same for all editions of one text
  std::string title;
  std::vector<std::string> authors;  ///< "First Last", in the order given
  std::string description;
  std::vector<std::string> labels;  ///< general to specific, no duplicates
  std::string cover_url;
  std::string collection;
  std::string series;
  std::optional<double> series_number;
  std::string language;  ///< ISO 639-1
  std::optional<PartialDate> published_on;
  std::string ean;     ///< 13 digits, checksum valid
  std::string isbn13;  ///< 13 digits, checksum valid, 978 or 979
  std::string publisher;
  std::string format;   ///< pocket, large, …, in the shop's words
  std::string binding;  ///< paperback, hardback, …, in the shop's words
  std::optional<int> page_count;
  std::optional<double> weight_kg;
  std::optional<double> width_cm;
  std::optional<double> height_cm;
  std::optional<double> depth_cm;
  std::optional<bool> available;  ///< whether it can be had; empty when nobody said

  bool operator==(const Book&) const = default;
};

}  // namespace bookreco
