// collaborative_quality RATINGS KIND [name=value …] [--tune] [--threads N] [--cut N]: fits a model
// on goodbooks-10k and prints recall@20, recall@50 and nDCG@100 (hits over min(k, n)) on the
// held-out readers, or with --tune on the readers set aside for tuning.

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/threads.h"
#include "goodbooks.h"
#include "ml/collaborative/models.h"

namespace bookreco {
namespace {

struct Quality {
  double recall20 = 0;
  double recall50 = 0;
  double ndcg100 = 0;
  double seconds = 0;
};

double recall(std::span<const ScoredItem> ranked,
              const StrongSplit::Reader& reader,
              std::size_t k) {
  const auto hits = std::ranges::count_if(ranked.first(std::min(k, ranked.size())), [&](auto& s) {
    return std::ranges::find(reader.targets, s.item) != reader.targets.end();
  });
  return static_cast<double>(hits) / static_cast<double>(std::min(k, reader.targets.size()));
}

double ndcg(std::span<const ScoredItem> ranked, const StrongSplit::Reader& reader) {
  double gain = 0;
  double ideal = 0;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    const double discount = 1 / std::log2(static_cast<double>(i) + 2);
    const bool hit = std::ranges::find(reader.targets, ranked[i].item) != reader.targets.end();
    gain += hit ? discount : 0;
    ideal += i < reader.targets.size() ? discount : 0;
  }
  return gain / ideal;
}

Quality measure(const CollaborativeModel& model,
                std::span<const StrongSplit::Reader> readers,
                std::size_t cut,
                std::size_t threads) {
  std::vector<Quality> parts(readers.size());
  const auto start = std::chrono::steady_clock::now();
  parallel_for(readers.size(), threads, [&](std::size_t r) {
    const StrongSplit::Reader& reader = readers[r];
    std::vector<float> scores(model.items());
    const History history = std::span(reader.history).first(std::min(cut, reader.history.size()));
    model.score(history, scores);
    std::vector<std::uint32_t> seen;
    for (const HistoryItem& entry : history) {
      seen.push_back(entry.item);
    }
    std::ranges::sort(seen);
    const auto ranked = top_items(scores, 100, seen);
    parts[r] = {recall(ranked, reader, 20), recall(ranked, reader, 50), ndcg(ranked, reader), 0};
  });
  Quality sum;
  const auto n = static_cast<double>(readers.size());
  for (const Quality& part : parts) {
    sum.recall20 += part.recall20 / n;
    sum.recall50 += part.recall50 / n;
    sum.ndcg100 += part.ndcg100 / n;
  }
  sum.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return sum;
}

Status run(std::span<char*> arguments) {
  Parameters parameters;
  bool tune = false;
  FitContext context;
  std::size_t cut = SIZE_MAX;
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    const std::string argument = arguments[i];
    if (argument == "--tune") {
      tune = true;
    } else if (argument == "--threads") {
      context.threads = std::strtoul(arguments[++i], nullptr, 10);
    } else if (argument == "--cut") {
      cut = std::strtoul(arguments[++i], nullptr, 10);
    } else {
      const std::size_t equals = argument.find('=');
      parameters[argument.substr(0, equals)] = std::strtod(argument.c_str() + equals + 1, nullptr);
    }
  }
  BOOKRECO_TRY(const StrongSplit split, load_goodbooks(arguments[1], tune));
  const auto start = std::chrono::steady_clock::now();
  BOOKRECO_TRY(const auto model, fit_model(arguments[2], split.train, parameters, context));
  const double fit =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const Quality q = measure(*model, tune ? split.tune : split.test, cut, context.threads);
  std::printf("%s recall@20 %.4f recall@50 %.4f ndcg@100 %.4f fit %.2f s score %.2f s %.1f MB\n",
              arguments[2],
              q.recall20,
              q.recall50,
              q.ndcg100,
              fit,
              q.seconds,
              static_cast<double>(model->bytes()) * 1e-6);
  return {};
}

}  // namespace
}  // namespace bookreco

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (argc < 3) {
    std::fputs(
        "collaborative_quality RATINGS KIND [name=value …] [--tune] [--threads N] [--cut N]\n",
        stderr);
    return 2;
  }
  if (const auto status = bookreco::run(arguments); !status) {
    std::fprintf(stderr, "%s\n", status.error().message.c_str());
    return 1;
  }
  return 0;
}
