#include <simdjson.h>

#include "services/api/requests.h"
#include "support.h"

using namespace bookreco;

namespace {

void check_problem(const HttpResponse& response) {
  simdjson::dom::parser parser;
  std::int64_t status = 0;
  BOOKRECO_CHECK(parser.parse(response.body)["status"].get(status) == simdjson::SUCCESS &&
                 status == response.status);
  BOOKRECO_CHECK(status == 400 || status == 413 || status == 415);
}

void read_fields(const HttpRequest& request) {
  HttpResponse response;
  auto fields = read_json_fields(request, response);
  if (!fields) {
    check_problem(response);
    return;
  }
  BOOKRECO_CHECK(is_utf8(fields->text("query")));
  BOOKRECO_CHECK(fields->integer("k", 0, 1000).value_or(0) <= 1000);
  BOOKRECO_CHECK(fields->number("diversity", 0, 1).value_or(0) <= 1);
  fields->boolean("within_cluster");
  BOOKRECO_CHECK(std::ranges::all_of(fields->texts("loved"), is_utf8));
  const BookFilter filter = read_filter(*fields);
  const EditionWish wish = read_wish(*fields);
  BOOKRECO_CHECK(wish.languages.size() <= Fields::kMaxValues);
  BOOKRECO_CHECK(std::ranges::all_of(filter.authors, is_utf8));
  if (fields->refused(response)) {
    check_problem(response);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  HttpRequest request;
  request.add_header("Content-Type", "application/json");
  request.body = fuzz::text_of(data, size);
  read_fields(request);
  if (const auto rows = split_json(request.body)) {
    for (const std::string_view row : *rows) {
      BOOKRECO_CHECK(row.empty() || (row.data() >= request.body.data() &&
                                     row.data() + row.size() <= request.body.data() + size));
      json_object_problem(row);
    }
  }
  for (const std::string_view line : split_lines(request.body)) {
    BOOKRECO_CHECK(line.find('\n') == std::string_view::npos);
    json_object_problem(line);
  }
  return 0;
}
