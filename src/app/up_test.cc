#include <csignal>
#include <fstream>

#include <gmock/gmock.h>

#include "app/home_for_tests.h"
#include "domain/book_json.h"
#include "transport/test_client.h"

namespace bookreco {
namespace {

using testing::HasSubstr;

/// A port that was free a moment ago.
std::int64_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

class UpTest : public AppTest {
 protected:
  UpTest() { context_.settings.server.port = free_port(); }

  /// `bookreco up` in a thread until the end of `act`.
  template <class Act>
  Status serve(const UpOptions& options, const Act& act) {
    Status status;
    testing::internal::CaptureStdout();
    std::thread server([&] { status = run_up(context_, options); });
    if (soon([&] { return ask("/readyz").status == 200; })) {
      act();
    } else {
      ADD_FAILURE() << "the server is not ready in time";
    }
    ::pthread_kill(server.native_handle(), SIGTERM);
    server.join();
    said_ = testing::internal::GetCapturedStdout();
    return status;
  }
  TestClient::Answer ask(std::string_view path) {
    TestClient client(static_cast<std::uint16_t>(context_.settings.server.port));
    return client.connected() ? client.get(path) : TestClient::Answer{};
  }
  std::string sample(int books) {
    const Path file = folder_.path() / "books.jsonl";
    std::ofstream out(file);
    for (const Book& book : books_for_tests(books)) {
      out << to_json(book) << '\n';
    }
    return file.string();
  }

  std::string said_;
};

TEST_F(UpTest, AnEmptyCatalogueIsLoadedFittedAndServed) {
  const Status status = serve({{sample(30)}}, [&] {
    EXPECT_THAT(ask("/v1/books?page_size=1").body, HasSubstr("\"total\":30,"));
    EXPECT_THAT(ask("/v1/search?query=roses&k=1").body, HasSubstr("Garden tale"));
    EXPECT_THAT(ask("/metrics").body, HasSubstr("bookreco_books 30"));
    EXPECT_EQ(ask("/").status, 200);
  });
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_THAT(said_, HasSubstr("Loaded in"));
  EXPECT_THAT(said_, HasSubstr("Fitted in"));
  EXPECT_THAT(said_, HasSubstr(fmt::format("http://localhost:{}", context_.settings.server.port)));
}

TEST_F(UpTest, WhatIsThereIsServedAtOnce) {
  {
    const auto platform = open();
    store(*platform, books_for_tests(12));
    ASSERT_TRUE(platform->fit({}));
  }
  const Status status = serve({{sample(30)}}, [&] {
    EXPECT_THAT(ask("/v1/books?page_size=1").body, HasSubstr("\"total\":12,"));
  });
  EXPECT_TRUE(status) << status.error().message;
  EXPECT_EQ(said_.find("Loaded"), std::string::npos) << said_;
  EXPECT_EQ(said_.find("Fitted"), std::string::npos) << said_;
}

TEST_F(UpTest, APortThatIsTakenIsToldBeforeAnythingIsServed) {
  store(*open(), books_for_tests(12));
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(context_.settings.server.port));
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  Status status;
  const std::string said = printed([&] {
    std::thread([&] { status = run_up(context_, {}); }).join();
    return Status();
  });
  ::close(taken);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr(std::to_string(context_.settings.server.port)));
  EXPECT_EQ(said.find("serves"), std::string::npos) << said;
}

TEST_F(UpTest, AFileToLoadThatIsNotThereIsAnError) {
  Status status;
  printed([&] {
    std::thread([&] { status = run_up(context_, {{"/nonexistent/books.jsonl"}}); }).join();
    return Status();
  });
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("/nonexistent/books.jsonl"));
}

}  // namespace
}  // namespace bookreco
