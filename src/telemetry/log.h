#pragma once

#include <iosfwd>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace bookreco {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

/// "debug", "info", "warning", "error" or "off".
std::optional<LogLevel> parse_log_level(std::string_view name);

struct LogSettings {
  LogLevel level = LogLevel::kInfo;
  bool json = false;  ///< one JSON object per line instead of text
};

/// One line per event: time, level, message, trace id when there is one. Control characters in a
/// message are escaped, so that no input can forge a line. Any thread; copies share the sink.
class Log {
 public:
  /// Writes to standard error.
  explicit Log(const LogSettings& settings = {});
  /// Writes to `out`, which outlives every copy.
  Log(const LogSettings& settings, std::ostream& out);
  ~Log();
  Log(const Log&);
  Log& operator=(const Log&);

  bool enabled(LogLevel level) const;
  void write(LogLevel level, std::string_view message, std::string_view trace_id = {}) const;

  template <class... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) const {
    format_and_write(LogLevel::kDebug, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) const {
    format_and_write(LogLevel::kInfo, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) const {
    format_and_write(LogLevel::kWarning, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    format_and_write(LogLevel::kError, format, std::forward<Args>(args)...);
  }

 private:
  template <class... Args>
  void format_and_write(LogLevel level, fmt::format_string<Args...> format, Args&&... args) const {
    if (enabled(level)) {
      write(level, fmt::format(format, std::forward<Args>(args)...));
    }
  }

  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace bookreco
