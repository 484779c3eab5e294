#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "adapters/home_for_tests.h"
#include "app/commands.h"
#include "app/platform.h"

namespace bookreco {

/// A data folder of one test and the platform over it.
class AppTest : public testing::Test {
 protected:
  AppTest() {
    context_.settings.data.dir = (folder_.path() / "data").string();
    context_.settings.vectorizer.dimension = 8;
    context_.settings.vectorizer.vocabulary = 200;
    context_.settings.server.port = 0;
    context_.settings.run.threads = 1;
    context_.quiet = true;
  }

  std::unique_ptr<Platform> open() {
    auto platform = Platform::open(context_.settings);
    EXPECT_TRUE(platform) << platform.error().message;
    return *std::move(platform);
  }
  static void store(Platform& platform, const std::vector<Book>& books) {
    const auto stored = platform.stores().books().upsert(books);
    EXPECT_TRUE(stored) << stored.error().message;
  }
  /// Whether `condition` holds within ten seconds.
  static bool soon(const std::function<bool()>& condition) {
    for (int tries = 0; tries < 1'000; ++tries) {
      if (condition()) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  /// What a command prints, with its error's message at the end.
  template <class Command>
  static std::string printed(const Command& command) {
    testing::internal::CaptureStdout();
    const Status status = command();
    std::fflush(stdout);
    return testing::internal::GetCapturedStdout() + (status ? "" : status.error().message);
  }

  TemporaryFolder folder_;
  CommandContext context_;
};

}  // namespace bookreco
