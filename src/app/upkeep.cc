#include "app/upkeep.h"

#include <algorithm>
namespace bookreco {
namespace {

using namespace std::chrono_literals;

constexpr auto kFollowEvery = 200ms;
constexpr auto kMaintainEvery = 500ms;
constexpr auto kAfterFailure = 10s;

}  // namespace

Upkeep::Upkeep(Platform& platform, const Log& log)
    : platform_(platform),
      log_(log),
      follower_([this] { follow(); }),
      maintainer_([this] { maintain(); }) {}

Upkeep::~Upkeep() {
  stopping_ = true;
  follower_.join();
  maintainer_.join();
}

void Upkeep::follow() {
  while (!stopping_) {
    if (const Status status = platform_.refresh(); !status) {
      log_.warning("changed books are not served yet: {}", status.error().message);
      std::this_thread::sleep_for(kFollowEvery);
    }
    platform_.stores().wait_for_change(kFollowEvery);
  }
}

Upkeep::Need Upkeep::need() const {
  const RecommenderState state = platform_.recommender().state();
  const auto books = platform_.stores().books().count();
  if (!books || *books < 2) {
    return Need::kNothing;
  }
  const auto fitted = platform_.stores().models().by_alias("vectorizer", "champion");
  if (!fitted) {
    return Need::kNothing;
  }
  if (state.snapshot.empty()) {
    return *fitted ? Need::kSnapshot : Need::kFit;
  }
  const double fitted_on =
      *fitted && (*fitted)->metrics.contains("documents") ? (*fitted)->metrics.at("documents") : 0;
  if (static_cast<double>(*books) > 2 * fitted_on) {
    return Need::kFit;
  }
  const std::int64_t base = state.books - state.delta_books;
  const bool much = state.delta_books > std::max<std::int64_t>(1'000, base / 10);
  return much || platform_.recommender().waiting() > 0 ? Need::kSnapshot : Need::kNothing;
}

Status Upkeep::carry_out(Need what) {
  if (what == Need::kFit) {
    BOOKRECO_TRY_VOID(platform_.fit({}));
  } else {
    BOOKRECO_TRY_VOID(platform_.rebuild({}));
  }
  return {};
}

void Upkeep::maintain() {
  std::int64_t last_seen = -1;
  while (!stopping_) {
    std::this_thread::sleep_for(kMaintainEvery);
    const Need what = need();
    const auto change = platform_.stores().books().last_change();
    const bool settled = change && *change == last_seen;  // a load under way goes on first
    last_seen = change ? *change : -1;
    if (what == Need::kNothing || !settled) {
      continue;
    }
    const Stopwatch time;
    const Status status = carry_out(what);
    if (status) {
      log_.info(
          "{} in {:.2f} s", what == Need::kFit ? "fitted" : "rebuilt the snapshot", time.seconds());
    } else {
      log_.warning("cannot {}: {}",
                   what == Need::kFit ? "fit" : "rebuild the snapshot",
                   status.error().message);
      for (auto waited = 0ms; waited < kAfterFailure && !stopping_; waited += 100ms) {
        std::this_thread::sleep_for(100ms);
      }
    }
  }
}

}  // namespace bookreco
