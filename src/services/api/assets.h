#pragma once

#include <span>
#include <string_view>

namespace bookreco {

/// One file that the program carries.
struct Asset {
  std::string_view name;
  std::string_view content_type;
  std::string_view bytes;  ///< lives as long as the program
  bool gzip = false;       ///< `bytes` are gzip-compressed
};

std::span<const Asset> assets();
std::string_view home_page();
std::string_view docs_page();

/// False when the program was built without the files of Swagger UI.
bool has_swagger_ui();

}  // namespace bookreco
