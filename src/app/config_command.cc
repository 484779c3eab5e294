#include <fmt/format.h>

#include "app/commands.h"
#include "base/json_writer.h"

namespace bookreco {

Status run_config(const CommandContext& context, const Config& config) {
  if (!context.json) {
    fmt::print("{}", config.to_yaml());
    return {};
  }
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const Config::Entry& entry : config.entries()) {
    json.begin_object()
        .field("key", entry.key)
        .field("value", entry.value)
        .field("origin", entry.origin);
    json.field("expected", entry.expected).field("doc", entry.doc).end_object();
  }
  json.end_array();
  fmt::print("{}\n", out);
  return {};
}

}  // namespace bookreco
