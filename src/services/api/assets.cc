#include "services/api/assets.h"

#include <algorithm>
#include <array>

#include "services/api/api.h"

// Written by bookreco_embed: see CMakeLists.txt.
// NOLINTBEGIN(readability-identifier-naming): symbols of the assembler.
extern "C" {
extern const char bookreco_openapi_begin[], bookreco_openapi_end[];
extern const char bookreco_home_html_begin[], bookreco_home_html_end[];
extern const char bookreco_home_css_begin[], bookreco_home_css_end[];
extern const char bookreco_api_js_begin[], bookreco_api_js_end[];
extern const char bookreco_cards_js_begin[], bookreco_cards_js_end[];
extern const char bookreco_home_js_begin[], bookreco_home_js_end[];
extern const char bookreco_page_js_begin[], bookreco_page_js_end[];
extern const char bookreco_panels_js_begin[], bookreco_panels_js_end[];
extern const char bookreco_texts_js_begin[], bookreco_texts_js_end[];
extern const char bookreco_views_js_begin[], bookreco_views_js_end[];
extern const char bookreco_visitor_js_begin[], bookreco_visitor_js_end[];
extern const char bookreco_favicon_begin[], bookreco_favicon_end[];
extern const char bookreco_docs_html_begin[], bookreco_docs_html_end[];
extern const char bookreco_docs_missing_begin[], bookreco_docs_missing_end[];
extern const char bookreco_docs_js_begin[], bookreco_docs_js_end[];
extern const char bookreco_swagger_css_begin[], bookreco_swagger_css_end[];
extern const char bookreco_swagger_js_begin[], bookreco_swagger_js_end[];
}
// NOLINTEND(readability-identifier-naming)

namespace bookreco {
namespace {

constexpr std::string_view kCss = "text/css; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";

}  // namespace

std::span<const Asset> assets() {
  static const std::array<Asset, 13> all = {{
      {"home.css", kCss, {bookreco_home_css_begin, bookreco_home_css_end}},
      {"api.js", kScript, {bookreco_api_js_begin, bookreco_api_js_end}},
      {"cards.js", kScript, {bookreco_cards_js_begin, bookreco_cards_js_end}},
      {"home.js", kScript, {bookreco_home_js_begin, bookreco_home_js_end}},
      {"page.js", kScript, {bookreco_page_js_begin, bookreco_page_js_end}},
      {"panels.js", kScript, {bookreco_panels_js_begin, bookreco_panels_js_end}},
      {"texts.js", kScript, {bookreco_texts_js_begin, bookreco_texts_js_end}},
      {"views.js", kScript, {bookreco_views_js_begin, bookreco_views_js_end}},
      {"visitor.js", kScript, {bookreco_visitor_js_begin, bookreco_visitor_js_end}},
      {"favicon.svg", "image/svg+xml", {bookreco_favicon_begin, bookreco_favicon_end}},
      {"docs.js", kScript, {bookreco_docs_js_begin, bookreco_docs_js_end}},
      {"swagger-ui.css", kCss, {bookreco_swagger_css_begin, bookreco_swagger_css_end}, true},
      {"swagger-ui.js", kScript, {bookreco_swagger_js_begin, bookreco_swagger_js_end}, true},
  }};
  return all;
}

bool has_swagger_ui() {
  return std::ranges::none_of(assets(), [](const Asset& asset) { return asset.bytes.empty(); });
}

std::string_view home_page() {
  return {bookreco_home_html_begin, bookreco_home_html_end};
}

std::string_view docs_page() {
  return has_swagger_ui()
             ? std::string_view(bookreco_docs_html_begin, bookreco_docs_html_end)
             : std::string_view(bookreco_docs_missing_begin, bookreco_docs_missing_end);
}

std::string_view openapi_document() {
  return {bookreco_openapi_begin, bookreco_openapi_end};
}

}  // namespace bookreco
