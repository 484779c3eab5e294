#include "app/upkeep.h"

#include <algorithm>
namespace bookreco {
namespace {

using namespace std::chrono_literals;

constexpr auto kFollowEvery = 200ms;
constexpr auto kMaintainEvery = 500ms;
constexpr auto kAfterFailure = 10s;
constexpr auto kReadersEvery = 5s;
constexpr double kReadersShare = 0.001;  ///< of the time, at most, goes into counting readers
constexpr auto kImpressionsEvery = 1s;

/// 0 where the model is missing or does not say.
double metric(const std::optional<ModelVersion>& model, const std::string& name) {
  return model && model->metrics.contains(name) ? model->metrics.at(name) : 0;
}

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
  impressions_written_ = {};
  write_impressions();
}

void Upkeep::follow() {
  while (!stopping_) {
    if (const Status status = platform_.refresh(); !status) {
      log_.warning("changed books are not served yet: {}", status.error().message);
      std::this_thread::sleep_for(kFollowEvery);
    }
    write_impressions();
    platform_.stores().wait_for_change(kFollowEvery);
  }
}

void Upkeep::write_impressions() {
  const auto now = std::chrono::steady_clock::now();
  if (now - impressions_written_ < kImpressionsEvery) {
    return;
  }
  impressions_written_ = now;
  if (const Status status = platform_.interactions().shown().flush(); !status) {
    log_.warning("what readers were shown is not counted yet: {}", status.error().message);
  }
}

Upkeep::Need Upkeep::need() {
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
  if (static_cast<double>(*books) > 2 * metric(*fitted, "documents")) {
    return Need::kFit;
  }
  const std::int64_t base = state.books - state.delta_books;
  const bool much = state.delta_books > std::max<std::int64_t>(1'000, base / 10);
  if (much || platform_.recommender().waiting() > 0) {
    return Need::kSnapshot;
  }
  return readers_need() ? Need::kReaders : Need::kNothing;
}

bool Upkeep::readers_need() {
  const auto now = std::chrono::steady_clock::now();
  if (now < count_readers_at_) {
    return false;
  }
  const Stopwatch time;
  const auto known = platform_.stores().readers().summary();
  const std::chrono::duration<double> pause(time.seconds() / kReadersShare);
  count_readers_at_ = now + std::max<std::chrono::steady_clock::duration>(
                                kReadersEvery, std::chrono::ceil<std::chrono::milliseconds>(pause));
  const auto trained = platform_.stores().models().by_alias("readers", "champion");
  if (!known || !trained) {
    return false;
  }
  const double before =
      std::max(metric(*trained, "interactions"), static_cast<double>(interactions_tried_));
  if (static_cast<double>(known->interactions) <= 1.2 * before) {
    return false;
  }
  interactions_tried_ = known->interactions;
  return true;
}

Status Upkeep::carry_out(Need what) {
  if (what == Need::kFit) {
    BOOKRECO_TRY_VOID(platform_.fit({}));
  } else if (what == Need::kReaders) {
    BOOKRECO_TRY_VOID(platform_.learn_from_readers({}));
  } else {
    BOOKRECO_TRY_VOID(platform_.rebuild({}));
  }
  return {};
}

std::string_view Upkeep::name_of(Need what) {
  switch (what) {
    case Need::kNothing:
      return "nothing";
    case Need::kSnapshot:
      return "rebuild the snapshot";
    case Need::kFit:
      return "fit";
    case Need::kReaders:
      return "learn from readers";
  }
  return "";
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
      log_.info("{}: done in {:.2f} s", name_of(what), time.seconds());
    } else {
      log_.warning("cannot {}: {}", name_of(what), status.error().message);
      for (auto waited = 0ms; waited < kAfterFailure && !stopping_; waited += 100ms) {
        std::this_thread::sleep_for(100ms);
      }
    }
  }
}

}  // namespace bookreco
