#pragma once

#include <string>
#include <string_view>

#include "transport/http.h"
#include "transport/http_server.h"
#include "transport/router.h"

// What the server itself says around the handlers' answers. No I/O.
namespace bookreco {

/// The problem document of a request that the server refuses.
void set_failure(HttpResponse& response, int status, const HttpSettings& settings);

/// The answer to a request that matched no route: 400, 404, 405, or 204 for OPTIONS.
void set_unmatched(const HttpRequest& request,
                   const Router::Match& match,
                   const HttpSettings& settings,
                   HttpResponse& response);

/// Adds the ETag of a route that wants one, turns the answer into 304 where the client has it, adds
/// the CORS headers.
void finish_response(const HttpRequest& request,
                     const Router::Match& match,
                     const HttpSettings& settings,
                     HttpResponse& response);

/// Whether the content follows the head.
bool sends_content(const HttpRequest& request, const HttpResponse& response);

/// The status line and headers, empty line included. `date_line` is whole: "Date: …\r\n".
void render_head(const HttpRequest& request,
                 const HttpResponse& response,
                 std::string_view date_line,
                 bool keep_alive,
                 std::string& out);

}  // namespace bookreco
