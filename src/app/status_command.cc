#include <fmt/format.h>

#include "app/commands.h"
#include "app/platform.h"
#include "app/table.h"
#include "app/version.h"
#include "base/json_writer.h"

namespace bookreco {
namespace {

struct Facts {
  std::int64_t books = 0;
  ReaderSummary readers;
  RecommenderState serving;
  std::int64_t waiting = 0;
  std::string clustering;
  std::size_t clusters = 0;
  std::vector<Run> runs;
};

Result<Facts> gather(Platform& platform) {
  BOOKRECO_TRY_VOID(platform.refresh());
  Facts facts;
  Stores& stores = platform.stores();
  BOOKRECO_TRY(facts.books, stores.books().count());
  BOOKRECO_TRY(facts.readers, stores.readers().summary());
  facts.serving = platform.recommender().state();
  facts.waiting = platform.recommender().waiting();
  BOOKRECO_TRY(const auto clustering, stores.clusters().current());
  if (clustering) {
    facts.clustering = clustering->model_version;
    facts.clusters = clustering->clusters.size();
  }
  BOOKRECO_TRY(facts.runs, stores.runs().list("", 5));
  return facts;
}

std::string to_json(const Facts& facts, const Settings& settings) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("version", kVersion)
      .field("data", settings.data.dir)
      .field("books", facts.books);
  json.field("readers", facts.readers.readers).field("interactions", facts.readers.interactions);
  json.field("waiting", facts.waiting).key("serving").begin_object();
  json.field("snapshot", facts.serving.snapshot).field("vectorizer", facts.serving.vectorizer);
  json.field("clusterer", facts.clustering).field("books", facts.serving.books);
  json.field("delta_books", facts.serving.delta_books)
      .field("change", facts.serving.change)
      .end_object();
  json.key("runs").begin_array();
  for (const Run& run : facts.runs) {
    json.begin_object().field("id", run.id).field("kind", run.kind).field("status", run.status);
    json.field("started_at", to_iso8601(run.started_at)).end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace

Status run_status(const CommandContext& context) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  BOOKRECO_TRY(const Facts facts, gather(*platform));
  if (context.json) {
    fmt::print("{}\n", to_json(facts, context.settings));
    return {};
  }
  fmt::print("Book Reco {}, data in {}\n", kVersion, context.settings.data.dir);
  fmt::print("  books         {}\n", facts.books);
  fmt::print("  readers       {} with {} interactions\n",
             facts.readers.readers,
             facts.readers.interactions);
  if (facts.serving.snapshot.empty()) {
    fmt::print("  snapshot      none yet: `bookreco ingest FILE`, then `bookreco fit`\n");
  } else {
    fmt::print("  snapshot      {} with {} books, {} of them since it was built\n",
               facts.serving.snapshot,
               facts.serving.books,
               facts.serving.delta_books);
    fmt::print(
        "  vectorizer    {}\n  clusters      {}\n", facts.serving.vectorizer, facts.clusters);
  }
  if (facts.waiting > 0) {
    fmt::print("  waiting       {} changed books: `bookreco fit` serves them\n", facts.waiting);
  }
  if (!facts.runs.empty()) {
    Table table({"latest runs", "kind", "status", "message"});
    for (const Run& run : facts.runs) {
      table.add({to_iso8601(run.started_at), run.kind, run.status, run.message});
    }
    fmt::print("\n{}", table.to_text());
  }
  return {};
}

}  // namespace bookreco
