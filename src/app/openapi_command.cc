#include <fmt/format.h>

#include "app/commands.h"
#include "services/api/api.h"

namespace bookreco {

Status run_openapi(const CommandContext&) {
  fmt::print("{}\n", openapi_document());
  return {};
}

}  // namespace bookreco
