#pragma once

#include <functional>
#include <string>

#include "app/progress_bar.h"
#include "ml/evaluation/tuner.h"

namespace bookreco {

/// Shows a search on standard error: the work under way as a bar on a terminal, and a line for each
/// trial. Nothing when quiet. One thread.
class SearchLog {
 public:
  explicit SearchLog(bool quiet) : quiet_(quiet), bar_(quiet) {}

  ProgressFn progress();
  std::function<void(const Trial&)> tried();
  void finish() { bar_.finish(); }

 private:
  bool quiet_;
  ProgressBar bar_;
};

/// "lambda 50, neighbours 200"
std::string describe_parameters(const Parameters& parameters);

}  // namespace bookreco
