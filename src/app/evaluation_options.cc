#include "app/evaluation_options.h"

#include <array>
#include <charconv>
#include <cmath>
#include <map>

#include <CLI/CLI.hpp>

#include "app/book_vectors.h"
#include "app/settings.h"
#include "app/vectorizer_settings.h"

namespace bookreco {
namespace {

const std::map<std::string, SplitMethod> kMethods{{"random", SplitMethod::kRandom},
                                                  {"last-out", SplitMethod::kLastOut},
                                                  {"temporal", SplitMethod::kTemporal},
                                                  {"readers", SplitMethod::kReaders},
                                                  {"cold", SplitMethod::kCold}};

void declare_data(CLI::App& app, DataWords& words) {
  app.add_option_function<double>(
      "--min-value",
      [&words](double value) {
        words.min_value = value;
        words.has_min_value = true;
      },
      "Only rows of at least this value, such as 4 stars");
  app.add_flag("--use-values",
               words.use_values,
               "Learn from values as strengths; without it every row counts as one yes");
  app.add_option("--layout", words.layout, "pairs, or lists: \"reader item item …\" in a line")
      ->check(CLI::IsMember({"told", "pairs", "lists"}))
      ->type_name("LAYOUT");
  app.add_option("--header", words.header, "Whether the first line names the columns")
      ->check(CLI::IsMember({"told", "yes", "no"}))
      ->type_name("YES");
  app.add_option("--separator", words.separator, "What separates columns (told from line 1)");
  app.add_option("--rejects", words.rejects, "Write rows that could not be read here, as CSV");
}

void declare_search(CLI::App& app, SearchWords& words) {
  app.add_option("--budget", words.budget, "Time that a search may take")->capture_default_str();
  app.add_option("--memory", words.memory, "Memory that a fit may take")->capture_default_str();
  app.add_option("--trials", words.trials, "At most so many fits of each kind")
      ->capture_default_str();
  app.add_option("--objective", words.objective, "What a search maximises: the mean of these")
      ->capture_default_str();
  app.add_option("--seed", words.seed, "Of splits, fits, searches and resamples")
      ->capture_default_str();
  app.add_option("--parameters", words.parameters_file, "Settings as `bookreco tune` saves them")
      ->check(CLI::ExistingFile);
  app.add_option("--set", words.set, "A setting, such as ease.lambda=50 (repeat for several)");
  app.add_option("--books",
                 words.books,
                 "What is known of the books, files that `bookreco ingest` reads: for content");
}

/// The number and the unit after it; nullopt when there is no number above zero.
std::optional<std::pair<double, std::string_view>> number_and_unit(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number <= 0) {
    return std::nullopt;
  }
  return std::pair(number, text.substr(static_cast<std::size_t>(end - text.data())));
}

template <std::size_t N>
std::optional<double> scaled(std::string_view text,
                             const std::array<std::pair<std::string_view, double>, N>& units) {
  if (const auto parsed = number_and_unit(text)) {
    for (const auto& [unit, factor] : units) {
      if (parsed->second == unit) {
        return parsed->first * factor;
      }
    }
  }
  return std::nullopt;
}

Status apply_setting(const std::string& text, std::map<std::string, Parameters>& out) {
  const std::size_t dot = text.find('.');
  const std::size_t equals = text.find('=');
  double value = 0;
  if (dot != std::string::npos && equals != std::string::npos && dot < equals) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + equals + 1, end, value);
    if (error == std::errc() && stop == end) {
      out[text.substr(0, dot)][text.substr(dot + 1, equals - dot - 1)] = value;
      return {};
    }
  }
  return fail(
      Code::kInvalidArgument, "--set {}: expected MODEL.NAME=NUMBER, such as ease.lambda=50", text);
}

}  // namespace

void declare(CLI::App& app, EvaluateOptions& options) {
  EvaluationRequest& request = options.request;
  app.add_option("--train", request.train, "Interactions to learn from")->required();
  app.add_option("--test", request.test, "Interactions to find again")->required();
  app.add_option(
      "--fold-in", request.fold_in, "Histories of test readers that training does not know");
  app.add_option("--model",
                 options.models,
                 "Kinds of models (comma-separated), all, best, or files of saved models")
      ->capture_default_str();
  app.add_option("--metric", options.metrics, "What to measure; without @ at --k")
      ->capture_default_str();
  app.add_option("-k,--k", options.k, "Length of lists for metrics without @")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_flag("--graded", request.graded, "nDCG gains are the test's values, not 1");
  app.add_option("--resamples", request.resamples, "Of the bootstrap; 0: no intervals")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  app.add_option("--lists", options.lists, "Write the lists that were scored into this folder");
  app.add_option("--save-model", options.save_model, "Save the (last) model to this file");
  declare_data(app, options.data);
  declare_search(app, options.search);
}

void declare(CLI::App& app, TuneOptions& options) {
  app.add_option("--train", options.request.train, "Interactions to learn from")->required();
  app.add_option("--validation",
                 options.request.validation,
                 "Interactions to choose by (cut from the training data when not given)");
  app.add_option("--model", options.request.kind, "The kind of model")->required();
  app.add_flag("--strangers",
               options.request.strangers,
               "Choose what is best for readers that training does not know");
  app.add_option("--save", options.save, "Write the best settings here, for --parameters");
  options.search.budget = "10m";
  declare_data(app, options.data);
  declare_search(app, options.search);
}

void declare(CLI::App& app, SplitOptions& options) {
  SplitRequest& request = options.request;
  app.add_option("input", request.input, "Interactions; - for standard input")->required();
  app.add_option("--output", options.output, "The folder to write to")->required();
  app.add_option("--method", request.method, "random, last-out, temporal, readers or cold")
      ->transform(CLI::CheckedTransformer(kMethods))
      ->type_name("METHOD");
  app.add_option("--test-share", request.test_share, "Of each reader's rows, or of all (temporal)")
      ->capture_default_str();
  app.add_option("--last", request.last, "last-out: so many of each reader")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--from", request.from, "temporal: the first date of the test");
  app.add_option("--readers", request.readers, "readers: so many are tested (one in ten)");
  app.add_option("--fold-in-at-most",
                 request.fold_in_at_most,
                 "readers: tell at most so much of each test reader");
  app.add_option("--cold-items",
                 request.cold_share,
                 "Also take this share of the books out of training (cold: 0.1)");
  app.add_option("--min-per-reader", options.least_per_reader, "Leave out readers with fewer rows");
  app.add_option("--min-per-item", options.least_per_item, "Leave out books with fewer rows");
  app.add_option("--seed", request.seed, "Of everything drawn")->capture_default_str();
  declare_data(app, options.data);
}

Result<DatasetOptions> dataset_options(const DataWords& words) {
  DatasetOptions out;
  if (words.has_min_value) {
    out.min_value = words.min_value;
  }
  out.use_values = words.use_values;
  out.files.separator = words.separator == "\\t" ? "\t" : words.separator;
  out.files.layout = words.layout == "pairs"   ? InteractionLayout::kPairs
                     : words.layout == "lists" ? InteractionLayout::kLists
                                               : InteractionLayout::kTold;
  out.files.header = words.header == "yes"  ? HeaderRow::kYes
                     : words.header == "no" ? HeaderRow::kNo
                                            : HeaderRow::kTold;
  return out;
}

Result<EvaluatorSettings> evaluator_settings(const DataWords& data,
                                             const SearchWords& search,
                                             const Settings& settings,
                                             const ProgressFn& progress) {
  EvaluatorSettings out;
  BOOKRECO_TRY(out.data, dataset_options(data));
  out.rejects = data.rejects;
  BOOKRECO_TRY(out.budget_seconds, parse_duration(search.budget));
  BOOKRECO_TRY(out.memory_limit, parse_bytes(search.memory));
  BOOKRECO_TRY(out.objective, parse_metrics(search.objective, 20));
  for (const MetricAtK& metric : out.objective) {
    if (metric.metric > ListMetric::kHit) {
      return fail(Code::kInvalidArgument,
                  "--objective {}: a search maximises what readers find, such as recall@20",
                  metric.name);
    }
  }
  if (!search.parameters_file.empty()) {
    BOOKRECO_TRY(const std::string text, read_file(search.parameters_file));
    auto parsed = parse_parameters(text);
    if (!parsed) {
      return in_context(search.parameters_file, parsed.error());
    }
    out.parameters = *std::move(parsed);
  }
  for (const std::string& text : search.set) {
    BOOKRECO_TRY_VOID(apply_setting(text, out.parameters));
  }
  if (!search.books.empty()) {
    BOOKRECO_TRY(out.books,
                 read_book_vectors(search.books, vectorizer_settings(settings), progress));
  }
  out.most_trials = search.trials;
  out.seed = search.seed;
  out.threads = settings.threads();
  return out;
}

Result<double> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 4> kUnits = {
      {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3'600}}};
  if (const auto seconds = scaled(text, kUnits)) {
    return *seconds;
  }
  return fail(Code::kInvalidArgument, "--budget {}: expected a time such as 90s, 10m or 2h", text);
}

Result<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 9> kUnits = {{{"", 1},
                                                                          {"MB", 1e6},
                                                                          {"GB", 1e9},
                                                                          {"MiB", 1 << 20},
                                                                          {"GiB", 1 << 30},
                                                                          {"M", 1e6},
                                                                          {"G", 1e9},
                                                                          {"m", 1e6},
                                                                          {"g", 1e9}}};
  if (const auto bytes = scaled(text, kUnits); bytes && *bytes < 1e18) {
    return static_cast<std::uint64_t>(*bytes);
  }
  return fail(Code::kInvalidArgument, "--memory {}: expected an amount such as 12GB", text);
}

}  // namespace bookreco
