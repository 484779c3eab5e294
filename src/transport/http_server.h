#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "transport/router.h"

namespace bookreco {

struct HttpSettings {
  std::string host = "127.0.0.1";  ///< an address or a name
  std::uint16_t port = 8000;       ///< 0 lets the system choose
  std::size_t io_threads = 1;
  std::size_t pool_threads = 4;
  std::size_t pool_queue = 256;  ///< requests that may wait for the pool; more are answered 503
  std::size_t max_connections = 1024;

  std::size_t max_target_bytes = 8 << 10;
  std::size_t max_header_bytes = 16 << 10;
  std::size_t max_body_bytes = 16 << 20;
  std::size_t max_bodies_bytes = 256 << 20;  ///< of all bodies held at once; more are answered 503

  std::chrono::milliseconds header_timeout{10'000};  ///< from the first byte to the empty line
  std::chrono::milliseconds body_timeout{60'000};    ///< the whole body
  std::chrono::milliseconds body_grace{5'000};       ///< before the least rate is asked for
  std::size_t min_body_bytes_per_second = 1024;
  std::chrono::milliseconds write_timeout{30'000};       ///< the whole answer
  std::chrono::milliseconds keep_alive_timeout{60'000};  ///< between two requests
  std::chrono::milliseconds request_timeout{30'000};     ///< CallContext::deadline

  std::vector<std::string> cors_origins;  ///< "https://shop.example", or "*"; empty allows none
};

/// An HTTP/1.1 server. Connections live on one of the I/O threads; handlers run there or on a
/// bounded pool.
class HttpServer {
 public:
  /// Binds, listens and serves. The router, metrics and log outlive the server.
  static Result<std::unique_ptr<HttpServer>> start(const HttpSettings& settings,
                                                   const Router& router,
                                                   Metrics& metrics,
                                                   const Log& log);
  /// stop(0).
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port really bound.
  std::uint16_t port() const;

  /// Stops accepting, closes idle connections, lets requests that have begun finish within `grace`,
  /// then cuts what is left and joins the threads. A handler that is running is always waited for.
  /// Not from a handler; once is enough.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bookreco
