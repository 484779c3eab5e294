#include "app/settings.h"

#include <fmt/format.h>

#include "base/threads.h"

namespace bookreco {

std::size_t Settings::threads() const {
  return run.threads > 0 ? static_cast<std::size_t>(run.threads) : hardware_threads();
}

std::string default_data_dir() {
  if (const std::string xdg = environment("XDG_DATA_HOME"); !xdg.empty()) {
    return xdg + "/bookreco";
  }
  const std::string home = environment("HOME");
  return (home.empty() ? "/var/lib" : home + "/.local/share") + "/bookreco";
}

namespace {

void bind_interactions(Config& config, InteractionPolicy& policy) {
  constexpr double kCentury = 36'525;
  for (const InteractionKind kind : all_kinds()) {
    const std::string_view name = kind_name(kind);
    KindPolicy& one = policy.of(kind);
    config.bind(fmt::format("interactions.{}_weight", name),
                one.weight,
                kind == InteractionKind::kRating ? "times the weight of its stars"
                                                 : "what it counts, where loved is 1 by default",
                -10,
                10);
    config.bind(fmt::format("interactions.{}_half_life_days", name),
                one.half_life_days,
                "its weight halves every so many days, 0 for never",
                0,
                kCentury);
    config.bind(fmt::format("interactions.{}_ttl_days", name),
                one.ttl_days,
                "it counts for so many days, 0 for ever",
                0,
                kCentury);
  }
}

}  // namespace

Config bind_settings(Settings& settings) {
  Config config;
  config.bind("data.dir", settings.data.dir, "the folder that holds everything the program writes");

  auto& server = settings.server;
  config.bind(
      "server.host", server.host, "the address to listen on; 0.0.0.0 opens it to the network");
  config.bind("server.port", server.port, "the port to listen on, 0 for any free one", 0, 65'535);
  config.bind("server.io_threads",
              server.io_threads,
              "threads that read and answer, 0 for one per CPU",
              0,
              256);
  config.bind("server.pool_threads",
              server.pool_threads,
              "threads for what may wait for the store",
              1,
              256);
  config.bind(
      "server.max_connections", server.max_connections, "connections held at once", 1, 1'000'000);
  config.bind("server.max_body_mib", server.max_body_mib, "largest request body, in MiB", 1, 1'024);
  config.bind("server.cors_origins",
              server.cors_origins,
              "origins whose pages may call the API, \"*\" for all");

  auto& vectorizer = settings.vectorizer;
  config.bind("vectorizer.vocabulary",
              vectorizer.vocabulary,
              "terms of the TF-IDF vocabulary",
              16,
              1'000'000);
  config.bind(
      "vectorizer.dimension", vectorizer.dimension, "dimensions of the embedding", 2, 1'024);
  config.bind("vectorizer.seed", vectorizer.seed, "seed of every fit", 0, 1'000'000'000);
  const char* weight = "how much this field counts in a vector, 0 leaves it out";
  config.bind("vectorizer.title_weight", vectorizer.title_weight, weight, 0, 100);
  config.bind("vectorizer.description_weight", vectorizer.description_weight, weight, 0, 100);
  config.bind("vectorizer.author_weight", vectorizer.author_weight, weight, 0, 100);
  config.bind("vectorizer.collection_weight", vectorizer.collection_weight, weight, 0, 100);
  config.bind("vectorizer.publisher_weight", vectorizer.publisher_weight, weight, 0, 100);
  config.bind("vectorizer.series_weight", vectorizer.series_weight, weight, 0, 100);
  config.bind("vectorizer.label_weight", vectorizer.label_weight, weight, 0, 100);

  config.bind("clusterer.clusters",
              settings.clusterer.clusters,
              "groups of books, 0 for √(books/2)",
              0,
              65'536);
  config.bind("clusterer.balanced",
              settings.clusterer.balanced,
              "keep group sizes within 2× of their mean");

  auto& index = settings.index;
  config.bind(
      "index.neighbours", index.neighbours, "neighbours computed ahead for each book", 0, 1'000);
  config.bind("index.neighbours_up_to",
              index.neighbours_up_to,
              "catalogue size above which none are",
              0,
              10'000'000);
  config.bind("index.graph_from",
              index.graph_from,
              "catalogue size from which a graph is searched, not every book",
              1,
              1'000'000'000);
  config.bind("index.delta_limit",
              index.delta_limit,
              "changed books served before a rebuild",
              1,
              1'000'000);

  config.bind("readers.model",
              settings.readers.model,
              "what learns from readers; auto is a hybrid of ease (rp3beta above ease_works), ials "
              "and popularity",
              {"auto", "ease", "rp3beta", "p3alpha", "item_knn", "bm25_knn", "ials"});
  config.bind("readers.ease_works",
              settings.readers.ease_works,
              "most works that auto gives to ease, whose time grows with their cube",
              100,
              100'000);
  config.bind("readers.memory_mib",
              settings.readers.memory_mib,
              "most memory of a training",
              64,
              1'048'576);
  config.bind("readers.rotation",
              settings.readers.rotation,
              "how much books cool that a reader was shown and passed over, 0 for not at all",
              0,
              1);
  config.bind("readers.rotation_half_life_days",
              settings.readers.rotation_half_life_days,
              "that a book was shown counts half after so many days",
              0.01,
              3'650);
  bind_interactions(config, settings.interactions);

  config.bind("run.threads", settings.run.threads, "worker threads, 0 for one per CPU", 0, 1'024);
  config.bind("log.level",
              settings.log.level,
              "least severe message logged",
              {"debug", "info", "warning", "error"});
  config.bind("log.format", settings.log.format, "how a log line looks", {"text", "json"});
  return config;
}

}  // namespace bookreco
