#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace bookreco {

/// gRPC's canonical codes, with its numbers: frozen, they travel in metrics and over the wire.
enum class Code : std::uint8_t {
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

/// The snake_case name that logs, metrics and problem details show.
const char* code_name(Code code);

/// What went wrong, told to the person who can mend it.
struct Error {
  Code code = Code::kUnknown;
  std::string message;
};

/// The answer of every call across a module boundary. Exceptions stay inside a module.
template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// `return fail(Code::kNotFound, "no book {}", id);`
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(Code code,
                                          fmt::format_string<Args...> format,
                                          Args&&... args) {
  return std::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// The same error with `context: ` before its message.
[[nodiscard]] std::unexpected<Error> in_context(std::string_view context, const Error& error);

namespace internal {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

}  // namespace bookreco

#define BOOKRECO_CONCAT_2(a, b) a##b
#define BOOKRECO_CONCAT(a, b) BOOKRECO_CONCAT_2(a, b)

/// `BOOKRECO_TRY(auto book, store.get(id));` declares `book` or returns the error. Two on one line
/// do not compile; nested ones do. The line and not __COUNTER__ makes the name, because inline
/// functions must have the same tokens in every translation unit.
#define BOOKRECO_TRY(declaration, ...) \
  BOOKRECO_TRY_2(BOOKRECO_CONCAT(bookreco_try_, __LINE__), declaration, __VA_ARGS__)
#define BOOKRECO_TRY_2(result, declaration, ...)       \
  auto result = (__VA_ARGS__);                         \
  if (!result) {                                       \
    return std::unexpected(std::move(result).error()); \
  }                                                    \
  declaration = std::move(*result)

/// The same for a call without a value.
#define BOOKRECO_TRY_VOID(...) \
  BOOKRECO_TRY_VOID_2(BOOKRECO_CONCAT(bookreco_status_, __LINE__), __VA_ARGS__)
#define BOOKRECO_TRY_VOID_2(status, ...)                 \
  do {                                                   \
    if (auto status = (__VA_ARGS__); !status) {          \
      return std::unexpected(std::move(status).error()); \
    }                                                    \
  } while (false)

/// A broken invariant is a bug of ours: prints where and aborts, in every build.
#define BOOKRECO_CHECK(condition)                                         \
  do {                                                                    \
    if (!(condition)) [[unlikely]] {                                      \
      ::bookreco::internal::check_failed(#condition, __FILE__, __LINE__); \
    }                                                                     \
  } while (false)
