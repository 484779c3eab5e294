#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/result.h"
#include "ports/recommender.h"

namespace bookreco {

/// What every command knows.
struct CommandContext {
  Settings settings;
  bool json = false;   ///< answers as JSON on standard output
  bool quiet = false;  ///< no progress
};

struct IngestOptions {
  std::vector<std::string> files;
  std::string format;  ///< empty: told from the content
  std::string reader;  ///< whose library an export is
};

struct EvaluateOptions;  // evaluation_options.h
struct TuneOptions;
struct SplitOptions;

struct UpOptions {
  std::vector<std::string> load_if_empty;  ///< files for a catalogue that has no book yet
};

struct SimilarOptions {
  std::string book;  ///< id, EAN, ISBN or title
  SimilarRequest request;
};

struct ReadersImportOptions {
  std::vector<std::string> files;
  std::string format;  ///< empty: told from the content
  std::string reader;  ///< whose library an export is
  std::string report;  ///< empty: a file under the data folder
  bool dry_run = false;
  double threshold = 0.75;
};

struct ReadersListOptions {
  std::string prefix;
  std::int64_t k = 50;
};

struct ReadersShowOptions {
  std::string reader;
  std::int64_t k = 50;
};

struct RecommendOptions {
  std::vector<std::string> loved;  ///< ids or titles
  std::vector<std::string> liked;
  std::vector<std::string> disliked;
  RecommendRequest request;
};

struct AlsoLovedOptions {
  std::string book;  ///< id, EAN, ISBN or title
  AlsoLovedRequest request;
};

/// Books by ids or titles.
struct OnboardingOptions {
  std::vector<std::string> loved;
  std::vector<std::string> liked;
  std::vector<std::string> disliked;
  std::vector<std::string> unknown;
  OnboardingRequest request;
};

// One function per command, in a file of its own. They print to standard output; an error's text is
// printed by main.
Status run_up(const CommandContext& context, const UpOptions& options);
Status run_ingest(const CommandContext& context, const IngestOptions& options);
Status run_fit(const CommandContext& context);
Status run_search(const CommandContext& context, const SearchRequest& request);
Status run_similar(const CommandContext& context, const SimilarOptions& options);
Status run_recommend(const CommandContext& context, const RecommendOptions& options);
Status run_also_loved(const CommandContext& context, const AlsoLovedOptions& options);
Status run_onboarding(const CommandContext& context, const OnboardingOptions& options);
Status run_readers_import(const CommandContext& context, const ReadersImportOptions& options);
Status run_readers_list(const CommandContext& context, const ReadersListOptions& options);
Status run_readers_show(const CommandContext& context, const ReadersShowOptions& options);
Status run_readers_remove(const CommandContext& context, const std::string& reader);
Status run_status(const CommandContext& context);
Status run_evaluate(const CommandContext& context, const EvaluateOptions& options);
Status run_tune(const CommandContext& context, const TuneOptions& options);
Status run_split(const CommandContext& context, const SplitOptions& options);
Status run_config(const CommandContext& context, const Config& config);
Status run_openapi(const CommandContext& context);

}  // namespace bookreco
