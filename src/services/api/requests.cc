#include "services/api/requests.h"

#include <algorithm>
#include <array>
#include <limits>

namespace bookreco {

std::span<const FacetName> facet_names() {
  static constexpr std::array<FacetName, kFacetKinds> kNames = {{
      {FacetKind::kAuthor, "author", "authors"},
      {FacetKind::kLabel, "label", "labels"},
      {FacetKind::kCollection, "collection", "collections"},
      {FacetKind::kSeries, "series", "series"},
      {FacetKind::kPublisher, "publisher", "publishers"},
      {FacetKind::kFormat, "format", "formats"},
      {FacetKind::kBinding, "binding", "bindings"},
      {FacetKind::kLanguage, "language", "languages"},
  }};
  return kNames;
}

BookFilter read_filter(Fields& fields) {
  constexpr std::int64_t kMaxPages = std::numeric_limits<int>::max();
  BookFilter filter;
  const std::array<std::vector<std::string>*, kFacetKinds> lists = {&filter.authors,
                                                                    &filter.labels,
                                                                    &filter.collections,
                                                                    &filter.series,
                                                                    &filter.publishers,
                                                                    &filter.formats,
                                                                    &filter.bindings,
                                                                    &filter.languages};
  for (const FacetName& facet : facet_names()) {
    *lists[static_cast<std::size_t>(facet.kind)] = fields.texts(facet.one);
  }
  static constexpr std::array<std::pair<std::string_view, Availability>, 3> kAvailable = {{
      {"true", Availability::kAvailable},
      {"false", Availability::kUnavailable},
      {"any", Availability::kAny},
  }};
  filter.available = fields.choice<Availability>("available", kAvailable);
  filter.exclude_ids = fields.texts("exclude_id", kMaxExcluded);
  filter.exclude_authors = fields.texts("exclude_author");
  filter.exclude_series = fields.texts("exclude_series");
  filter.exclude_labels = fields.texts("exclude_label");
  filter.pages_min = fields.integer("pages_min", 0, kMaxPages);
  filter.pages_max = fields.integer("pages_max", 0, kMaxPages);
  if (filter.pages_min && filter.pages_max && *filter.pages_min > *filter.pages_max) {
    fields.refuse("pages_min", "is above pages_max");
  }
  filter.published_after = fields.date("published_after");
  filter.published_before = fields.date("published_before");
  return filter;
}

EditionWish read_wish(Fields& fields) {
  return {fields.texts("prefer_language"), fields.texts("prefer_format")};
}

Page read_page(Fields& fields) {
  Page page;
  page.number = fields.integer("page", 1, 1'000'000'000).value_or(1);
  page.size = fields.integer("page_size", 1, kMaxPageSize).value_or(20);
  return page;
}

void set_links(const HttpRequest& request,
               const Page& page,
               std::int64_t total,
               HttpResponse& response) {
  std::string base = "<" + std::string(request.path) + "?";
  for (const auto& [name, value] : request.query) {
    if (name != "page") {
      append_percent_encoded(base, name);
      base += '=';
      append_percent_encoded(base, value);
      base += '&';
    }
  }
  const std::int64_t last = std::max<std::int64_t>(1, (total + page.size - 1) / page.size);
  std::string links;
  const auto add = [&](std::int64_t number, std::string_view relation) {
    links +=
        fmt::format("{}{}page={}>; rel=\"{}\"", links.empty() ? "" : ", ", base, number, relation);
  };
  add(1, "first");
  if (page.number > 1) {
    add(std::min(page.number - 1, last), "prev");
  }
  if (page.number < last) {
    add(page.number + 1, "next");
  }
  add(last, "last");
  response.set_header("Link", links);
}

bool has_media_type(const HttpRequest& request,
                    std::span<const std::string_view> types,
                    HttpResponse& response) {
  const std::string type = request.media_type();
  const std::string_view coding = request.header("Content-Encoding");
  if (std::ranges::find(types, type) != types.end() && (coding.empty() || coding == "identity")) {
    return true;
  }
  std::string wanted;
  for (const std::string_view one : types) {
    wanted += (wanted.empty() ? "" : " or ") + std::string(one);
  }
  set_problem(response,
              415,
              code_name(Code::kInvalidArgument),
              fmt::format("send the body as {}, uncompressed, and say so in Content-Type", wanted));
  return false;
}

}  // namespace bookreco
