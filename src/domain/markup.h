#pragma once

#include <string>
#include <string_view>

namespace bookreco {

/// Plain text out of text that may hold HTML: known elements and comments leave, script and style
/// with their content, block elements as a space; character references are decoded. Twice, for
/// markup that was itself escaped. "1 < 2" and
/// "<3" stay as they are.
std::string strip_markup(std::string_view text);

}  // namespace bookreco
