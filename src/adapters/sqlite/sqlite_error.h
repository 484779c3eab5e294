#pragma once

#include <string_view>

#include <sqlite3.h>

#include "base/result.h"

namespace bookreco {

/// The error of the last call on `connection`, for the person who runs the program: what failed, in
/// which file, what to do.
std::unexpected<Error> sqlite_error(sqlite3* connection, std::string_view action);

/// The same for a result code without a connection that could explain it.
std::unexpected<Error> sqlite_error(int result, std::string_view file, std::string_view action);

}  // namespace bookreco
