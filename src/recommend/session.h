#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "domain/reader_history.h"
#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// Most events of a session that speak for or against books, the latest ones; the books of earlier
/// ones are kept from the answer all the same.
inline constexpr std::size_t kMaxSessionEvents = 100;
/// So many other books looked at later halve what a book says.
inline constexpr double kSessionHalfLife = 5;

/// What a session says of its books, for RecommendRequest::history: every one is excluded. The
/// weight of a book is what the policy gives its events, times 2^(−n / kSessionHalfLife) when it is
/// above zero, where n other books were looked at since: what was clicked last tells most of what a
/// visitor wants now (the exponential decay by position of STAN, Garg et al., "Sequence and time
/// aware neighborhood for session-based recommendations", SIGIR 2019; V-SkNN decays linearly,
/// Ludewig & Jannach, "Evaluation of session-based recommendation algorithms", UMUAI 2018). Other
/// books are counted, not events, so that loading a page again ages nothing. Weights above zero are
/// then divided by the largest: a click is the best that a visitor without grades says. What was
/// disliked stays disliked.
///
/// `events` come newest last, whatever their times say; a time ahead of `now` or later than that of
/// the next event is taken to be just before it. Pure.
std::vector<WeightedBook> weigh_session(std::span<const Interaction> events,
                                        const InteractionPolicy& policy,
                                        Timestamp now);

/// recommend() with the session as history. Events whose book is not in the catalogue are passed
/// over and counted in Hits::ignored. Safe from any thread.
Result<Hits> recommend_session(const std::shared_ptr<const Snapshot>& snapshot,
                               const SessionRequest& request,
                               const InteractionPolicy& policy,
                               Timestamp now,
                               std::size_t threads = 1);

}  // namespace bookreco
