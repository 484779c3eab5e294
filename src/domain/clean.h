#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/book.h"
#include "domain/raw_book.h"

namespace bookreco {

inline constexpr std::size_t kMaxTitle = 1'000;          ///< code points
inline constexpr std::size_t kMaxDescription = 100'000;  ///< code points
inline constexpr std::size_t kMaxText = 500;             ///< code points of any other text
inline constexpr std::size_t kMaxListed = 100;           ///< authors, labels

/// Something a raw book said that its book does not. `reason` is one of a few fixed sentences, so
/// that it can be counted.
struct Issue {
  std::string field;
  std::string value;  ///< what was there, at most 200 bytes
  std::string reason;
  bool fatal = false;  ///< there is no book

  bool operator==(const Issue&) const = default;
};

struct Cleaned {
  std::optional<Book> book;  ///< with id and work_id; empty exactly when an issue is fatal
  std::vector<Issue> issues;
};

/// The book of a raw one. Every value is checked and put into the one form `Book` promises; one
/// that cannot be is left out with an issue. Only page furniture among the labels leaves without
/// one. Safe from any thread.
Cleaned clean(const RawBook& raw);

}  // namespace bookreco
