#pragma once

#include <string>

#include "base/files.h"
#include "services/ingest/conversion.h"

namespace bookreco {

/// Opens one file of a request: "-" is copied to `scratch`, so that it can be read again; UTF-16
/// becomes UTF-8. The format is told from the first bytes when `format` is empty. kInvalidArgument
/// for an empty or binary file or an unknown format. Files read from the result need `scratch` to
/// live.
Result<SourceFile> open_input(const std::string& path,
                              std::uint32_t number,
                              std::string_view format,
                              const Path& scratch);

}  // namespace bookreco
