#include "transport/http_server.h"

#include <ctime>
#include <future>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "transport/connection.h"

namespace bookreco {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>,
                                         Executor>;

// Connections over the limit that are told so; more are closed without a word.
constexpr std::size_t kRefusedAtOnce = 64;

constexpr auto kAsTuple = asio::as_tuple(kUseTask);

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 64> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
  return {text.data(), size};
}

std::unexpected<Error> bind_failure(const HttpSettings& settings,
                                    const boost::system::error_code& error) {
  const std::string place = fmt::format("{}:{}", settings.host, settings.port);
  if (error == asio::error::address_in_use) {
    return fail(Code::kUnavailable,
                "{} is taken by another program: choose another port, or stop that program",
                place);
  }
  if (error == asio::error::access_denied) {
    return fail(
        Code::kPermissionDenied, "no right to listen on {}: choose a port above 1023", place);
  }
  return fail(Code::kInvalidArgument, "cannot listen on {}: {}", place, error.message());
}

Result<Acceptor> listen(asio::io_context& io, const HttpSettings& settings) {
  boost::system::error_code error;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(settings.host, std::to_string(settings.port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return fail(Code::kInvalidArgument,
                "host {} is not an address of this machine: {}",
                settings.host,
                error.message());
  }
  const tcp::endpoint endpoint = *found.begin();
  Acceptor acceptor(io.get_executor());
  if (acceptor.open(endpoint.protocol(), error) ||
      acceptor.set_option(Acceptor::reuse_address(true), error) || acceptor.bind(endpoint, error) ||
      acceptor.listen(1024, error)) {
    return bind_failure(settings, error);
  }
  return acceptor;
}

Task<void> serve(std::shared_ptr<Connection> connection) {
  co_await connection->run();
}

Task<void> tick_forever(IoThread& thread) {
  Timer timer(thread.io.get_executor());
  for (;;) {
    timer.expires_after(kTick);
    co_await timer.async_wait(kAsTuple);
    thread.tick();
  }
}

}  // namespace

void IoThread::tick() {
  now = std::chrono::steady_clock::now();
  date_line = http_date();
  for (Connection* connection : connections) {
    connection->tick();
  }
}

struct HttpServer::Impl {
  Impl(const HttpSettings& settings, const Router& router, Metrics& metrics, const Log& log)
      : state(settings, router, metrics, log) {
    for (std::size_t i = 0; i < settings.io_threads; ++i) {
      threads.push_back(std::make_unique<IoThread>());
    }
  }

  void start_threads() {
    for (auto& thread : threads) {
      thread->tick();
      guards.emplace_back(thread->io.get_executor());
      asio::co_spawn(thread->io, tick_forever(*thread), asio::detached);
    }
    asio::co_spawn(threads[0]->io, accept_forever(), asio::detached);
    for (auto& thread : threads) {
      running.emplace_back([io = &thread->io] { io->run(); });
    }
  }

  Task<void> accept_forever() {
    std::size_t next = 0;
    Timer pause(threads[0]->io.get_executor());
    while (acceptor->is_open()) {
      IoThread& thread = *threads[next++ % threads.size()];
      auto [error, socket] = co_await acceptor->async_accept(thread.io.get_executor(), kAsTuple);
      if (!acceptor->is_open()) {
        break;
      }
      if (error) {  // out of descriptors, most likely: the next try would fail at once as well
        state.log.warning("cannot accept a connection: {}", error.message());
        pause.expires_after(kTick);
        co_await pause.async_wait(kAsTuple);
        continue;
      }
      adopt(std::move(socket), thread);
    }
  }

  void adopt(Socket socket, IoThread& thread) {
    const std::size_t limit = state.settings.max_connections;
    const std::size_t before = state.connections.load();
    if (before >= limit + kRefusedAtOnce) {
      state.metrics.shed.add();
      return;
    }
    state.connections.fetch_add(1);
    state.metrics.connections.add(1);
    asio::post(
        thread.io, [this, &thread, refused = before >= limit, taken = std::move(socket)]() mutable {
          auto connection = std::make_shared<Connection>(std::move(taken), thread, state, refused);
          asio::co_spawn(thread.io, serve(std::move(connection)), asio::detached);
        });
  }

  void stop(std::chrono::milliseconds grace) {
    const std::lock_guard once(stopping);
    if (running.empty()) {
      return;
    }
    state.draining = true;
    std::promise<void> closed;  // after which no connection is added
    asio::post(threads[0]->io, [&] {
      boost::system::error_code ignored;
      acceptor->close(ignored);
      closed.set_value();
    });
    closed.get_future().wait();
    {
      std::unique_lock lock(state.mutex);
      const auto none = [this] { return state.connections == 0; };
      if (!state.none_left.wait_for(lock, grace, none)) {
        state.cutting = true;
        state.none_left.wait(lock, none);
      }
    }
    for (auto& thread : threads) {
      thread->io.stop();
    }
    for (auto& thread : running) {
      thread.join();
    }
    running.clear();
  }

  // In order of destruction, last first: the acceptor, then the pool with its tasks, then the
  // contexts they post to.
  std::vector<std::unique_ptr<IoThread>> threads;
  std::vector<asio::executor_work_guard<Executor>> guards;
  ServerState state;
  std::optional<Acceptor> acceptor;
  std::uint16_t port = 0;
  std::mutex stopping;
  std::vector<std::thread> running;
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(const HttpSettings& settings,
                                                      const Router& router,
                                                      Metrics& metrics,
                                                      const Log& log) {
  if (settings.io_threads == 0 || settings.pool_threads == 0 || settings.max_connections == 0 ||
      settings.min_body_bytes_per_second == 0) {
    return fail(Code::kInvalidArgument,
                "io_threads, pool_threads, max_connections and min_body_bytes_per_second must be "
                "at least 1");
  }
  auto impl = std::make_unique<Impl>(settings, router, metrics, log);
  BOOKRECO_TRY(Acceptor acceptor, listen(impl->threads[0]->io, settings));
  impl->port = acceptor.local_endpoint().port();
  impl->acceptor.emplace(std::move(acceptor));
  impl->start_threads();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::~HttpServer() {
  impl_->stop(std::chrono::milliseconds(0));
}
std::uint16_t HttpServer::port() const {
  return impl_->port;
}
void HttpServer::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

}  // namespace bookreco
