#include <chrono>
#include <csignal>

#include <fmt/format.h>
#include <malloc.h>
#include <semaphore.h>

#include "app/commands.h"
#include "app/ingest_files.h"
#include "app/platform.h"
#include "app/progress_bar.h"
#include "app/upkeep.h"
#include "app/version.h"
#include "base/threads.h"
#include "services/api/api.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "transport/http_server.h"

namespace bookreco {
namespace {

constexpr auto kGrace = std::chrono::seconds(10);

HttpSettings http_settings(const Settings& settings) {
  const Settings::Server& from = settings.server;
  HttpSettings to;
  to.host = from.host;
  to.port = static_cast<std::uint16_t>(from.port);
  to.io_threads =
      from.io_threads > 0 ? static_cast<std::size_t>(from.io_threads) : hardware_threads();
  to.pool_threads = static_cast<std::size_t>(from.pool_threads);
  to.max_connections = static_cast<std::size_t>(from.max_connections);
  to.max_body_bytes = static_cast<std::size_t>(from.max_body_mib) << 20;
  to.cors_origins = from.cors_origins;
  return to;
}

/// Takes SIGINT and SIGTERM on whichever thread they arrive: libraries may have started some before
/// main(), which no mask of ours reaches. One at a time.
class StopSignal {
 public:
  StopSignal() {
    sem_init(&arrived, 0, 0);
    take(+[](int) { sem_post(&arrived); });
  }
  ~StopSignal() { take(SIG_DFL); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  void wait() const {
    while (sem_wait(&arrived) != 0) {
    }
  }

 private:
  static void take(void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
  }

  static inline sem_t arrived;
};

/// Loads the given files into a catalogue without books, and fits when nothing was ever fitted.
Status prepare(Platform& platform, const CommandContext& context, const UpOptions& options) {
  BOOKRECO_TRY(const std::int64_t books, platform.stores().books().count());
  if (books == 0 && !options.load_if_empty.empty()) {
    const Stopwatch time;
    ProgressBar bar(context.quiet);
    BOOKRECO_TRY(const IngestSummary summary,
                 ingest_files(platform, {options.load_if_empty, "", "me"}, bar.callback()));
    bar.finish();
    fmt::print("Loaded in {:.1f} s. {}\n", time.seconds(), summary.to_text());
    if (const Status whole = require_whole(summary); !whole) {
      fmt::print(stderr, "bookreco: {}\n", whole.error().message);
    }
  }
  BOOKRECO_TRY_VOID(platform.refresh());
  BOOKRECO_TRY(const std::int64_t loaded, platform.stores().books().count());
  if (platform.recommender().state().snapshot.empty() && loaded >= 2) {
    const Stopwatch time;
    ProgressBar bar(context.quiet);
    const auto fitted = platform.fit(bar.callback());
    bar.finish();
    if (!fitted && fitted.error().code !=
                       Code::kUnavailable) {  // another process fits: its snapshot will be taken up
      return std::unexpected(fitted.error());
    }
    fmt::print("Fitted in {:.1f} s.\n", time.seconds());
    BOOKRECO_TRY_VOID(platform.refresh());
  }
  ::malloc_trim(0);  // what a fit needed goes back before the long life of a server
  return {};
}

void print_welcome(Platform& platform, const std::string& address) {
  const RecommenderState state = platform.recommender().state();
  fmt::print("\nBook Reco {} serves {} books at {}\n\n", kVersion, state.books, address);
  fmt::print("  the page {0}/   the documentation {0}/docs\n\n", address);
  fmt::print("  curl '{}/v1/books?page_size=3'\n", address);
  fmt::print(
      "  curl -X POST {}/v1/search -H 'Content-Type: application/json' -d '{{\"query\": \"voyage "
      "en mer\", \"k\": 3}}'\n",
      address);
  SearchRequest any;
  any.k = 1;
  if (const auto hits = platform.recommender().search(any, {}); hits && !hits->hits.empty()) {
    fmt::print("  curl '{}/v1/books/{}/similar?k=5'\n", address, hits->hits.front().id);
  }
  if (const auto readers = platform.interactions().readers("", 0, 1, {});
      readers && !readers->readers.empty()) {
    std::string id;
    append_percent_encoded(id, readers->readers.front().id);
    fmt::print("  curl '{}/v1/readers/{}/recommendations?k=5'\n", address, id);
  }
  fmt::print("\nCtrl-C stops it.\n");
  std::fflush(stdout);
}

void add_gauges(Metrics& metrics, Platform& platform) {
  using Kind = Metrics::Kind;
  metrics.callback("bookreco_books", "Books that answers are made from.", Kind::kGauge, [&] {
    return static_cast<double>(platform.recommender().state().books);
  });
  metrics.callback(
      "bookreco_delta_books", "Books served from the delta over the snapshot.", Kind::kGauge, [&] {
        return static_cast<double>(platform.recommender().state().delta_books);
      });
  metrics.callback("bookreco_impressions_lost_total",
                   "Impressions that were not counted, for too many waited.",
                   Kind::kCounter,
                   [&] { return static_cast<double>(platform.interactions().shown().lost()); });
  metrics.callback(
      "bookreco_waiting_books", "Changed books that wait for a rebuild.", Kind::kGauge, [&] {
        return static_cast<double>(platform.recommender().waiting());
      });
}

}  // namespace

Status run_up(const CommandContext& context, const UpOptions& options) {
  const StopSignal stop;
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings, SnapshotCheck::kAlways));
  BOOKRECO_TRY_VOID(prepare(*platform, context, options));
  const Log log({parse_log_level(context.settings.log.level).value_or(LogLevel::kInfo),
                 context.settings.log.format == "json"});
  Metrics metrics;
  add_process_metrics(metrics);
  add_gauges(metrics, *platform);
  const Api api(platform->catalog(), platform->interactions(), platform->recommender(), metrics);
  Router router;
  api.add_routes(router);
  BOOKRECO_TRY(const auto server,
               HttpServer::start(http_settings(context.settings), router, metrics, log));
  const std::string& host = context.settings.server.host;
  print_welcome(
      *platform,
      fmt::format("http://{}:{}", host == "127.0.0.1" ? "localhost" : host, server->port()));
  {
    const Upkeep upkeep(*platform, log);
    stop.wait();
    server->stop(kGrace);
  }
  log.info("stopped");
  return {};
}

}  // namespace bookreco
