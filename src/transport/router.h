#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "transport/http.h"

namespace bookreco {

/// Answers a request by filling the response, or fails with an error that becomes a problem
/// document. Blocking code: it honours request.context.deadline. Called from many threads at once.
using HttpHandler = std::function<Status(const HttpRequest&, HttpResponse&)>;

/// Where a handler runs: on the I/O thread (reads from memory, microseconds; but for bodies above
/// 256 KiB, which take long to read) or on the pool (whatever may block).
enum class RunOn { kInline, kPool };

struct Route {
  HttpMethod method = HttpMethod::kGet;
  std::string path;  ///< "/v1/books/{id}/similar": each {name} is one whole segment
  RunOn run_on = RunOn::kPool;
  bool etag = false;  ///< a 200 answer gets an ETag, and If-None-Match a 304
  HttpHandler handler;
};

/// Finds the route of a request. Built first, then only read, from any thread. GET routes answer
/// HEAD too; a literal segment wins over a parameter.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// A route twice, or a path that is no template, is a bug and aborts.
  void add(Route route);

  const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;  ///< null: status tells why
    std::size_t number = 0;        ///< place of the route in routes()
    int status = 200;   ///< 400 (path cannot be decoded or climbs), 404, 405, or 204 for OPTIONS
    std::string allow;  ///< the methods of this path, for 405 and 204
  };
  /// Splits request.target into path and query, decodes both into the request and finds the route.
  Match match(HttpRequest& request) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace bookreco
