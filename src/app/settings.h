#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/files.h"
#include "base/result.h"
#include "domain/reader_history.h"

namespace bookreco {

/// Every setting of the program with its default. `bookreco config` prints them.
struct Settings {
  struct Data {
    std::string dir;
  } data;
  struct Server {
    std::string host = "127.0.0.1";
    std::int64_t port = 8000;
    std::int64_t io_threads = 0;
    std::int64_t pool_threads = 4;
    std::int64_t max_connections = 1'024;
    std::int64_t max_body_mib = 16;
    std::vector<std::string> cors_origins;
  } server;
  struct Vectorizer {
    std::int64_t vocabulary = 4'096;
    std::int64_t dimension = 128;
    std::int64_t seed = 1;
    double title_weight = 2;
    double description_weight = 1;
    double author_weight = 2;
    double collection_weight = 1;
    double publisher_weight = 0.5;
    double series_weight = 2;
    double label_weight = 0.5;
  } vectorizer;
  struct Clusterer {
    std::int64_t clusters = 0;
    bool balanced = true;
  } clusterer;
  struct Index {
    std::int64_t neighbours = 50;
    std::int64_t neighbours_up_to = 50'000;
    std::int64_t graph_from = 16'000;
    std::int64_t delta_limit = 10'000;
  } index;
  struct Readers {
    std::string model = "auto";
    std::int64_t ease_works = 20'000;
    std::int64_t memory_mib = 8'192;
    double rotation = 0.2;
    double rotation_half_life_days = 7;
  } readers;
  InteractionPolicy interactions;
  struct Run {
    std::int64_t threads = 0;
  } run;
  struct Log {
    std::string level = "info";
    std::string format = "text";
  } log;

  /// Worker threads: the setting, or one per hardware thread.
  std::size_t threads() const;
  Path data_folder() const { return data.dir; }
  Path database() const { return data_folder() / "bookreco.db"; }
  Path blobs() const { return data_folder() / "blobs"; }
};

/// Binds every key of the table to `settings`, which must outlive the answer.
Config bind_settings(Settings& settings);

/// $XDG_DATA_HOME/bookreco, else ~/.local/share/bookreco.
std::string default_data_dir();

}  // namespace bookreco
