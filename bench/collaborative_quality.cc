// collaborative_quality RATINGS KIND [name=value …] [--tune] [--threads N] [--cut N]: fits a model
// on goodbooks-10k and prints recall@20, recall@50 and nDCG@100 (hits over min(k, n)) on the
// held-out readers, or with --tune on the readers set aside for tuning. KIND hybrid blends the
// others and prints them beside it, histories cut to 1, 2 and 4 grades too.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/threads.h"
#include "goodbooks.h"
#include "ml/collaborative/hybrid.h"
#include "ml/collaborative/models.h"

namespace bookreco {
namespace {

struct Quality {
  double recall20 = 0;
  double recall50 = 0;
  double ndcg100 = 0;
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

std::vector<Quality> measure(const CollaborativeModel& model,
                             std::span<const StrongSplit::Reader> readers,
                             std::size_t cut,
                             std::size_t threads) {
  std::vector<Quality> parts(readers.size());
  parallel_for(readers.size(), threads, [&](std::size_t r) {
    const StrongSplit::Reader& reader = readers[r];
    std::vector<float> scores(model.items());
    const ItemHistory history =
        std::span(reader.history).first(std::min(cut, reader.history.size()));
    model.score(history, scores);
    std::vector<std::uint32_t> seen;
    for (const HistoryItem& entry : history) {
      seen.push_back(entry.item);
    }
    std::ranges::sort(seen);
    const auto ranked = top_items(scores, 100, seen);
    parts[r] = {recall(ranked, reader, 20), recall(ranked, reader, 50), ndcg(ranked, reader)};
  });
  return parts;
}

/// The mean over readers; with a baseline also the mean difference and what 95 % of its normal
/// approximation spans.
void print(std::string_view name, std::span<const Quality> own, std::span<const Quality> baseline) {
  fmt::print("{:28}", name);
  const auto n = static_cast<double>(own.size());
  for (const auto& [metric, field] : {std::pair{"recall@20", &Quality::recall20},
                                      std::pair{"recall@50", &Quality::recall50},
                                      std::pair{"ndcg@100", &Quality::ndcg100}}) {
    double mean = 0;
    double difference = 0;
    double squares = 0;
    for (std::size_t r = 0; r < own.size(); ++r) {
      mean += own[r].*field / n;
      const double d = baseline.empty() ? 0 : own[r].*field - baseline[r].*field;
      difference += d / n;
      squares += d * d / n;
    }
    fmt::print("  {} {:.4f}", metric, mean);
    if (!baseline.empty()) {
      const double error = 1.96 * std::sqrt((squares - difference * difference) / n);
      fmt::print(" ({:+.4f} ± {:.4f})", difference, error);
    }
  }
  fmt::print("\n");
}

constexpr std::array kParts = {"ease", "ials", "bm25_knn", "rp3beta", "popularity"};

/// name=value of a part is written part.name=value.
Result<HybridParts> fit_parts(const InteractionMatrix& train,
                              const Parameters& all,
                              const FitContext& context) {
  HybridParts parts;
  for (const std::string_view kind : kParts) {
    Parameters own;
    for (const auto& [name, value] : all) {
      if (name.starts_with(fmt::format("{}.", kind))) {
        own[name.substr(kind.size() + 1)] = value;
      }
    }
    BOOKRECO_TRY(parts.emplace_back(), fit_model(kind, train, own, context));
  }
  return parts;
}

/// Learns the blend on the readers set aside, fits the parts again on all but the test readers.
Status run_hybrid(const std::string& path,
                  const Parameters& parameters,
                  const FitContext& context) {
  BOOKRECO_TRY(const StrongSplit cut, load_goodbooks(path, true));
  std::vector<const CollaborativeModel*> pointers;
  std::vector<HeldOutReader> held_out;
  {
    BOOKRECO_TRY(const HybridParts parts, fit_parts(cut.train, parameters, context));
    for (const auto& part : parts) {
      pointers.push_back(part.get());
    }
    for (const auto& reader : cut.tune) {
      held_out.push_back({reader.history, reader.targets});
    }
    BOOKRECO_TRY(const HybridFit fit,
                 learn_hybrid(pointers, cut.train.column_counts(), held_out, context));
    BOOKRECO_TRY(const StrongSplit split, load_goodbooks(path, false));
    BOOKRECO_TRY(const HybridParts whole, fit_parts(split.train, parameters, context));
    BOOKRECO_TRY(const auto hybrid, make_hybrid(whole, fit.weights, split.train.column_counts()));
    for (const std::size_t length : {std::size_t{1}, std::size_t{2}, std::size_t{4}, SIZE_MAX}) {
      const auto best = measure(*hybrid, split.test, length, context.threads);
      print(length == SIZE_MAX ? "hybrid" : fmt::format("hybrid, {} grades", length), best, {});
      for (std::size_t p = 0; p < whole.size(); ++p) {
        const auto own = measure(*whole[p], split.test, length, context.threads);
        print(fmt::format("  {} (beside it)", kParts[p]), own, best);
      }
    }
  }
  return {};
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
  if (std::string_view(arguments[2]) == "hybrid") {
    return run_hybrid(arguments[1], parameters, context);
  }
  BOOKRECO_TRY(const StrongSplit split, load_goodbooks(arguments[1], tune));
  const auto start = std::chrono::steady_clock::now();
  BOOKRECO_TRY(const auto model, fit_model(arguments[2], split.train, parameters, context));
  const double fit =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  print(arguments[2], measure(*model, tune ? split.tune : split.test, cut, context.threads), {});
  fmt::print("fitted in {:.2f} s, {:.1f} MB\n", fit, static_cast<double>(model->bytes()) * 1e-6);
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
