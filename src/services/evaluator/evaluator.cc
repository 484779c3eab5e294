#include "services/evaluator/evaluator.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/hash.h"

namespace bookreco {
namespace {

/// The vectors of the items of a data set, as fits take them.
class VectorsOfItems {
 public:
  void set(const NamedVectors& named, std::span<const std::string> items) {
    values_ = named.of(items);
    vectors_ = {named.space, named.dimension, values_};
  }
  const ItemVectors* get() const { return values_.empty() ? nullptr : &vectors_; }
  std::uint64_t found() const {
    std::uint64_t count = 0;
    for (std::size_t at = 0; at < values_.size(); at += vectors_.dimension) {
      count += std::ranges::any_of(vectors_.row(at / vectors_.dimension),
                                   [](float value) { return value != 0; });
    }
    return count;
  }

 private:
  std::vector<float> values_;
  ItemVectors vectors_;
};

TuneContext tune_context(const EvaluatorSettings& settings, const ItemVectors* vectors) {
  TuneContext context;
  context.objective = settings.objective;
  context.budget_seconds = settings.budget_seconds;
  context.most_trials = settings.most_trials;
  context.seed = settings.seed;
  context.threads = settings.threads;
  context.memory_limit = settings.memory_limit;
  context.vectors = vectors;
  context.progress = settings.progress;
  context.cancelled = settings.cancelled;
  context.tried = settings.tried;
  return context;
}

/// One evaluation under way.
class Evaluation {
 public:
  Evaluation(const EvaluationRequest& request, const EvaluatorSettings& settings)
      : request_(request), settings_(settings) {}

  Result<EvaluationReport> run();

 private:
  using ModelPtr = std::shared_ptr<const CollaborativeModel>;

  Status read();
  void describe();
  std::vector<std::string> names() const;
  Result<ModelPtr> make(const std::string& name, EvaluatedModel& out);
  Result<ModelPtr> find_best(EvaluatedModel& out);
  Status evaluate_one(const std::string& name);
  Status write_lists(const EvaluatedModel& model);
  void compare();

  const EvaluationRequest& request_;
  const EvaluatorSettings& settings_;
  Dataset data_;
  VectorsOfItems vectors_;
  InteractionMatrix no_fold_in_;
  std::optional<EvaluationSet> set_;
  EvaluationReport report_;
  std::map<std::uint32_t, std::vector<ScoredItem>> lists_;
  std::optional<Error> last_error_;
};

Status Evaluation::read() {
  std::vector<std::string> paths = {request_.train, request_.test};
  if (!request_.fold_in.empty()) {
    paths.push_back(request_.fold_in);
  }
  RejectFile rejects(settings_.rejects);
  DatasetOptions options = settings_.data;
  options.use_values = options.use_values || request_.graded;
  BOOKRECO_TRY(
      data_,
      read_dataset(
          paths, options, settings_.rejects.empty() ? nullptr : &rejects, settings_.progress));
  BOOKRECO_TRY(const bool written, rejects.commit());
  static_cast<void>(written);
  const InteractionMatrix& fold_in = data_.matrices.size() > 2 ? data_.matrices[2] : no_fold_in_;
  set_.emplace(data_.matrices[0], fold_in, data_.matrices[1], request_.graded);
  vectors_.set(settings_.books, data_.items);
  return {};
}

void Evaluation::describe() {
  report_.files = data_.files;
  report_.metrics = request_.metrics;
  report_.items = set_->items();
  report_.train_readers = set_->train_readers();
  report_.test_readers = set_->readers().size();
  report_.relevant_entries = set_->relevant_entries();
  report_.cold_entries = set_->cold_entries();
  report_.already_known = set_->already_known();
  report_.not_liked = set_->not_liked();
  if (vectors_.get() != nullptr) {
    report_.items_with_vectors = vectors_.found();
  }
  report_.seed = settings_.seed;
  report_.resamples = request_.resamples;
  for (const InteractionMatrix& matrix : data_.matrices) {
    const std::uint64_t own = matrix.fingerprint();
    report_.fingerprint = hash64(std::as_bytes(std::span(&own, 1)), report_.fingerprint);
  }
}

/// "all" stands for every kind that can be fitted on what is there.
std::vector<std::string> Evaluation::names() const {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name) {
    if (std::ranges::find(out, name) == out.end()) {
      out.emplace_back(name);
    }
  };
  for (const std::string& name : request_.models) {
    if (name != "all") {
      add(name);
      continue;
    }
    for (const ModelKind& kind : model_kinds()) {
      if (!kind.needs_vectors || vectors_.get() != nullptr) {
        add(kind.name);
      }
    }
  }
  return out;
}

Result<Evaluation::ModelPtr> Evaluation::find_best(EvaluatedModel& out) {
  BestOptions options;
  options.tune = tune_context(settings_, vectors_.get());
  options.strangers = !request_.fold_in.empty();
  options.start = settings_.parameters;
  BOOKRECO_TRY(BestModel best, find_best_model(data_.matrices[0], options));
  out.trials = std::move(best.trials);
  out.kinds = std::move(best.kinds);
  out.parts = std::move(best.parts);
  out.note = std::move(best.note);
  return std::move(best.model);
}

Result<Evaluation::ModelPtr> Evaluation::make(const std::string& name, EvaluatedModel& out) {
  if (name == "best") {
    return find_best(out);
  }
  if (find_model_kind(name) == nullptr && std::filesystem::exists(name)) {
    return load_model(name);
  }
  FitContext fit;
  fit.seed = settings_.seed;
  fit.threads = settings_.threads;
  fit.memory_limit = settings_.memory_limit;
  fit.progress = settings_.progress;
  fit.cancelled = settings_.cancelled;
  fit.vectors = vectors_.get();
  const auto given = settings_.parameters.find(name);
  return fit_model(name,
                   data_.matrices[0],
                   given == settings_.parameters.end() ? Parameters{} : given->second,
                   fit);
}

Status Evaluation::evaluate_one(const std::string& name) {
  EvaluatedModel out;
  out.name = name;
  const Stopwatch time;
  auto model = make(name, out);
  out.fit_seconds = time.seconds();
  if (!model) {
    if (model.error().code == Code::kCancelled) {
      return std::unexpected(model.error());
    }
    last_error_ = model.error();
    out.failed = model.error().message;
    report_.models.push_back(std::move(out));
    return {};
  }
  out.info = (*model)->info();
  out.bytes = (*model)->bytes();
  EvaluationOptions options;
  options.metrics = request_.metrics;
  options.threads = settings_.threads;
  options.progress = settings_.progress;
  options.cancelled = settings_.cancelled;
  std::mutex mutex;
  lists_.clear();
  if (!request_.lists.empty()) {
    options.lists = [&](std::uint32_t reader, std::span<const ScoredItem> list) {
      const std::lock_guard lock(mutex);
      lists_[reader].assign(list.begin(), list.end());
    };
  }
  BOOKRECO_TRY(out.scores, evaluate(**model, *set_, options));
  if (!request_.lists.empty()) {
    BOOKRECO_TRY_VOID(write_lists(out));
  }
  if (!request_.save_model.empty()) {
    BOOKRECO_TRY_VOID(save_model(**model, request_.save_model));
  }
  report_.models.push_back(std::move(out));
  return {};
}

Status Evaluation::write_lists(const EvaluatedModel& model) {
  BOOKRECO_TRY_VOID(make_folders(request_.lists));
  BOOKRECO_TRY(AtomicFile file,
               AtomicFile::create(request_.lists / (Path(model.name).stem().string() + ".tsv")));
  BOOKRECO_TRY_VOID(file.write("reader\trank\titem\tscore\n"));
  for (const auto& [reader, list] : lists_) {
    for (std::size_t rank = 0; rank < list.size(); ++rank) {
      BOOKRECO_TRY_VOID(file.write(fmt::format("{}\t{}\t{}\t{}\n",
                                               data_.readers[reader],
                                               rank + 1,
                                               data_.items[list[rank].item],
                                               list[rank].score)));
    }
  }
  return file.commit();
}

/// Intervals of every model and differences of every two, from the same resamples.
void Evaluation::compare() {
  std::vector<std::vector<float>> columns;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> places;  // of a model and a metric
  for (std::size_t model = 0; model < report_.models.size(); ++model) {
    EvaluationScores& scores = report_.models[model].scores;
    for (std::size_t metric = 0; metric < scores.columns.size(); ++metric) {
      if (!scores.columns[metric].empty()) {
        places[{model, metric}] = columns.size();
        columns.push_back(std::move(scores.columns[metric]));
      }
    }
    scores.columns.clear();
    report_.models[model].intervals.resize(request_.metrics.size());
  }
  if (request_.resamples == 0 || columns.empty()) {
    return;
  }
  const Bootstrap bootstrap(columns, request_.resamples, settings_.seed, settings_.threads);
  for (const auto& [place, column] : places) {
    const auto& [model, metric] = place;
    report_.models[model].intervals[metric] = bootstrap.interval(column);
    for (std::size_t other = model + 1; other < report_.models.size(); ++other) {
      if (const auto found = places.find({other, metric}); found != places.end()) {
        report_.comparisons.push_back(
            {model, other, metric, bootstrap.difference(column, found->second)});
      }
    }
  }
}

Result<EvaluationReport> Evaluation::run() {
  for (const std::string& name : names()) {
    const bool known =
        name == "best" || find_model_kind(name) != nullptr || std::filesystem::exists(name);
    if (!known) {
      std::string kinds;
      for (const ModelKind& kind : model_kinds()) {
        kinds += fmt::format("{}, ", kind.name);
      }
      return fail(Code::kInvalidArgument,
                  "no model \"{}\": there are {}all and best, or the file of a saved model",
                  name,
                  kinds);
    }
  }
  BOOKRECO_TRY_VOID(read());
  describe();
  for (const std::string& name : names()) {
    BOOKRECO_TRY_VOID(evaluate_one(name));
  }
  if (std::ranges::all_of(report_.models,
                          [](const auto& model) { return !model.failed.empty(); })) {
    return std::unexpected(*last_error_);
  }
  compare();
  return std::move(report_);
}

}  // namespace

std::vector<float> NamedVectors::of(std::span<const std::string> items) const {
  std::vector<float> out(items.size() * dimension, 0.0F);
  for (std::size_t item = 0; item < items.size(); ++item) {
    if (const auto row = rows.find(items[item]); row != rows.end()) {
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(row->second * dimension),
                  dimension,
                  out.begin() + static_cast<std::ptrdiff_t>(item * dimension));
    }
  }
  return out;
}

Result<EvaluationReport> run_evaluation(const EvaluationRequest& request,
                                        const EvaluatorSettings& settings) {
  return Evaluation(request, settings).run();
}

Result<TuneReport> run_tuning(const TuneRequest& request, const EvaluatorSettings& settings) {
  std::vector<std::string> paths = {request.train};
  if (!request.validation.empty()) {
    paths.push_back(request.validation);
  }
  RejectFile rejects(settings.rejects);
  BOOKRECO_TRY(
      Dataset data,
      read_dataset(
          paths, settings.data, settings.rejects.empty() ? nullptr : &rejects, settings.progress));
  BOOKRECO_TRY(const bool written, rejects.commit());
  static_cast<void>(written);
  Validation cut;
  if (request.validation.empty()) {
    BOOKRECO_TRY(cut,
                 cut_for_validation(data.matrices[0],
                                    {.strangers = request.strangers, .seed = settings.seed}));
  } else {
    cut.train = std::move(data.matrices[0]);
    cut.test = std::move(data.matrices[1]);
  }
  const EvaluationSet set(cut.train, cut.fold_in, cut.test, false);
  VectorsOfItems vectors;
  vectors.set(settings.books, data.items);
  const TuneContext context = tune_context(settings, vectors.get());
  const auto start = settings.parameters.find(request.kind);
  const Stopwatch time;
  BOOKRECO_TRY(Tuned tuned,
               tune(request.kind,
                    start == settings.parameters.end() ? Parameters{} : start->second,
                    cut,
                    set,
                    context));
  TuneReport report;
  report.file = data.files[0];
  report.readers = data.readers.size();
  report.items = data.items.size();
  report.validation_readers = set.readers().size();
  report.kind = request.kind;
  report.parameters = std::move(tuned.parameters);
  report.score = tuned.score;
  report.seconds = time.seconds();
  report.trials = std::move(tuned.trials);
  return report;
}

}  // namespace bookreco
