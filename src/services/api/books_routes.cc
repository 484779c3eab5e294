#include <array>
#include <cmath>

#include "base/json_writer.h"
#include "domain/book_json.h"
#include "domain/isbn.h"
#include "services/api/requests.h"
#include "services/api/routes.h"

namespace bookreco {
namespace {

struct Order {
  BookSort sort;
  bool descending;
};

constexpr std::array<std::pair<std::string_view, Order>, 8> kOrders = {{
    {"id", {BookSort::kId, false}},
    {"-id", {BookSort::kId, true}},
    {"title", {BookSort::kTitle, false}},
    {"-title", {BookSort::kTitle, true}},
    {"published_on", {BookSort::kPublishedOn, false}},
    {"-published_on", {BookSort::kPublishedOn, true}},
    {"page_count", {BookSort::kPageCount, false}},
    {"-page_count", {BookSort::kPageCount, true}},
}};

// name for the exact value, name_min and name_max for a range.
BookQuery::NumberRange read_range(Fields& fields, const std::string& name) {
  constexpr double kMax = 1e9;
  BookQuery::NumberRange range;
  range.min = fields.number(name + "_min", 0, kMax);
  range.max = fields.number(name + "_max", 0, kMax);
  if (range.min && range.max && *range.min > *range.max) {
    fields.refuse(name + "_min", fmt::format("is above {}_max", name));
  }
  if (const auto exact = fields.number(name, 0, kMax)) {
    range.min = range.max = exact;
  }
  return range;
}

// The canonical form of an EAN or ISBN parameter.
template <class Parse>
std::string read_number(Fields& fields,
                        std::string_view name,
                        Parse parse,
                        std::string_view expected) {
  const std::string text = fields.text(name);
  if (text.empty()) {
    return text;
  }
  const auto number = parse(text);
  if (!number) {
    fields.refuse(name, fmt::format("expected {}, got '{}'", expected, text));
  }
  return number.value_or("");
}

BookQuery read_query(Fields& fields) {
  BookQuery query;
  query.filter = read_filter(fields);
  if (const auto pages = fields.integer("page_count", 0, 1'000'000)) {
    query.filter.pages_min = query.filter.pages_max = static_cast<int>(*pages);
  }
  if (const auto date = fields.date("published_on")) {
    query.filter.published_after = query.filter.published_before = date;
  }
  query.title = fields.text("title");
  query.work_id = fields.text("work_id");
  query.ean = read_number(fields, "ean", parse_ean13, "13 digits with a valid check digit");
  query.isbn13 = read_number(fields, "isbn13", parse_isbn, "a valid ISBN-13 or ISBN-10");
  query.cover_url = fields.text("cover_url");
  query.description_contains = fields.text("description");
  query.weight_kg = read_range(fields, "weight_kg");
  query.width_cm = read_range(fields, "width_cm");
  query.height_cm = read_range(fields, "height_cm");
  query.depth_cm = read_range(fields, "depth_cm");
  query.series_number = read_range(fields, "series_number");
  const Order order = fields.choice<Order>("sort", kOrders).value_or(Order{BookSort::kId, false});
  query.sort = order.sort;
  query.descending = order.descending;
  return query;
}

Status list_books(Catalog& catalog, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  BookQuery query = read_query(fields);
  const Page page = read_page(fields);
  if (fields.refused(response)) {
    return {};
  }
  query.offset = page.offset();
  query.limit = page.size;
  BOOKRECO_TRY(const BookPage found, catalog.query(query, request.context));
  set_links(request, page, found.total, response);
  JsonWriter json(response.body);
  json.begin_object();
  json.field("total", found.total).field("page", page.number).field("page_size", page.size);
  json.key("books").begin_array();
  std::string one;
  for (const Book& book : found.books) {
    one.clear();
    append_book_json(one, book);
    json.raw(one);
  }
  json.end_array();
  json.end_object();
  return {};
}

Status get_book(Catalog& catalog, const HttpRequest& request, HttpResponse& response) {
  Fields fields(request);
  if (fields.refused(response)) {
    return {};
  }
  BOOKRECO_TRY(const Book book, catalog.get(request.path_param("id"), request.context));
  append_book_json(response.body, book);
  return {};
}

}  // namespace

void add_books_routes(Router& router, const Api& api) {
  router.add({HttpMethod::kGet,
              "/v1/books",
              RunOn::kPool,
              true,
              [&catalog = api.catalog](const HttpRequest& request, HttpResponse& response) {
                return list_books(catalog, request, response);
              }});
  router.add({HttpMethod::kGet,
              "/v1/books/{id}",
              RunOn::kPool,
              true,
              [&catalog = api.catalog](const HttpRequest& request, HttpResponse& response) {
                return get_book(catalog, request, response);
              }});
}

}  // namespace bookreco
