#pragma once

#include "transport/http.h"
#include "transport/http_server.h"

namespace bookreco {

/// Answers 403 and true when a page of another site may be behind a request that is no plain read:
/// browsers send a page's origin with it, programs send none. A page may be of this server's own
/// origin or of one in `cors_origins`. A server on loopback knows itself by an address or as
/// localhost alone, so that a name that someone points at 127.0.0.1 (DNS rebinding) is not its own.
bool refuse_foreign_page(const HttpRequest& request,
                         const HttpSettings& settings,
                         HttpResponse& response);

}  // namespace bookreco
