#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "services/evaluator/evaluator.h"
#include "services/evaluator/split_files.h"

namespace CLI {
class App;
}

namespace bookreco {

struct Settings;

/// The words that `evaluate`, `tune` and `split` share, as typed.
struct DataWords {
  double min_value = 0;
  bool has_min_value = false;
  bool use_values = false;
  std::string layout = "told";
  std::string header = "told";
  std::string separator;
  std::string rejects;
};

struct SearchWords {
  std::string budget = "30m";
  std::string memory = "12GB";
  std::string objective = "recall@20,ndcg@100";
  std::uint64_t trials = 1'000;
  std::uint64_t seed = 1;
  std::string parameters_file;
  std::vector<std::string> set;    ///< "ease.lambda=50"
  std::vector<std::string> books;  ///< files of books
};

struct EvaluateOptions {
  EvaluationRequest request;
  std::string models = "best";
  std::string metrics = "recall@20,ndcg@20,map@10,mrr,hit@10,coverage,novelty,gini,diversity";
  std::uint64_t k = 20;
  std::string lists;
  std::string save_model;
  DataWords data;
  SearchWords search;
};

struct TuneOptions {
  TuneRequest request;
  std::string save;  ///< the settings found are written here
  DataWords data;
  SearchWords search;
};

struct SplitOptions {
  SplitRequest request;
  std::string output;
  std::uint32_t least_per_reader = 0;
  std::uint32_t least_per_item = 0;
  DataWords data;
};

// Declare the flags of each command; the options outlive `app`.
void declare(CLI::App& app, EvaluateOptions& options);
void declare(CLI::App& app, TuneOptions& options);
void declare(CLI::App& app, SplitOptions& options);

// The words understood; kInvalidArgument names the flag.
Result<DatasetOptions> dataset_options(const DataWords& words);
Result<EvaluatorSettings> evaluator_settings(const DataWords& data,
                                             const SearchWords& search,
                                             const Settings& settings,
                                             const ProgressFn& progress = {});

/// "90s", "30m", "1.5h" or plain seconds.
Result<double> parse_duration(std::string_view text);
/// "12GB", "512MiB" or plain bytes.
Result<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace bookreco
