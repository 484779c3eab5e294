#include "transport/http_server.h"

#include <atomic>
#include <latch>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>

#include "transport/test_client.h"

namespace bookreco {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    settings_.port = 0;
    add(HttpMethod::kGet,
        "/hello",
        RunOn::kInline,
        [](const HttpRequest& request, HttpResponse& response) {
          response.body = "\"hello " + request.context.trace_id + "\"";
          return Status();
        });
    add(HttpMethod::kPost,
        "/echo/{name}",
        RunOn::kPool,
        [](const HttpRequest& request, HttpResponse& response) {
          response.body = std::string(request.path_param("name")) + ":" + request.body;
          return Status();
        });
    add(HttpMethod::kGet,
        "/wait",
        RunOn::kPool,
        [this](const HttpRequest&, HttpResponse& response) {
          waiting_.fetch_add(1);
          while (!go_) {
            std::this_thread::sleep_for(1ms);
          }
          response.body = "waited";
          return Status();
        });
    add(HttpMethod::kGet, "/fail", RunOn::kInline, [](const HttpRequest&, HttpResponse&) -> Status {
      return fail(Code::kNotFound, "no such thing");
    });
    add(HttpMethod::kGet, "/throw", RunOn::kPool, [](const HttpRequest&, HttpResponse&) -> Status {
      throw std::runtime_error("secret");
    });
    add(HttpMethod::kPost,
        "/size",
        RunOn::kInline,
        [](const HttpRequest& request, HttpResponse& response) {
          response.body = std::to_string(request.body.size());
          return Status();
        });
    add(HttpMethod::kGet, "/large", RunOn::kInline, [](const HttpRequest&, HttpResponse& response) {
      response.body.assign(8 << 20, 'x');
      return Status();
    });
  }

  void add(HttpMethod method, std::string path, RunOn run_on, HttpHandler handler) {
    router_.add({method, std::move(path), run_on, true, std::move(handler)});
  }

  void start() {
    auto server = HttpServer::start(settings_, router_, metrics_, log_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }

  // The answer to raw bytes on a fresh connection.
  TestClient::Answer raw(std::string_view bytes) {
    TestClient client(server_->port());
    client.send(bytes);
    return client.receive();
  }

  HttpSettings settings_;
  Router router_;
  Metrics metrics_;
  std::ostringstream logged_;
  Log log_{LogSettings{}, logged_};
  std::atomic<bool> go_{false};
  std::atomic<int> waiting_{0};
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, KeepsAConnectionForManyRequests) {
  start();
  TestClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.get(
        "/hello", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "\"hello 0af7651916cd43dd8448eb211c80319c\"");
    EXPECT_THAT(answer.head, HasSubstr("Server: bookreco\r\n"));
    EXPECT_THAT(answer.head, HasSubstr("Date: "));
    EXPECT_THAT(answer.head, Not(HasSubstr("Connection:")));
  }
  EXPECT_EQ(client.get("/hello").body, "\"hello \"");  // nothing of the request before stays
  EXPECT_EQ(client.get("/hello", "Connection: close\r\n").status, 200);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  TestClient client(server_->port());
  std::string bytes;
  for (int i = 0; i < 50; ++i) {
    bytes +=
        "POST /echo/n HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n" + std::to_string(10 + i);
    bytes += "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n\r\n";
  }
  client.send(bytes);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.receive().body, "n:" + std::to_string(10 + i));
    EXPECT_EQ(client.receive().body, "\"hello \"");
  }
}

TEST_F(HttpServerTest, RequestsInSmallPiecesAreRead) {
  start();
  TestClient client(server_->port());
  const std::string bytes =
      "POST /echo/a%20b HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: "
      "chunked\r\n\r\n5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nT: v\r\n\r\n";
  for (const char c : bytes) {
    client.send({&c, 1});
  }
  EXPECT_EQ(client.receive().body, "a b:hello!");
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(HttpServerTest, HeadSendsNoBodyAndTheLengthOfGet) {
  start();
  TestClient client(server_->port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  const auto head = client.receive(false);
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(head.head, HasSubstr("Content-Length: 8\r\n"));
  EXPECT_EQ(client.get("/hello").status, 200);
}

TEST_F(HttpServerTest, EtagsAreHonoured) {
  start();
  TestClient client(server_->port());
  const auto first = client.get("/hello");
  const auto at = first.head.find("ETag: ");
  ASSERT_NE(at, std::string::npos);
  const std::string etag = first.head.substr(at + 6, 18);
  const auto second = client.get("/hello", "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(second.status, 304);
  EXPECT_THAT(second.head, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(client.get("/hello", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(HttpServerTest, ErrorsAreProblemDocuments) {
  start();
  TestClient client(server_->port());
  auto answer = client.get("/nothing");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/problem+json\r\n"));
  answer = client.get("/fail");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("\"detail\":\"no such thing\",\"code\":\"not_found\""));
  client.send("DELETE /hello HTTP/1.1\r\nHost: t\r\n\r\n");
  answer = client.receive();
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.body, HasSubstr("\"code\":\"unimplemented\""));
  EXPECT_THAT(answer.head, HasSubstr("Allow: GET, HEAD, OPTIONS\r\n"));
  answer = client.get("/throw");
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
  EXPECT_EQ(client.get("/hello").status, 200);
  server_->stop(1s);
  EXPECT_THAT(logged_.str(), HasSubstr("GET /throw: secret"));
}

TEST_F(HttpServerTest, MalformedRequestsAre400AndTheConnectionEnds) {
  start();
  const struct {
    const char* bytes;
    int status;
  } cases[] = {
      {"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400},
      {"GET\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost t\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\nHost: t\n\n", 400},
      {"GET /hello HTTP/1.1\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET /hel\tlo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hello HTTP/2.0\r\nHost: a\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
       501},
      {"POST /echo/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"POST /echo/a HTTP/1.1\r\nHost: a\r\nExpect: cake\r\nContent-Length: 1\r\n\r\n", 417},
  };
  for (const auto& [bytes, status] : cases) {
    TestClient client(server_->port());
    client.send(bytes);
    const auto answer = client.receive();
    EXPECT_EQ(answer.status, status) << bytes << answer.body;
    EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n")) << bytes;
    EXPECT_TRUE(client.at_end()) << bytes;
  }
  EXPECT_EQ(raw("GET /%2e%2e/x HTTP/1.1\r\nHost: t\r\n\r\n").status, 400);
}

TEST_F(HttpServerTest, WhatIsTooLargeIsRefused) {
  settings_.max_body_bytes = 1000;
  start();
  const std::string post = "POST /echo/a HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(raw(post + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'x')).status, 413);
  EXPECT_EQ(raw(post + "Content-Length: 1000\r\n\r\n" + std::string(1000, 'x')).status, 200);
  EXPECT_EQ(raw(post + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x')).status,
            413);
  EXPECT_EQ(raw(post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(40000, 'x')).status,
            400);
  EXPECT_EQ(raw("GET /hello?" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n").status,
            414);
  EXPECT_EQ(raw("GET /" + std::string(30000, 'a') + " HTTP/1.1\r\nHost: t\r\n\r\n").status, 414);
  EXPECT_EQ(
      raw("GET /hello HTTP/1.1\r\nHost: t\r\nX: " + std::string(30000, 'a') + "\r\n\r\n").status,
      431);
}

TEST_F(HttpServerTest, ALargeRefusedUploadStillReadsItsAnswer) {
  start();
  TestClient client(server_->port());
  client.send("POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
  client.send(std::string(20 << 20, 'x'));
  EXPECT_EQ(client.receive().status, 413);
}

TEST_F(HttpServerTest, BodiesHeldAtOnceAreBounded) {
  settings_.max_bodies_bytes = 50'000;
  start();
  const std::string post = "POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n";
  TestClient first(server_->port());
  first.send(post + std::string(39'999, 'x'));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(raw(post + std::string(40'000, 'x')).status, 503);
  first.send("x");
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(raw(post + std::string(40'000, 'x')).status, 200);
}

TEST_F(HttpServerTest, Expect100IsAnsweredOnlyWhenTheBodyIsWanted) {
  start();
  TestClient client(server_->port());
  client.send(
      "POST /echo/a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send("ok");
  EXPECT_EQ(client.receive().body, "a:ok");
  client.send(
      "POST /nowhere HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.receive().status, 404);
}

TEST_F(HttpServerTest, SlowRequestsTimeOut) {
  settings_.header_timeout = 200ms;
  settings_.body_timeout = 10s;
  settings_.body_grace = 200ms;
  start();
  TestClient header(server_->port());
  header.send("GET /hello HT");
  EXPECT_EQ(header.receive().status, 408);
  TestClient body(server_->port());  // a byte now and then does not buy time
  body.send("POST /echo/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - start < 600ms) {
    body.send("x");
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(body.receive().status, 408);
  TestClient silent(server_->port());
  EXPECT_TRUE(silent.at_end());
}

TEST_F(HttpServerTest, IdleConnectionsAndPeersThatDoNotReadAreClosed) {
  settings_.keep_alive_timeout = 150ms;
  settings_.write_timeout = 150ms;
  start();
  TestClient idle(server_->port());
  EXPECT_EQ(idle.get("/hello").status, 200);
  EXPECT_TRUE(idle.at_end());
  TestClient deaf(server_->port());
  const int small = 4096;
  ::setsockopt(deaf.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
  deaf.send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n");
  std::this_thread::sleep_for(500ms);
  EXPECT_EQ(deaf.receive().status, 0);  // cut before the end
}

TEST_F(HttpServerTest, LargeAnswersArriveWhole) {
  start();
  TestClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.get("/large").body.size(), std::size_t{8} << 20);
  }
}

TEST_F(HttpServerTest, AFullPoolSheds) {
  settings_.pool_threads = 1;
  settings_.pool_queue = 1;
  start();
  TestClient running(server_->port());
  running.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  while (waiting_ == 0) {
    std::this_thread::sleep_for(1ms);
  }
  TestClient queued(server_->port());
  queued.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  TestClient shed(server_->port());
  const auto answer = shed.get("/wait");
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.head, HasSubstr("Retry-After: "));
  EXPECT_EQ(shed.get("/hello").status, 200);  // the I/O thread is free
  const auto post = [&](std::size_t size) {
    return raw(fmt::format("POST /size HTTP/1.1\r\nHost: t\r\nContent-Length: {}\r\n\r\n{}",
                           size,
                           std::string(size, 'x')))
        .status;
  };
  EXPECT_EQ(post(std::size_t{256} << 10), 200);
  EXPECT_EQ(post((std::size_t{256} << 10) + 1), 503) << "a long body is the pool's";
  go_ = true;
  EXPECT_EQ(running.receive().body, "waited");
  EXPECT_EQ(queued.receive().body, "waited");
}

TEST_F(HttpServerTest, ARequestThatWaitedTooLongIsNotRun) {
  settings_.pool_threads = 1;
  settings_.request_timeout = 100ms;
  start();
  TestClient running(server_->port());
  running.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  TestClient late(server_->port());
  late.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  std::this_thread::sleep_for(200ms);
  go_ = true;
  EXPECT_EQ(running.receive().status, 200);
  EXPECT_EQ(late.receive().status, 504);
}

TEST_F(HttpServerTest, ConnectionsAboveTheLimitAreToldSo) {
  settings_.max_connections = 2;
  start();
  TestClient a(server_->port());
  TestClient b(server_->port());
  EXPECT_EQ(a.get("/hello").status, 200);
  EXPECT_EQ(b.get("/hello").status, 200);
  TestClient c(server_->port());
  EXPECT_EQ(c.get("/hello").status, 503);
  EXPECT_TRUE(c.at_end());
}

TEST_F(HttpServerTest, CorsIsOffUnlessConfigured) {
  start();
  TestClient client(server_->port());
  EXPECT_THAT(client.get("/hello", "Origin: https://a.example\r\n").head,
              Not(HasSubstr("Access-Control")));
}

TEST_F(HttpServerTest, CorsAnswersItsOriginsAndPreflights) {
  settings_.cors_origins = {"https://a.example"};
  start();
  TestClient client(server_->port());
  EXPECT_THAT(client.get("/hello", "Origin: https://a.example\r\n").head,
              HasSubstr("Access-Control-Allow-Origin: https://a.example\r\n"));
  EXPECT_THAT(client.get("/hello", "Origin: https://b.example\r\n").head,
              Not(HasSubstr("Access-Control")));
  client.send(
      "OPTIONS /echo/a HTTP/1.1\r\nHost: t\r\nOrigin: "
      "https://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 204);
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Allow-Methods: POST, OPTIONS\r\n"));
}

TEST_F(HttpServerTest, PagesOfOtherSitesPostNothing) {
  start();
  TestClient client(server_->port());
  client.send(
      "POST /echo/a HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n"
      "Content-Length: 1\r\n\r\nx");
  const auto refused = client.receive();
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.head, HasSubstr("application/problem+json"));
  EXPECT_THAT(refused.body, HasSubstr("\"code\":\"permission_denied\""));
  client.send(
      "POST /echo/a HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
      "Content-Length: 1\r\n\r\nx");
  EXPECT_EQ(client.receive().body, "a:x") << "the connection goes on";
}

TEST_F(HttpServerTest, Http10ClosesUnlessAsked) {
  start();
  TestClient client(server_->port());
  client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.receive().head, HasSubstr("Connection: keep-alive\r\n"));
  client.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.at_end());
}

TEST_F(HttpServerTest, DrainFinishesWhatHasBegun) {
  start();
  TestClient idle(server_->port());
  EXPECT_EQ(idle.get("/hello").status, 200);
  TestClient busy(server_->port());
  busy.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  while (waiting_ == 0) {
    std::this_thread::sleep_for(1ms);
  }
  std::thread stopping([this] { server_->stop(10s); });
  EXPECT_TRUE(idle.at_end());
  go_ = true;
  const auto answer = busy.receive();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
  stopping.join();
  EXPECT_FALSE(TestClient(server_->port()).connected());
}

TEST_F(HttpServerTest, AfterTheGraceWhatIsLeftIsCut) {
  start();
  TestClient half(server_->port());
  half.send("GET /hello HT");
  std::this_thread::sleep_for(50ms);
  const auto begin = std::chrono::steady_clock::now();
  server_->stop(200ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
  EXPECT_TRUE(half.at_end());
}

TEST_F(HttpServerTest, UnderLoadADrainLosesNoRequestThatWasRead) {
  settings_.io_threads = 2;
  start();
  std::atomic<int> answered{0};
  std::atomic<int> broken{0};
  std::latch warm(8);
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      TestClient client(server_->port());
      for (int i = 0;; ++i) {
        const std::string body = std::to_string(c) + "." + std::to_string(i);
        const bool sent = client.send("POST /echo/x HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                                      std::to_string(body.size()) + "\r\n\r\n" + body);
        const auto answer = sent ? client.receive() : TestClient::Answer();
        if (answer.status == 0) {
          break;  // closed between two requests
        }
        answered.fetch_add(1);
        broken.fetch_add(answer.status != 200 || answer.body != "x:" + body);
        if (i == 50) {
          warm.count_down();
        }
        if (answer.head.contains("Connection: close")) {
          break;
        }
      }
    });
  }
  warm.wait();
  server_->stop(10s);
  for (auto& client : clients) {
    client.join();
  }
  EXPECT_GE(answered, 8 * 51);
  EXPECT_EQ(broken, 0);
  const std::string text = metrics_.exposition();
  EXPECT_THAT(text, HasSubstr("bookreco_http_requests_in_flight 0\n"));
  EXPECT_THAT(text, HasSubstr("bookreco_http_connections 0\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "bookreco_http_requests_total{route=\"/echo/{name}\",method=\"POST\",code=\"200\"} " +
          std::to_string(answered) + "\n"));
}

TEST_F(HttpServerTest, ATakenPortIsExplained) {
  start();
  HttpSettings second = settings_;
  second.port = server_->port();
  const auto refused = HttpServer::start(second, router_, metrics_, log_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("taken by another program"));
  second.host = "no.such.host.invalid";
  EXPECT_EQ(HttpServer::start(second, router_, metrics_, log_).error().code,
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace bookreco
