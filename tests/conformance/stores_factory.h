#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "domain/book_json.h"
#include "ports/stores.h"

namespace bookreco {

/// One database, empty at first, removed with this object.
class StoresHome {
 public:
  virtual ~StoresHome() = default;
  /// A further connection to it, as another process would open it.
  virtual Result<std::unique_ptr<Stores>> open(const Clock& clock) = 0;
};

/// An implementation of the stores.
struct StoresFactory {
  std::string name;
  std::function<std::unique_ptr<StoresHome>()> make;
};

/// Every implementation that this build has.
std::vector<StoresFactory> stores_factories();

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time{std::chrono::milliseconds(1'700'000'000'000)};
};

/// The fixture of every case: one open database of each implementation in turn.
class StoresTest : public testing::TestWithParam<StoresFactory> {
 protected:
  StoresTest() : home_(GetParam().make()), stores_(open()) {}

  std::unique_ptr<Stores> open() {
    auto opened = home_->open(clock_);
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      std::abort();
    }
    return *std::move(opened);
  }
  std::vector<OutboxEvent> events() { return *stores_->outbox().after(0, 1000); }

  FixedClock clock_;
  std::unique_ptr<StoresHome> home_;
  std::unique_ptr<Stores> stores_;
};

inline std::string name_of(const testing::TestParamInfo<StoresFactory>& info) {
  return info.param.name;
}

/// `CONFORMANCE_SUITE(BookStoreCases);` then `TEST_P(BookStoreCases, …)`.
#define CONFORMANCE_SUITE(Suite)      \
  class Suite : public StoresTest {}; \
  INSTANTIATE_TEST_SUITE_P(Stores, Suite, testing::ValuesIn(stores_factories()), name_of)

/// A book with every field set, different for each number.
Book whole_book(int number);
/// A book with an id and a title alone.
Book bare_book(const std::string& id);

inline void PrintTo(const Book& book, std::ostream* out) {
  *out << to_json(book);
}

/// The code of an error, or the words "no error".
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "no error" : code_name(result.error().code);
}

}  // namespace bookreco
