#include "app/progress_bar.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

namespace bookreco {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(80);
constexpr std::uint64_t kBarCells = 28;

}  // namespace

ProgressBar::ProgressBar(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  finish();
}

ProgressFn ProgressBar::callback() {
  return [this](const Progress& progress) { show(progress); };
}

void ProgressBar::show(const Progress& progress) {
  if (quiet_) {
    return;
  }
  if (progress.step != step_) {
    finish();
    step_ = progress.step;
    step_time_ = Stopwatch();
  }
  done_ = std::max(done_, progress.done);
  bytes_ = progress.bytes;
  const auto now = std::chrono::steady_clock::now();
  if (terminal_ && now - drawn_ >= kRedraw) {
    drawn_ = now;
    draw(progress);
  }
}

void ProgressBar::draw(const Progress& progress) {
  std::string bar;
  if (progress.total > 0) {
    const std::uint64_t cells = std::min(progress.done * kBarCells / progress.total, kBarCells);
    for (std::uint64_t i = 0; i < kBarCells; ++i) {
      bar += i < cells ? "━" : "─";
    }
    bar +=
        fmt::format(" {:3}%", std::min<std::uint64_t>(progress.done * 100 / progress.total, 100));
  }
  const double seconds = step_time_.seconds();
  const double rate = seconds > 0.2 ? static_cast<double>(progress.done) / seconds : 0;
  fmt::print(stderr,
             "\r\033[K  {:<16} {} {} {}",
             step_,
             bar,
             amount(static_cast<double>(progress.done)),
             rate > 0 ? fmt::format("({}/s)", amount(rate)) : "");
  std::fflush(stderr);
}

std::string ProgressBar::amount(double count) const {
  return bytes_ ? fmt::format("{:.1f} MB", count * 1e-6) : fmt::format("{:.0f}", count);
}

void ProgressBar::finish() {
  if (quiet_ || step_.empty()) {
    return;
  }
  fmt::print(stderr,
             "{}  {:<16} {} in {:.2f} s\n",
             terminal_ ? "\r\033[K" : "",
             step_,
             amount(static_cast<double>(done_)),
             step_time_.seconds());
  step_.clear();
  done_ = 0;
}

}  // namespace bookreco
