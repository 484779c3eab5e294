#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/filter.h"
#include "ports/recommender.h"
#include "services/api/fields.h"

namespace bookreco {

/// The facets by the name that one value has ("author") and by the name of the collection
/// ("authors").
struct FacetName {
  FacetKind kind;
  std::string_view one;
  std::string_view many;
};
std::span<const FacetName> facet_names();

/// Reads the fields of a BookFilter, which have the same names in a query (lists repeat the name)
/// and in a body.
BookFilter read_filter(Fields& fields);
/// prefer_language and prefer_format.
EditionWish read_wish(Fields& fields);

/// Most ids of exclude_id, and the largest body of a request that may hold so many of 40 bytes.
inline constexpr std::size_t kMaxExcluded = 200'000;
inline constexpr std::size_t kMaxListBytes = std::size_t{8} << 20;

/// page and page_size.
struct Page {
  std::int64_t number = 1;
  std::int64_t size = 20;
  std::int64_t offset() const { return (number - 1) * size; }
};
inline constexpr std::int64_t kMaxPageSize = 200;
Page read_page(Fields& fields);

/// Adds the Link header of one page of `total` rows: first, prev, next, last, the other parameters
/// kept.
void set_links(const HttpRequest& request,
               const Page& page,
               std::int64_t total,
               HttpResponse& response);

/// Answers 415 and false when the request's body is not of `types`.
bool has_media_type(const HttpRequest& request,
                    std::span<const std::string_view> types,
                    HttpResponse& response);

/// The members of a JSON object. Answers the problem and nullopt when the body is not an
/// application/json object, names a member twice or more than kMaxMembers of them, is larger than
/// `max_bytes` or deeper than kMaxJsonDepth.
std::optional<Fields> read_json_fields(const HttpRequest& request,
                                       HttpResponse& response,
                                       std::size_t max_bytes = std::size_t{256} << 10);

/// The members of one row of a body; kInvalidArgument says what it is instead of an object.
Result<Fields> read_json_row(std::string_view row);

inline constexpr std::size_t kMaxJsonDepth = 32;
/// Fields looks names up one by one: so many members cost little, whatever they are called.
inline constexpr std::size_t kMaxMembers = 1'000;

/// The rows of a body: the elements of a JSON array, one JSON object, or lines. kInvalidArgument
/// says where it breaks; elements are not looked into.
Result<std::vector<std::string_view>> split_json(std::string_view body);
std::vector<std::string_view> split_lines(std::string_view body);

/// A member that an object anywhere in `json`, which is sound, names twice: parsers differ in which
/// of the two they take. nullopt when there is none.
std::optional<std::string> repeated_member(std::string_view json);

/// Why `row` is not a JSON object that we take; empty when it is.
std::string json_object_problem(std::string_view row);

}  // namespace bookreco
