#include "app/ask.h"
#include "app/commands.h"

namespace bookreco {
namespace {

Status resolve_all(Recommender& recommender,
                   const std::vector<std::string>& names,
                   std::vector<std::string>& ids) {
  for (const std::string& name : names) {
    BOOKRECO_TRY(std::string id, resolve_book(recommender, name));
    ids.push_back(std::move(id));
  }
  return {};
}

}  // namespace

Status run_search(const CommandContext& context, const SearchRequest& request) {
  BOOKRECO_TRY(const auto platform, open_to_ask(context));
  BOOKRECO_TRY(const Hits hits, platform->recommender().search(request, {}));
  print_hits(context, hits);
  return {};
}

Status run_similar(const CommandContext& context, const SimilarOptions& options) {
  BOOKRECO_TRY(const auto platform, open_to_ask(context));
  SimilarRequest request = options.request;
  BOOKRECO_TRY(request.id, resolve_book(platform->recommender(), options.book));
  BOOKRECO_TRY(const Hits hits, platform->recommender().similar(request, {}));
  print_hits(context, hits);
  return {};
}

Status run_recommend(const CommandContext& context, const RecommendOptions& options) {
  BOOKRECO_TRY(const auto platform, open_to_ask(context));
  Recommender& recommender = platform->recommender();
  RecommendRequest request = options.request;
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.loved, request.loved));
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.liked, request.liked));
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.disliked, request.disliked));
  BOOKRECO_TRY(const Hits hits, recommender.recommend(request, {}));
  print_hits(context, hits);
  return {};
}

Status run_also_loved(const CommandContext& context, const AlsoLovedOptions& options) {
  BOOKRECO_TRY(const auto platform, open_to_ask(context));
  AlsoLovedRequest request = options.request;
  BOOKRECO_TRY(request.id, resolve_book(platform->recommender(), options.book));
  BOOKRECO_TRY(const Hits hits, platform->recommender().also_loved(request, {}));
  print_hits(context, hits);
  return {};
}

Status run_onboarding(const CommandContext& context, const OnboardingOptions& options) {
  BOOKRECO_TRY(const auto platform, open_to_ask(context));
  Recommender& recommender = platform->recommender();
  OnboardingRequest request = options.request;
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.loved, request.loved));
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.liked, request.liked));
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.disliked, request.disliked));
  BOOKRECO_TRY_VOID(resolve_all(recommender, options.unknown, request.unknown));
  BOOKRECO_TRY(const Hits hits, recommender.onboarding(request, {}));
  print_hits(context, hits);
  return {};
}

}  // namespace bookreco
