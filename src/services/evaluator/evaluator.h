#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ml/evaluation/best_model.h"
#include "ml/evaluation/bootstrap.h"
#include "ml/evaluation/evaluation.h"
#include "services/evaluator/dataset.h"

namespace bookreco {

/// Vectors of books under the names that interactions have for them.
struct NamedVectors {
  std::string space;
  std::size_t dimension = 0;
  std::vector<float> values;                          ///< rows × dimension
  std::unordered_map<std::string, std::size_t> rows;  ///< by name; a row may have several

  /// In the order of `items`; an item that has none gets zeros.
  std::vector<float> of(std::span<const std::string> items) const;
};

/// What several evaluations and searches have in common.
struct EvaluatorSettings {
  DatasetOptions data;
  std::map<std::string, Parameters> parameters;  ///< by kind
  std::uint64_t seed = 1;
  std::size_t threads = 1;
  std::uint64_t memory_limit = 0;  ///< bytes; 0: no limit
  double budget_seconds = 1'800;
  std::size_t most_trials = 1'000;
  std::vector<MetricAtK> objective;  ///< what searches maximise, the mean of
  NamedVectors books;                ///< what content models learn from; empty: there are none
  Path rejects;                      ///< where rejected rows go; empty: nowhere
  ProgressFn progress;
  std::function<bool()> cancelled;
  std::function<void(const Trial&)> tried;
};

struct EvaluationRequest {
  std::string train;
  std::string test;
  std::string fold_in;              ///< histories of readers that training does not know; or empty
  std::vector<std::string> models;  ///< kinds, "all", "best", or files of saved models
  std::vector<MetricAtK> metrics;
  bool graded = false;  ///< gains are the test's values
  std::size_t resamples = 1'000;
  Path lists;       ///< writes "reader,rank,item,score" of each model here; empty: nowhere
  Path save_model;  ///< saves the last model here; empty: nowhere
};

struct EvaluatedModel {
  std::string name;  ///< as asked
  ModelInfo info;
  std::string failed;  ///< why it has no scores; empty when it has
  EvaluationScores scores;
  std::vector<Interval> intervals;  ///< by metric; of those that are means over readers
  std::uint64_t bytes = 0;
  double fit_seconds = 0;
  std::vector<Trial> trials;       ///< of "best"
  std::vector<TunedKind> kinds;    ///< of "best"
  std::vector<std::string> parts;  ///< of "best"
  std::string note;
};

/// Two models on one metric, on the same resamples of the readers.
struct Comparison {
  std::size_t a = 0;  ///< indexes of models
  std::size_t b = 0;
  std::size_t metric = 0;
  PairedDifference difference;
};

struct EvaluationReport {
  std::vector<DatasetFile> files;  ///< train, test, fold-in
  std::vector<MetricAtK> metrics;
  std::uint64_t items = 0;
  std::uint64_t train_readers = 0;
  std::uint64_t test_readers = 0;  ///< with an item to find
  std::uint64_t relevant_entries = 0;
  std::uint64_t cold_entries = 0;   ///< of these, of items without a reader in training
  std::uint64_t already_known = 0;  ///< test entries that stand in the reader's own history
  std::uint64_t not_liked = 0;
  std::optional<std::uint64_t> items_with_vectors;  ///< where vectors were given
  std::uint64_t fingerprint = 0;                    ///< of all the data
  std::uint64_t seed = 0;
  std::size_t resamples = 0;
  std::vector<EvaluatedModel> models;
  std::vector<Comparison> comparisons;  ///< of every two models that have scores
};

/// Fits models on one file and measures them on another. A model that cannot be fitted is told in
/// the report; an error when none can, or when the data cannot be read.
Result<EvaluationReport> run_evaluation(const EvaluationRequest& request,
                                        const EvaluatorSettings& settings);

struct TuneRequest {
  std::string train;
  std::string kind;
  bool strangers = false;
  std::string validation;  ///< readers' later interactions to choose by; empty: cut from `train`
};

struct TuneReport {
  DatasetFile file;
  std::uint64_t readers = 0;
  std::uint64_t items = 0;
  std::uint64_t validation_readers = 0;
  std::string kind;
  Parameters parameters;
  double score = 0;
  double seconds = 0;
  std::vector<Trial> trials;
};

Result<TuneReport> run_tuning(const TuneRequest& request, const EvaluatorSettings& settings);

// The same as JSON (docs/formats/evaluation.md).
std::string to_json(const EvaluationReport& report);
std::string to_json(const TuneReport& report);

/// Settings as `tune` saves and `--parameters` reads: {"ease": {"lambda": 50}}. kInvalidArgument
/// names what is wrong.
Result<std::map<std::string, Parameters>> parse_parameters(std::string_view json);
std::string print_parameters(const std::map<std::string, Parameters>& parameters);

}  // namespace bookreco
