#include "app/search_log.h"

#include <fmt/format.h>
#include <unistd.h>

namespace bookreco {

ProgressFn SearchLog::progress() {
  // Where there is no terminal the bar writes a line for each step, too many for a search.
  return quiet_ || ::isatty(STDERR_FILENO) == 0 ? ProgressFn() : bar_.callback();
}

std::function<void(const Trial&)> SearchLog::tried() {
  return [this](const Trial& trial) {
    if (quiet_) {
      return;
    }
    bar_.finish();
    fmt::print(stderr,
               "  {:<12} {} in {:.1f} s: {}\n",
               trial.kind,
               trial.failed.empty() ? fmt::format("{:.4f}", trial.score) : trial.failed,
               trial.seconds,
               describe_parameters(trial.parameters));
  };
}

std::string describe_parameters(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    out += fmt::format("{}{} {:.4g}", out.empty() ? "" : ", ", name, value);
  }
  return out.empty() ? "nothing to set" : out;
}

}  // namespace bookreco
