#include <fmt/format.h>

#include "app/commands.h"
#include "app/platform.h"
#include "app/progress_bar.h"
#include "base/clock.h"
#include "base/json_writer.h"

namespace bookreco {

Status run_fit(const CommandContext& context) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  const Stopwatch time;
  ProgressBar bar(context.quiet);
  BOOKRECO_TRY(const auto fitted, platform->fit(bar.callback()));
  bar.finish();
  if (context.json) {
    std::string out;
    JsonWriter json(out);
    json.begin_object()
        .field("vectorizer", fitted.vectorizer.version)
        .field("snapshot", fitted.snapshot.version);
    json.field("books", fitted.snapshot.books)
        .field("seconds", time.seconds())
        .key("metrics")
        .begin_object();
    for (const auto& [name, value] : fitted.vectorizer.metrics) {
      json.field(name, value);
    }
    for (const auto& [name, value] : fitted.clusterer.metrics) {
      json.field("cluster_" + name, value);
    }
    if (fitted.readers) {
      json.field("readers", fitted.readers->readers)
          .field("reader_entries", fitted.readers->entries);
    }
    json.end_object().end_object();
    fmt::print("{}\n", out);
    return {};
  }
  fmt::print("Fitted on {} books in {:.2f} s: snapshot {}, {} clusters (silhouette {:.3f}).\n",
             fitted.snapshot.books,
             time.seconds(),
             fitted.snapshot.version,
             fitted.clusterer.clusters,
             fitted.clusterer.metrics.at("silhouette"));
  if (fitted.readers) {
    fmt::print("{} readers taught {} works what goes with what ({}).\n",
               fitted.readers->readers,
               fitted.readers->works,
               fitted.readers->model);
  }
  return {};
}

}  // namespace bookreco
