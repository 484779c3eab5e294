#include "app/command_line.h"

#include <functional>
#include <map>

#include <CLI/CLI.hpp>
#include <sysexits.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/evaluation_options.h"
#include "app/version.h"
#include "base/archive.h"

namespace bookreco {
namespace {

const std::map<std::string, Metric> kMetrics{
    {"cosine", Metric::kCosine}, {"euclidean", Metric::kEuclidean}, {"taxicab", Metric::kTaxicab}};
const std::map<std::string, SearchMode> kModes{{"hybrid", SearchMode::kHybrid},
                                               {"lexical", SearchMode::kLexical},
                                               {"semantic", SearchMode::kSemantic}};
const std::map<std::string, Availability> kAvailable{{"true", Availability::kAvailable},
                                                     {"false", Availability::kUnavailable},
                                                     {"any", Availability::kAny}};
const std::map<std::string, FacetKind> kFacets{{"author", FacetKind::kAuthor},
                                               {"label", FacetKind::kLabel},
                                               {"collection", FacetKind::kCollection},
                                               {"series", FacetKind::kSeries},
                                               {"publisher", FacetKind::kPublisher},
                                               {"format", FacetKind::kFormat},
                                               {"binding", FacetKind::kBinding},
                                               {"language", FacetKind::kLanguage}};

/// The parsed command line: what to run with what.
class CommandLine {
 public:
  CommandLine();
  int run(int argc, char** argv);

 private:
  CLI::App* command(const std::string& name,
                    const std::string& summary,
                    const std::string& examples,
                    std::function<Status()> action,
                    CLI::App* above = nullptr);
  void add_settings();
  void add_up();
  void add_ingest();
  void add_search();
  void add_similar();
  void add_recommend();
  void add_also_loved();
  void add_onboarding();
  void add_readers();
  void add_evaluation();
  void add_others();
  void add_filter(CLI::App& app, BookFilter& filter);
  void add_wish(CLI::App& app, EditionWish& wish);
  Status load_settings();

  CLI::App app_{"Book Reco: what should I read next?", "bookreco"};
  CommandContext context_;
  Config config_ = bind_settings(context_.settings);
  std::string config_file_;
  std::map<std::string, std::string> flags_;
  std::function<Status()> action_;
  UpOptions up_;
  IngestOptions ingest_;
  SearchRequest search_;
  SimilarOptions similar_;
  RecommendOptions recommend_;
  AlsoLovedOptions also_loved_;
  OnboardingOptions onboarding_;
  ReadersImportOptions readers_import_;
  ReadersListOptions readers_list_;
  ReadersShowOptions readers_show_;
  std::string readers_remove_;
  EvaluateOptions evaluate_;
  TuneOptions tune_;
  SplitOptions split_;
};

CLI::App* CommandLine::command(const std::string& name,
                               const std::string& summary,
                               const std::string& examples,
                               std::function<Status()> action,
                               CLI::App* above) {
  CLI::App* sub = (above != nullptr ? *above : app_).add_subcommand(name, summary);
  sub->fallthrough();
  sub->footer("Examples:\n" + examples);
  sub->callback([this, action = std::move(action)] { action_ = action; });
  return sub;
}

void CommandLine::add_settings() {
  app_.add_option("--config", config_file_, "YAML file of settings");
  app_.add_flag("--json", context_.json, "Answer as JSON");
  app_.add_flag("-q,--quiet", context_.quiet, "No progress");
  const std::map<std::string, std::string> short_names{{"data.dir", "--data"},
                                                       {"server.host", "--host"},
                                                       {"server.port", "--port"},
                                                       {"run.threads", "--threads"}};
  for (const Config::Entry& entry : config_.entries()) {
    std::string name = "--" + entry.key;
    std::ranges::replace(name, '.', '-');
    std::ranges::replace(name, '_', '-');
    if (const auto found = short_names.find(entry.key); found != short_names.end()) {
      name.insert(0, found->second + ",");
    }
    CLI::Option* option = app_.add_option_function<std::string>(
        name,
        [this, key = entry.key](const std::string& value) { flags_[key] = value; },
        fmt::format("{} ({})", entry.doc, entry.expected));
    option->type_name(" ")->group(short_names.contains(entry.key) ? "Options" : "");
  }
}

void CommandLine::add_filter(CLI::App& app, BookFilter& filter) {
  app.add_option("--author", filter.authors, "Only by this author (repeat for several)");
  app.add_option("--label", filter.labels, "Only with this label");
  app.add_option("--collection", filter.collections, "Only of this collection");
  app.add_option("--series", filter.series, "Only of this series");
  app.add_option("--publisher", filter.publishers, "Only of this publisher");
  app.add_option("--format", filter.formats, "Only in this format");
  app.add_option("--language", filter.languages, "Only in this language (fr, en, …)");
  app.add_option("--exclude-id", filter.exclude_ids, "Not this work (id, EAN or ISBN)");
  app.add_option("--exclude-author", filter.exclude_authors, "Nothing by this author");
  app.add_option("--exclude-series", filter.exclude_series, "Nothing of this series");
  app.add_option("--exclude-label", filter.exclude_labels, "Nothing with this label");
  app.add_option_function<std::string>(
         "--available",
         [&filter](const std::string& which) { filter.available = kAvailable.at(which); },
         "true: not what is said to be unavailable; false: that alone; any")
      ->check(CLI::IsMember({"true", "false", "any"}))
      ->type_name("WHICH");
  app.add_option("--pages-min", filter.pages_min, "At least so many pages");
  app.add_option("--pages-max", filter.pages_max, "At most so many pages");
  auto date = [&filter](std::optional<PartialDate> BookFilter::* field) {
    return [&filter, field](const std::string& text) {
      filter.*field = parse_iso_date(text);
      if (!(filter.*field)) {
        throw CLI::ValidationError("date", text + ": expected YYYY, YYYY-MM or YYYY-MM-DD");
      }
    };
  };
  app.add_option_function<std::string>(
      "--after", date(&BookFilter::published_after), "Published on or after");
  app.add_option_function<std::string>(
      "--before", date(&BookFilter::published_before), "Published on or before");
}

void CommandLine::add_wish(CLI::App& app, EditionWish& wish) {
  app.add_option("--prefer-language", wish.languages, "Show works in this language where they are");
  app.add_option("--prefer-format", wish.formats, "Show works in this format or binding");
}

void CommandLine::add_up() {
  CLI::App* up = command("up",
                         "Serve the catalogue: API, documentation and page on one port",
                         "  bookreco up\n  bookreco up --port 8080 --host 0.0.0.0\n",
                         [this] { return run_up(context_, up_); });
  up->add_option(
      "--load-if-empty", up_.load_if_empty, "Files to load first when the catalogue has no book");
}

void CommandLine::add_ingest() {
  CLI::App* ingest = command("ingest",
                             "Load books (and readers' grades) from files",
                             "  bookreco ingest raw_output.json.xz\n  bookreco ingest books.csv "
                             "tags.csv book_tags.csv ratings.csv\n"
                             "  xz -dc raw_output.json.xz | bookreco ingest -\n",
                             [this] { return run_ingest(context_, ingest_); });
  ingest->add_option("files", ingest_.files, "Files, plain or gz, xz, zstd; - for standard input")
      ->required();
  ingest->add_option(
      "--input-format", ingest_.format, "The files' format when it is not told from their content");
  ingest->add_option("--reader", ingest_.reader, "Whose library an export of Goodreads is")
      ->default_val("me");
}

void CommandLine::add_search() {
  CLI::App* search = command("search",
                             "Find books by words and by meaning",
                             "  bookreco search \"tragédie antique\"\n  bookreco search montagne "
                             "--language fr --pages-max 200\n",
                             [this] { return run_search(context_, search_); });
  search->add_option("query", search_.query, "What to look for")->required();
  search->add_option("-k", search_.k, "How many books")->default_val(10);
  search->add_option("--mode", search_.mode, "hybrid, lexical or semantic")
      ->transform(CLI::CheckedTransformer(kModes))
      ->type_name("MODE");
  add_filter(*search, search_.filter);
}

void CommandLine::add_similar() {
  CLI::App* similar =
      command("similar",
              "The books nearest to one, and why",
              "  bookreco similar Antigone\n  bookreco similar 9782710381419 -k 5 --same author\n",
              [this] { return run_similar(context_, similar_); });
  SimilarRequest& request = similar_.request;
  similar->add_option("book", similar_.book, "Id, EAN, ISBN or title")->required();
  similar->add_option("-k", request.k, "How many books")->default_val(10);
  similar->add_option("--metric", request.metric, "cosine, euclidean or taxicab")
      ->transform(CLI::CheckedTransformer(kMetrics))
      ->type_name("METRIC");
  similar
      ->add_option("--same",
                   request.same,
                   "Share this with the book: author, collection, publisher, format, …")
      ->delimiter(',')
      ->transform(CLI::CheckedTransformer(kFacets))
      ->type_name("FIELDS");
  similar->add_flag("--within-cluster", request.within_cluster, "Only books of the same cluster");
  add_filter(*similar, request.filter);
  add_wish(*similar, request.prefer);
}

void CommandLine::add_recommend() {
  CLI::App* recommend = command(
      "recommend",
      "What to read next, from books loved, liked and disliked, or from a reader's history",
      "  bookreco recommend --loved Antigone --liked \"Le Petit Prince\" --disliked Ulysses\n"
      "  bookreco recommend --reader synthetic-0001\n",
      [this] { return run_recommend(context_, recommend_); });
  recommend->add_option("--reader", recommend_.request.reader, "Whose history to read");
  recommend->add_option("--loved", recommend_.loved, "Ids or titles");
  recommend->add_option("--liked", recommend_.liked, "Ids or titles");
  recommend->add_option("--disliked", recommend_.disliked, "Ids or titles");
  recommend->add_option("-k", recommend_.request.k, "How many books")->default_val(10);
  recommend
      ->add_option("--diversity",
                   recommend_.request.diversity,
                   "0: most relevant, 1: most different from each other")
      ->default_val(0.3);
  recommend->add_option("--rotation",
                        recommend_.request.rotation,
                        "How much what the reader was shown and passed over cools, 0 to 1");
  add_filter(*recommend, recommend_.request.filter);
  add_wish(*recommend, recommend_.request.prefer);
}

void CommandLine::add_also_loved() {
  CLI::App* also =
      command("also-loved",
              "What readers of a book loved beside it",
              "  bookreco also-loved Antigone\n  bookreco also-loved 9782710381419 -k 5\n",
              [this] { return run_also_loved(context_, also_loved_); });
  also->add_option("book", also_loved_.book, "Id, EAN, ISBN or title")->required();
  also->add_option("-k", also_loved_.request.k, "How many books")->default_val(10);
  add_filter(*also, also_loved_.request.filter);
}

void CommandLine::add_onboarding() {
  CLI::App* onboarding =
      command("onboarding",
              "The books to ask a newcomer about, and the next ones from what they said",
              "  bookreco onboarding --language fr\n"
              "  bookreco onboarding --loved Dracula --unknown Antigone -k 1\n",
              [this] { return run_onboarding(context_, onboarding_); });
  onboarding->add_option("--loved", onboarding_.loved, "Ids or titles");
  onboarding->add_option("--liked", onboarding_.liked, "Ids or titles");
  onboarding->add_option("--disliked", onboarding_.disliked, "Ids or titles");
  onboarding->add_option("--unknown", onboarding_.unknown, "Asked about, and not known to them");
  onboarding->add_option("-k", onboarding_.request.k, "How many books")->default_val(6);
  add_filter(*onboarding, onboarding_.request.filter);
}

void CommandLine::add_readers() {
  CLI::App* readers =
      app_.add_subcommand("readers", "What readers think of books and do with them");
  readers->fallthrough();
  readers->require_subcommand(1);
  CLI::App* import = command(
      "import",
      "Load what readers did from files: exports of Goodreads, The StoryGraph and LibraryThing, "
      "goodbooks-10k, CSV, JSON Lines",
      "  bookreco readers import --reader anna goodreads_library_export.csv --dry-run\n"
      "  bookreco readers import books.csv ratings.csv to_read.csv\n",
      [this] { return run_readers_import(context_, readers_import_); },
      readers);
  ReadersImportOptions& to = readers_import_;
  import->add_option("files", to.files, "Files, plain or gz, xz, zstd; - for standard input")
      ->required();
  import->add_option(
      "--format", to.format, "The files' format when it is not told from their content");
  import->add_option("--reader", to.reader, "Whose library an export is")->default_val("me");
  import->add_flag("--dry-run", to.dry_run, "Report what would be done and store nothing");
  import->add_option("--threshold", to.threshold, "How certain a book must be, from 0 to 1")
      ->check(CLI::Range(0.0, 1.0))
      ->default_val(0.75);
  import->add_option("--report", to.report, "Where the row report goes");
  CLI::App* list = command(
      "list",
      "Who is known",
      "  bookreco readers list --prefix goodbooks-1\n",
      [this] { return run_readers_list(context_, readers_list_); },
      readers);
  list->add_option("--prefix", readers_list_.prefix, "Ids that begin so");
  list->add_option("-k", readers_list_.k, "How many readers")->default_val(50);
  CLI::App* show = command(
      "show",
      "A reader's library, and what it weighs",
      "  bookreco readers show synthetic-0001\n",
      [this] { return run_readers_show(context_, readers_show_); },
      readers);
  show->add_option("reader", readers_show_.reader, "The reader's id")->required();
  show->add_option("-k", readers_show_.k, "How many books")->default_val(50);
  CLI::App* remove = command(
      "remove",
      "Forget a reader with everything",
      "  bookreco readers remove anna\n",
      [this] { return run_readers_remove(context_, readers_remove_); },
      readers);
  remove->add_option("reader", readers_remove_, "The reader's id")->required();
}

void CommandLine::add_evaluation() {
  declare(
      *command("split",
               "Cut interactions into training and test files",
               "  bookreco split ratings.csv.xz --output split --min-value 4\n"
               "  bookreco split ratings.csv --method readers --readers 2500 --output split\n"
               "  bookreco split clicks.tsv --method temporal --from 2026-01-01 --output split\n",
               [this] { return run_split(context_, split_); }),
      split_);
  declare(*command("evaluate",
                   "Measure how well models predict what readers go on to read",
                   "  bookreco evaluate --train split/train.csv --test split/test.csv\n"
                   "  bookreco evaluate --train train.txt --test test.txt --model ease,ials "
                   "--metric recall@20,ndcg@20 --json\n"
                   "  bookreco evaluate --train split/train.csv --fold-in split/fold_in.csv --test "
                   "split/test.csv --model all,best --budget 10m\n",
                   [this] { return run_evaluate(context_, evaluate_); }),
          evaluate_);
  declare(*command("tune",
                   "Find the settings of a model that validate best",
                   "  bookreco tune --train split/train.csv --model ease --budget 10m --save "
                   "ease.json\n"
                   "  bookreco evaluate --train split/train.csv --test split/test.csv --model ease "
                   "--parameters ease.json\n",
                   [this] { return run_tune(context_, tune_); }),
          tune_);
}

void CommandLine::add_others() {
  command("fit",
          "Fit the models on the catalogue and publish a snapshot",
          "  bookreco fit --threads 2\n",
          [this] { return run_fit(context_); });
  command("status", "What is stored and what is served", "  bookreco status --json\n", [this] {
    return run_status(context_);
  });
  command("config",
          "Print the settings in effect, as YAML that --config reads",
          "  bookreco config > bookreco.yaml\n",
          [this] { return run_config(context_, config_); });
  command("openapi",
          "Print the description of the API (OpenAPI 3.1)",
          "  bookreco openapi > openapi.json\n",
          [this] { return run_openapi(context_); });
}

CommandLine::CommandLine() {
  context_.settings.data.dir = default_data_dir();
  app_.set_version_flag("--version", std::string(kVersion));
  app_.require_subcommand(1);
  app_.get_formatter()->column_width(30);
  app_.footer(
      "A start:\n"
      "  bookreco ingest books.jsonl     load a catalogue\n"
      "  bookreco similar Antigone       ask\n"
      "  bookreco up                     serve it at http://localhost:8000\n"
      "`bookreco COMMAND --help` shows examples. Every setting that `bookreco config` prints is a "
      "flag too:\n"
      "vectorizer.dimension is --vectorizer-dimension.\n");
  add_settings();
  add_up();
  add_ingest();
  add_others();
  add_search();
  add_similar();
  add_recommend();
  add_also_loved();
  add_onboarding();
  add_readers();
  add_evaluation();
}

Status CommandLine::load_settings() {
  if (config_file_.empty()) {
    config_file_ = environment("BOOKRECO_CONFIG");
  }
  if (!config_file_.empty()) {
    BOOKRECO_TRY_VOID(config_.load_yaml(config_file_));
  }
  BOOKRECO_TRY_VOID(
      config_.load_environment({"BOOKRECO_CONFIG", "BOOKRECO_TEST_DATA", "BOOKRECO_TEST_STRICT"}));
  for (const auto& [key, value] : flags_) {
    BOOKRECO_TRY_VOID(config_.set(key, value, "flag"));
  }
  return {};
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? EX_OK : EX_USAGE;
  }
  if (const Status settings = load_settings(); !settings) {
    fmt::print(stderr, "bookreco: {}\n", settings.error().message);
    return EX_CONFIG;
  }
  const Status status = action_();
  if (!status) {
    fmt::print(stderr, "bookreco: {}\n", status.error().message);
    return exit_code(status.error().code);
  }
  return EX_OK;
}

}  // namespace

int exit_code(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange:
      return EX_DATAERR;
    case Code::kNotFound:
      return EX_NOINPUT;
    case Code::kFailedPrecondition:
    case Code::kUnimplemented:
      return EX_UNAVAILABLE;
    case Code::kUnavailable:
    case Code::kAborted:
    case Code::kDeadlineExceeded:
      return EX_TEMPFAIL;
    case Code::kResourceExhausted:
    case Code::kDataLoss:
      return EX_IOERR;
    case Code::kPermissionDenied:
    case Code::kUnauthenticated:
      return EX_NOPERM;
    default:
      return EX_SOFTWARE;
  }
}

int run_command_line(int argc, char** argv) {
  CommandLine line;
  return line.run(argc, argv);
}

}  // namespace bookreco
