#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/threads.h"
#include "transport/http_metrics.h"
#include "transport/http_server.h"
#include "transport/request_parser.h"

// Of http_server.cc and connection.cc alone: nothing else includes Asio.
namespace bookreco {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;
inline constexpr boost::asio::use_awaitable_t<Executor> kUseTask;

/// What the connections of one server share. Any thread.
struct ServerState {
  ServerState(const HttpSettings& settings_in,
              const Router& router_in,
              Metrics& metrics_in,
              const Log& log_in)
      : settings(settings_in),
        router(router_in),
        log(log_in),
        metrics(metrics_in, router_in),
        pool(settings_in.pool_threads, settings_in.pool_queue) {}

  const HttpSettings settings;
  const Router& router;
  const Log& log;
  HttpMetrics metrics;
  std::atomic<std::size_t> body_bytes{0};
  std::atomic<bool> draining{false};  ///< no new requests on idle connections
  std::atomic<bool> cutting{false};   ///< the grace is over
  std::atomic<std::size_t> connections{0};
  std::mutex mutex;
  std::condition_variable none_left;
  ThreadPool pool;  ///< last: its tasks use the rest
};

class Connection;

/// One I/O thread's world. Everything but `io` is touched on that thread alone.
struct IoThread {
  boost::asio::io_context io{1};
  std::list<Connection*> connections;
  std::chrono::steady_clock::time_point now =
      std::chrono::steady_clock::now();  ///< of the last tick
  std::string date_line;                 ///< "Date: …\r\n", of the last tick

  /// Closes what is overdue; every kTick.
  void tick();
};
inline constexpr std::chrono::milliseconds kTick{50};

/// One client's connection: reads a request, runs its handler, writes the answer, again. Lives on
/// one I/O thread.
class Connection {
 public:
  /// `refused`: over the limit of connections, so the only answer is 503.
  Connection(Socket socket, IoThread& thread, ServerState& server, bool refused);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The object outlives the task.
  Task<void> run();
  void tick();

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting };

  Task<void> serve();
  Task<int> read_header();
  Task<int> read_body();
  Task<bool> read_more();
  Task<bool> run_on_pool(const Route& route);
  Task<bool> write_rest(std::size_t written);
  Task<bool> write_continue();
  Task<void> linger();

  int check_header() const;
  void run_handler(const Route& route);
  std::array<std::string_view, 2> parts() const;
  std::size_t bytes_to_write() const;
  std::optional<std::size_t> write_now();
  void record(const Router::Match& match, std::chrono::steady_clock::time_point start);
  void set_deadline(Phase phase, std::chrono::milliseconds timeout);
  void release_body();

  Socket socket_;
  IoThread& thread_;
  ServerState& server_;
  std::list<Connection*>::iterator place_;
  const bool refused_;

  Phase phase_ = Phase::kIdle;
  std::chrono::steady_clock::time_point deadline_;
  bool timed_out_ = false;

  std::string buffer_;  // bytes [begin_, end_) are read and not yet parsed
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t counted_body_ = 0;  // what this request holds of ServerState::body_bytes

  std::optional<RequestParser> parser_;
  HttpRequest request_;
  HttpResponse response_;
  std::string head_;
};

}  // namespace bookreco
