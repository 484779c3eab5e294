#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "index/snapshot.h"
#include "ports/blob_store.h"
#include "ports/recommender.h"
#include "ports/stores.h"
#include "ports/vectorizer.h"

namespace bookreco {

/// How what a reader was shown cools, unless a request says another strength.
struct RotationSettings {
  double strength = 0.2;  ///< 0 turns it off (recommend/rotation.h)
  double half_life_days = 7;
};

struct RecommenderSettings {
  SegmentOptions segment;             ///< of the delta
  std::size_t threads = 1;            ///< for one scan
  std::int64_t delta_limit = 10'000;  ///< changed books above which only a rebuild shows them
  InteractionPolicy interactions;     ///< how a reader's history is weighed
  RotationSettings rotation;
  SnapshotCheck check = SnapshotCheck::kAlways;
  std::uint64_t seed = 1;  ///< of what tells the ids of answers apart: another for each process
};

/// The role `recommender`: answers from an immutable snapshot with a delta over it. Answers never
/// wait for a refresh, and for the store only to read a reader's history, anew for each answer;
/// refresh() is called by one thread at a time.
class RecommenderService final : public Recommender {
 public:
  RecommenderService(Stores& stores,
                     BlobStore& blobs,
                     Vectorizer& vectorizer,
                     const Clock& clock,
                     RecommenderSettings settings);

  /// Loads the champion snapshot when the registry names another, then takes in the books changed
  /// since it was built.
  Status refresh();
  /// Changed books that wait for a rebuild, 0 when all are served.
  std::int64_t waiting() const { return waiting_.load(); }

  Result<Hits> similar(const SimilarRequest& request, const CallContext& context) override;
  Result<Hits> search(const SearchRequest& request, const CallContext& context) override;
  Result<Hits> recommend(const RecommendRequest& request, const CallContext& context) override;
  Result<Hits> also_loved(const AlsoLovedRequest& request, const CallContext& context) override;
  Result<Hits> recommend_session(const SessionRequest& request,
                                 const CallContext& context) override;
  Result<Hits> onboarding(const OnboardingRequest& request, const CallContext& context) override;
  Result<Hits> find_title(std::string_view title,
                          std::int64_t k,
                          const CallContext& context) override;
  RecommenderState state() const override;

 private:
  Result<std::shared_ptr<const Snapshot>> serving() const;
  Status load_champion();
  Status load_readers();
  Status take_in_changes();
  /// Reads and weighs the history of the request's reader, and what they were shown.
  Status read_reader(RecommendRequest& request) const;
  /// Gives a recommendation the id that later interactions may name.
  Result<Hits> with_id(Result<Hits> hits, const Snapshot& snapshot);
  Result<std::shared_ptr<const Segment>> build_delta(const std::vector<Book>& books,
                                                     std::span<const Embedding> embeddings) const;

  Stores& stores_;
  BlobStore& blobs_;
  Vectorizer& vectorizer_;
  const Clock& clock_;
  const RecommenderSettings settings_;
  std::atomic<std::shared_ptr<const Snapshot>> snapshot_;
  std::atomic<std::int64_t> waiting_{0};
  std::atomic<std::uint64_t> answers_{0};
  std::int64_t seen_change_ = -1;  ///< refresh's thread only
};

}  // namespace bookreco
