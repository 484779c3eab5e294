#include "transport/connection.h"

#include <algorithm>
#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "base/hash.h"
#include "transport/problem.h"

namespace bookreco {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using SteadyClock = std::chrono::steady_clock;

constexpr int kClosed = -1;  // in place of a status: the peer left or its time ran out in silence
constexpr std::size_t kFirstBuffer = 4 << 10;
constexpr std::size_t kBodyBuffer = 32 << 10;
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

void append_number(std::string& out, std::size_t number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

std::string failure_detail(int status, const HttpSettings& settings) {
  switch (status) {
    case 400:
      return "the request is not well-formed HTTP/1.1, its path or query cannot be decoded, or "
             "Host is missing";
    case 408:
      return "the request did not arrive in time: send it faster";
    case 413:
      return fmt::format("the body is larger than {} bytes: send it in parts",
                         settings.max_body_bytes);
    case 414:
      return fmt::format("the request target is longer than {} bytes", settings.max_target_bytes);
    case 417:
      return "the only expectation met here is 100-continue";
    case 431:
      return fmt::format("the headers are longer than {} bytes", settings.max_header_bytes);
    case 501:
      return "the only transfer coding understood here is chunked";
    case 503:
      return "too much is going on: try again in a moment";
    default:
      return std::string(status_text(status));
  }
}

std::string_view failure_code(int status) {
  switch (status) {
    case 404:
      return code_name(Code::kNotFound);
    case 408:
      return code_name(Code::kDeadlineExceeded);
    case 405:
    case 501:
    case 503:
      return code_name(Code::kUnavailable);
    default:
      return code_name(Code::kInvalidArgument);
  }
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
    int failure = refused_ ? 503 : co_await read_header();
    Router::Match match;
    bool unread = failure != 0;
    if (failure == 0) {
      match = server_.router.match(request_);
      if (!parser_->is_done() && match.route != nullptr) {
        failure = co_await read_body();
      }
      unread = !parser_->is_done();
    }
    if (failure == kClosed) {
      co_return;
    }

    const auto start = SteadyClock::now();
    set_deadline(Phase::kHandling, kNoTimeout);
    server_.metrics.in_flight.add(1);
    if (failure != 0) {
      answer_failure(failure);
    } else if (match.route == nullptr) {
      answer_without_route(match);
    } else {
      request_.context.deadline = start + settings.request_timeout;
      request_.context.trace_id = trace_id_of(request_.header("traceparent"));
      if (match.route->run_on == RunOn::kInline) {
        run_handler(*match.route);
      } else if (!co_await run_on_pool(*match.route)) {
        server_.metrics.shed.add();
        answer_failure(503);
      }
    }
    finish_response(match);
    keep = !unread && parser_->keep_alive() && !server_.draining.load(std::memory_order_relaxed);
    render_head(keep);
    record(match, start);
    release_body();

    set_deadline(Phase::kWriting, settings.write_timeout);
    const std::string_view content = send_body_ ? response_.content() : std::string_view();
    const std::array<asio::const_buffer, 2> parts{asio::buffer(head_), asio::buffer(content)};
    boost::system::error_code error;
    const std::size_t written = socket_.write_some(parts, error);
    if (error && error != asio::error::would_block) {
      co_return;
    }
    if (written < head_.size() + content.size() && !co_await write_rest(written)) {
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
        server_.metrics.shed.add();
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

void Connection::answer_failure(int status) {
  if (refused_) {
    server_.metrics.shed.add();
  }
  set_problem(response_, status, failure_code(status), failure_detail(status, server_.settings));
}

void Connection::answer_without_route(const Router::Match& match) {
  if (match.status == 204) {
    response_.status = 204;
  } else if (match.status == 404) {
    set_problem(
        response_, 404, failure_code(404), fmt::format("there is nothing at {}", request_.path));
  } else if (match.status == 405) {
    set_problem(response_,
                405,
                failure_code(405),
                fmt::format("{} answers {}", request_.path, match.allow));
  } else {
    answer_failure(match.status);
  }
  if (!match.allow.empty()) {
    response_.set_header("Allow", match.allow);
  }
}

void Connection::set_cors(const Router::Match& match) {
  const auto& origins = server_.settings.cors_origins;
  if (origins.empty()) {
    return;
  }
  response_.set_header("Vary", "Origin");
  const std::string_view origin = request_.header("Origin");
  const bool any = std::ranges::find(origins, "*") != origins.end();
  if (origin.empty() || (!any && std::ranges::find(origins, origin) == origins.end())) {
    return;
  }
  response_.set_header("Access-Control-Allow-Origin", any ? "*" : origin);
  response_.set_header("Access-Control-Expose-Headers", "ETag, Link, Retry-After");
  if (match.status == 204 && !request_.header("Access-Control-Request-Method").empty()) {
    response_.set_header("Access-Control-Allow-Methods", match.allow);
    response_.set_header("Access-Control-Allow-Headers",
                         "Accept, Authorization, Content-Type, If-None-Match, Traceparent");
    response_.set_header("Access-Control-Max-Age", "600");
  }
}

void Connection::finish_response(const Router::Match& match) {
  send_body_ = request_.method != HttpMethod::kHead;
  const bool reads = request_.method == HttpMethod::kGet || request_.method == HttpMethod::kHead;
  if (match.route != nullptr && match.route->etag && response_.status == 200 && reads) {
    if (response_.etag.empty()) {
      response_.etag = hex(hash64(response_.content()));
    }
    if (const auto known = request_.header("If-None-Match");
        !known.empty() && etag_matches(known, response_.etag)) {
      response_.status = 304;
    }
  }
  if (response_.status == 204 || response_.status == 304) {
    send_body_ = false;
  }
  set_cors(match);
}

void Connection::render_head(bool keep) {
  head_.clear();
  head_ += "HTTP/1.1 ";
  append_number(head_, static_cast<std::size_t>(response_.status));
  head_ += ' ';
  head_ += status_text(response_.status);
  head_ += "\r\nServer: bookreco\r\n";
  head_ += thread_.date_line;
  if (!keep) {
    head_ += "Connection: close\r\n";
  } else if (request_.http_1_0) {
    head_ += "Connection: keep-alive\r\n";
  }
  if (response_.status != 204 && response_.status != 304) {
    head_ += "X-Content-Type-Options: nosniff\r\nContent-Type: ";
    head_ += response_.content_type;
    head_ += "\r\nContent-Length: ";
    append_number(head_, response_.content().size());
    head_ += "\r\n";
  }
  if (!response_.etag.empty()) {
    head_ += "ETag: \"";
    head_ += response_.etag;
    head_ += "\"\r\n";
  }
  head_ += response_.header_lines();
  head_ += "\r\n";
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

Task<bool> Connection::write_rest(std::size_t written) {
  const std::string_view content = send_body_ ? response_.content() : std::string_view();
  const std::size_t of_head = std::min(written, head_.size());
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head_) + of_head,
                                                asio::buffer(content) + (written - of_head)};
  timed_out_ = false;
  auto [error, size] = co_await asio::async_write(socket_, parts, kAsTuple);
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
