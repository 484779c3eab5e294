#include <simdjson.h>

#include "base/json_writer.h"
#include "support.h"

using namespace bookreco;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  BOOKRECO_CHECK(is_utf8(bytes) == simdjson::validate_utf8(bytes.data(), bytes.size()));
  const std::string valid = to_valid_utf8(bytes);
  BOOKRECO_CHECK(simdjson::validate_utf8(valid.data(), valid.size()));
  BOOKRECO_CHECK(!is_utf8(bytes) || valid == bytes);
  std::size_t points = 0;
  for (std::string_view rest = valid; !rest.empty(); ++points) {
    const std::size_t length = utf8_sequence_length(rest);
    BOOKRECO_CHECK(length >= 1 && length <= 4 && length <= rest.size());
    rest.remove_prefix(length);
  }
  BOOKRECO_CHECK(utf8_length(valid) == points);

  std::string json;
  append_json_string(json, bytes);
  simdjson::dom::parser parser;
  std::string_view read;
  BOOKRECO_CHECK(parser.parse(json).get(read) == simdjson::SUCCESS && read == valid);
  return 0;
}
