#include "telemetry/log.h"

#include <algorithm>
#include <array>
#include <iostream>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "base/clock.h"
#include "base/json_writer.h"

namespace bookreco {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warning", "error", "off"};

std::string_view name_of(LogLevel level) {
  return kNames[static_cast<std::size_t>(level)];
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

void append_printable(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
}

}  // namespace

struct Log::Impl {
  Impl(const LogSettings& settings, std::ostream& out)
      : json(settings.json),
        logger("bookreco", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, true)) {
    logger.set_pattern("%v");
    logger.set_level(spdlog_level(settings.level));
  }

  bool json;
  mutable spdlog::logger logger;
};

std::optional<LogLevel> parse_log_level(std::string_view name) {
  const auto at = std::ranges::find(kNames, name);
  if (at == kNames.end()) {
    return std::nullopt;
  }
  return static_cast<LogLevel>(at - kNames.begin());
}

Log::Log(const LogSettings& settings) : Log(settings, std::cerr) {}
Log::Log(const LogSettings& settings, std::ostream& out)
    : impl_(std::make_shared<const Impl>(settings, out)) {}
Log::~Log() = default;
Log::Log(const Log&) = default;
Log& Log::operator=(const Log&) = default;

bool Log::enabled(LogLevel level) const {
  return level != LogLevel::kOff && impl_->logger.should_log(spdlog_level(level));
}

void Log::write(LogLevel level, std::string_view message, std::string_view trace_id) const {
  if (!enabled(level)) {
    return;
  }
  const std::string time = to_iso8601(system_clock().now());
  std::string line;
  if (impl_->json) {
    JsonWriter json(line);
    json.begin_object();
    json.field("time", time).field("level", name_of(level)).field("message", message);
    if (!trace_id.empty()) {
      json.field("trace_id", trace_id);
    }
    json.end_object();
  } else {
    line = fmt::format("{} {:<7} ", time, name_of(level));
    append_printable(line, message);
    if (!trace_id.empty()) {
      line += " trace_id=";
      append_printable(line, trace_id);
    }
  }
  impl_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace bookreco
