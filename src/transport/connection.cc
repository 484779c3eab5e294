#include "transport/connection.h"

#include <algorithm>
#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "transport/answer.h"
#include "transport/origin.h"
#include "transport/problem.h"

namespace bookreco {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using SteadyClock = std::chrono::steady_clock;

constexpr int kClosed = -1;  // in place of a status: the peer left or its time ran out in silence
constexpr std::size_t kFirstBuffer = 4 << 10;
constexpr std::size_t kBodyBuffer = 32 << 10;
constexpr std::size_t kInlineBytes = 256 << 10;  // of a body that is read on the thread of others
constexpr std::chrono::milliseconds kLinger{2000};
constexpr auto kNoTimeout = std::chrono::milliseconds::max();

constexpr auto kAsTuple = asio::as_tuple(kUseTask);

int parse_failure(const boost::system::error_code& error, bool has_request_line) {
  if (error == http::error::header_limit) {
    return has_request_line ? 431 : 414;
  }
  if (error == http::error::body_limit) {
    return 413;
  }
  return 400;
}

}  // namespace

Connection::Connection(Socket socket, IoThread& thread, ServerState& server, bool refused)
    : socket_(std::move(socket)), thread_(thread), server_(server), refused_(refused) {
  place_ = thread_.connections.insert(thread_.connections.end(), this);
  buffer_.resize(kFirstBuffer);
}

Connection::~Connection() {
  release_body();
  thread_.connections.erase(place_);
  server_.metrics.connections.add(-1);
  const std::lock_guard lock(server_.mutex);
  if (server_.connections.fetch_sub(1) == 1) {
    server_.none_left.notify_all();
  }
}

void Connection::tick() {
  if (server_.cutting.load(std::memory_order_relaxed)) {
    boost::system::error_code ignored;
    socket_.close(ignored);
    return;
  }
  const bool leave =
      phase_ == Phase::kIdle && begin_ == end_ && server_.draining.load(std::memory_order_relaxed);
  if (leave || thread_.now >= deadline_) {
    timed_out_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }
}

void Connection::set_deadline(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  deadline_ = timeout == kNoTimeout ? SteadyClock::time_point::max() : thread_.now + timeout;
}

void Connection::release_body() {
  if (counted_body_ > 0) {
    server_.body_bytes.fetch_sub(counted_body_, std::memory_order_relaxed);
    counted_body_ = 0;
  }
}

Task<void> Connection::run() {
  boost::system::error_code error;
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  socket_.non_blocking(true, error);
  if (!error) {
    co_await serve();
  }
  socket_.close(error);
}

Task<void> Connection::serve() {
  const HttpSettings& settings = server_.settings;
  set_deadline(Phase::kIdle, settings.header_timeout);
  for (bool keep = true; keep;) {
    request_.clear();
    response_.clear();
    parser_.emplace(request_, settings.max_header_bytes, settings.max_body_bytes);
    Router::Match match;
    int failure = refused_ ? 503 : co_await read_header();
    if (failure == 0) {
      match = server_.router.match(request_);
      if (!parser_->is_done() && match.route != nullptr) {
        failure = co_await read_body();
      }
    }
    if (failure == kClosed) {
      co_return;
    }
    const bool unread = failure != 0 || !parser_->is_done();

    const auto start = SteadyClock::now();
    set_deadline(Phase::kHandling, kNoTimeout);
    server_.metrics.in_flight.add(1);
    if (failure == 0 && match.route == nullptr) {
      set_unmatched(request_, match, settings, response_);
    } else if (failure == 0 && !refuse_foreign_page(request_, settings, response_)) {
      request_.context.deadline = start + settings.request_timeout;
      request_.context.trace_id = trace_id_of(request_.header("traceparent"));
      if (match.route->run_on == RunOn::kInline && request_.body.size() <= kInlineBytes) {
        run_handler(*match.route);
      } else if (!co_await run_on_pool(*match.route)) {
        failure = 503;
      }
    }
    if (failure != 0) {
      server_.metrics.shed.add(failure == 503 ? 1 : 0);
      set_failure(response_, failure, settings);
    }
    finish_response(request_, match, settings, response_);
    keep = !unread && parser_->keep_alive() && !server_.draining.load(std::memory_order_relaxed);
    render_head(request_, response_, thread_.date_line, keep, head_);
    record(match, start);
    release_body();

    if (const auto written = write_now();
        !written || (*written < bytes_to_write() && !co_await write_rest(*written))) {
      co_return;
    }
    if (unread || (!keep && begin_ < end_)) {
      co_await linger();
    }
    set_deadline(Phase::kIdle, settings.keep_alive_timeout);
  }
}

// 0, a status to answer before closing, or kClosed.
Task<int> Connection::read_header() {
  const HttpSettings& settings = server_.settings;
  for (;;) {
    while (phase_ == Phase::kIdle && end_ - begin_ >= 2 && buffer_[begin_] == '\r' &&
           buffer_[begin_ + 1] == '\n') {
      begin_ += 2;  // RFC 9112 2.2: empty lines before a request are passed over
    }
    if (begin_ < end_) {
      if (phase_ == Phase::kIdle) {
        set_deadline(Phase::kReading, settings.header_timeout);
      }
      boost::system::error_code error;
      begin_ += parser_->put(asio::const_buffer(buffer_.data() + begin_, end_ - begin_), error);
      if (parser_->is_header_done()) {
        co_return check_header();
      }
      if (error && error != http::error::need_more) {
        co_return parse_failure(error, parser_->has_request_line());
      }
    }
    if (!co_await read_more()) {
      co_return timed_out_&& phase_ == Phase::kReading ? 408 : kClosed;
    }
  }
}

int Connection::check_header() const {
  if (request_.target.size() > server_.settings.max_target_bytes) {
    return 414;
  }
  const std::size_t hosts = request_.count_headers("Host");
  if (hosts > 1 || (hosts == 0 && !request_.http_1_0)) {
    return 400;
  }
  if (const std::size_t codings = request_.count_headers("Transfer-Encoding"); codings > 0) {
    if (request_.http_1_0) {
      return 400;  // RFC 9112 6.1: framing that another hop may read otherwise
    }
    if (codings > 1 || !parser_->chunked() || request_.header("Transfer-Encoding").size() != 7) {
      return 501;
    }
  }
  if (const std::string_view expect = request_.header("Expect");
      !expect.empty() && expect != "100-continue") {
    return 417;
  }
  return 0;
}

Task<int> Connection::read_body() {
  const HttpSettings& settings = server_.settings;
  const auto start = thread_.now;
  if (!request_.header("Expect").empty() && begin_ == end_ && !co_await write_continue()) {
    co_return kClosed;
  }
  parser_->eager(true);
  buffer_.resize(std::max(buffer_.size(), kBodyBuffer));
  for (;;) {
    // All of it within body_timeout, and after the grace never slower than the least rate.
    const auto earned =
        std::chrono::milliseconds(request_.body.size() * 1000 / settings.min_body_bytes_per_second);
    phase_ = Phase::kReading;
    deadline_ = start + std::min(settings.body_timeout, settings.body_grace + earned);
    if (begin_ < end_) {
      boost::system::error_code error;
      begin_ += parser_->put(asio::const_buffer(buffer_.data() + begin_, end_ - begin_), error);
      const std::size_t grown = request_.body.size() - counted_body_;
      counted_body_ += grown;
      const std::size_t held =
          server_.body_bytes.fetch_add(grown, std::memory_order_relaxed) + grown;
      if (error && error != http::error::need_more) {
        co_return parse_failure(error, true);
      }
      if (parser_->is_done()) {
        co_return 0;
      }
      if (held > settings.max_bodies_bytes) {
        co_return 503;
      }
    }
    if (!co_await read_more()) {
      co_return timed_out_ ? 408 : begin_ < end_ ? 400 : kClosed;
    }
  }
}

// False at the end of the stream, on an error, when time is up, or when the parser wants more than
// the buffer may hold.
Task<bool> Connection::read_more() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (end_ == buffer_.size()) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ > server_.settings.max_header_bytes) {
      co_return false;
    }
    buffer_.resize(std::max(2 * end_, kFirstBuffer));
  }
  timed_out_ = false;
  auto [error, size] = co_await socket_.async_read_some(
      asio::buffer(buffer_.data() + end_, buffer_.size() - end_), kAsTuple);
  end_ += size;
  co_return !error;
}

void Connection::run_handler(const Route& route) {
  try {
    const Status status = route.handler(request_, response_);
    if (status) {
      return;
    }
    if (http_status(status.error().code) == 500) {
      server_.log.write(
          LogLevel::kError,
          fmt::format(
              "{} {}: {}", method_name(request_.method), request_.path, status.error().message),
          request_.context.trace_id);
    }
    set_problem(response_, status.error());
  } catch (const std::exception& exception) {
    server_.log.write(
        LogLevel::kError,
        fmt::format("{} {}: {}", method_name(request_.method), request_.path, exception.what()),
        request_.context.trace_id);
    set_problem(response_, Error{Code::kInternal, exception.what()});
  }
}

// False when the pool's queue is full. The task holds this connection; its end is posted back to
// the I/O thread.
Task<bool> Connection::run_on_pool(const Route& route) {
  return asio::async_initiate<const asio::use_awaitable_t<Executor>, void(bool)>(
      [this, &route](auto handler) {
        const auto done = std::make_shared<decltype(handler)>(std::move(handler));
        const auto resume = [done, executor = socket_.get_executor()](bool ran) {
          asio::post(executor, [done, ran] { std::move (*done)(ran); });
        };
        const bool queued = server_.pool.try_submit([this, &route, resume] {
          if (request_.context.expired()) {
            set_problem(response_,
                        Error{Code::kDeadlineExceeded, "the request waited too long for its turn"});
          } else {
            run_handler(route);
          }
          resume(true);
        });
        if (!queued) {
          resume(false);
        }
      },
      kUseTask);
}

void Connection::record(const Router::Match& match, SteadyClock::time_point start) {
  const double seconds = std::chrono::duration<double>(SteadyClock::now() - start).count();
  const std::size_t route = match.route != nullptr ? match.number : server_.router.routes().size();
  server_.metrics.record(route, request_.method, response_.status, seconds);
  server_.metrics.in_flight.add(-1);
  if (server_.log.enabled(LogLevel::kDebug)) {
    server_.log.write(LogLevel::kDebug,
                      fmt::format("{} {} {} {:.3f} ms",
                                  method_name(request_.method),
                                  request_.target,
                                  response_.status,
                                  seconds * 1e3),
                      request_.context.trace_id);
  }
}

std::array<std::string_view, 2> Connection::parts() const {
  return {head_, sends_content(request_, response_) ? response_.content() : std::string_view()};
}

std::size_t Connection::bytes_to_write() const {
  return parts()[0].size() + parts()[1].size();
}

// Most answers fit the socket's buffer: no waiting, no completion. nullopt when the peer is gone.
std::optional<std::size_t> Connection::write_now() {
  set_deadline(Phase::kWriting, server_.settings.write_timeout);
  const auto [head, content] = parts();
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(content)};
  boost::system::error_code error;
  const std::size_t written = socket_.write_some(buffers, error);
  if (error && error != asio::error::would_block) {
    return std::nullopt;
  }
  return written;
}

Task<bool> Connection::write_rest(std::size_t written) {
  const auto [head, content] = parts();
  const std::size_t of_head = std::min(written, head.size());
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(head) + of_head,
                                                  asio::buffer(content) + (written - of_head)};
  timed_out_ = false;
  auto [error, size] = co_await asio::async_write(socket_, buffers, kAsTuple);
  if (error) {  // what the peer did not take leaves the system's buffers with a reset
    boost::system::error_code ignored;
    socket_.set_option(Socket::linger(true, 0), ignored);
  }
  co_return !error;
}

Task<bool> Connection::write_continue() {
  set_deadline(Phase::kWriting, server_.settings.write_timeout);
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  auto [error, size] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAsTuple);
  co_return !error;
}

// Closing with bytes unread would reset the connection and may take the answer away from the peer:
// say that we are done, then read what it still sends, for a while.
Task<void> Connection::linger() {
  set_deadline(Phase::kWriting, kLinger);
  boost::system::error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  while (!error) {
    auto [failure, size] = co_await socket_.async_read_some(asio::buffer(buffer_), kAsTuple);
    error = failure;
  }
}

}  // namespace bookreco
