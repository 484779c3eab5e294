#include "recommend/onboarding.h"

#include <algorithm>

#include "recommend/questions.h"
#include "recommend/readers_say.h"
#include "recommend/rotation.h"
#include "recommend/series_rule.h"
#include "recommend/tastes.h"
#include "recommend/tour.h"

namespace bookreco {
namespace {

constexpr std::size_t kCandidates = 400;

/// The works that most readers have, by an edition in scope, most read first.
std::vector<RowRef> most_read(const Snapshot& snapshot,
                              const History& history,
                              const Scope& scope) {
  const Readers& readers = *snapshot.readers;
  std::vector<float> counts(readers.model.items());
  for (std::uint32_t item = 0; item < counts.size(); ++item) {
    counts[item] = static_cast<float>(readers.model.readers(item));
  }
  SeriesRule series(snapshot, history.refs(), scope);
  std::vector<RowRef> books;
  for (std::size_t wanted = 2 * kCandidates; books.size() < kCandidates; wanted *= 4) {
    books.clear();
    WorkSet works(kCandidates);
    const auto top = top_items(counts, wanted);
    for (const ScoredItem& each : top) {
      const auto rows = snapshot.base->editions(readers.model.work(each.item));
      const auto row =
          std::ranges::find_if(rows, [&](std::uint32_t one) { return scope.allows({false, one}); });
      const auto ref = row == rows.end() ? std::nullopt : series.stand_in({false, *row});
      if (ref && books.size() < kCandidates &&
          !history.works.contains(snapshot.segment(*ref).work_key(ref->row)) &&
          works.insert(snapshot.segment(*ref).work_key(ref->row))) {
        books.push_back(*ref);
      }
    }
    if (top.size() < wanted) {
      break;
    }
  }
  return books;
}

std::vector<Question> questions_about(const Snapshot& snapshot,
                                      std::span<const RowRef> books,
                                      std::span<const double> liked,
                                      std::size_t groups) {
  double most = 1;
  for (const RowRef ref : books) {
    most = std::max(most, static_cast<double>(readers_of(snapshot, ref)));
  }
  std::vector<Question> questions;
  for (std::size_t i = 0; i < books.size(); ++i) {
    const auto readers = static_cast<double>(readers_of(snapshot, books[i]));
    questions.push_back(
        {books[i], snapshot.readers ? readers / most : 1, liked.subspan(i * groups, groups)});
  }
  return questions;
}

RecommendRequest graded(const OnboardingRequest& request) {
  RecommendRequest reader;
  reader.loved = request.loved;
  reader.liked = request.liked;
  reader.disliked = request.disliked;
  for (const std::string& id : request.unknown) {
    reader.history.push_back({id, 0, true, {}});
  }
  return reader;
}

/// What may be asked about, most known first.
std::vector<RowRef> candidates(const Snapshot& snapshot,
                               const History& history,
                               const Scope& scope,
                               std::size_t threads) {
  if (snapshot.readers) {
    return most_read(snapshot, history, scope);
  }
  std::vector<RowRef> books;
  const Editions editions(snapshot, {}, {}, scope);
  const Rotation rotation(snapshot, {}, 0);
  for (const Candidate& stop :
       tour(snapshot, history, editions, rotation, kMaxQuestions, scope, threads)) {
    books.push_back(stop.ref);
  }
  return books;
}

Hit make_question(const Snapshot& snapshot, const Candidate& candidate) {
  Hit hit = make_hit(snapshot, candidate);
  hit.readers = readers_of(snapshot, candidate.ref);
  const std::uint32_t cluster = snapshot.segment(candidate.ref).cluster(candidate.ref.row);
  if (cluster < snapshot.cluster_names.size()) {
    hit.reasons.push_back({ReasonKind::kSameCluster, snapshot.cluster_names[cluster], 0});
  }
  return hit;
}

}  // namespace

Result<Hits> onboarding(const std::shared_ptr<const Snapshot>& snapshot,
                        const OnboardingRequest& request,
                        std::size_t threads) {
  if (request.k < 0 || request.k > kMaxQuestions) {
    return fail(
        Code::kInvalidArgument, "k is {}: give a number from 0 to {}", request.k, kMaxQuestions);
  }
  BOOKRECO_TRY(const History history, find_history(*snapshot, graded(request)));
  Hits answer = start_answer(snapshot, snapshot->readers ? "readers" : "clusters");
  answer.degraded = !snapshot->readers;
  answer.history = static_cast<std::int64_t>(history.refs().size());
  const Scope scope(*snapshot, request.filter);
  const std::vector<RowRef> books = candidates(*snapshot, history, scope, threads);
  const Tastes tastes(*snapshot);
  const auto groups = given_grades(tastes.shares(), history, tastes.liked(history.refs()));
  const std::vector<double> liked = tastes.liked(books);
  Asked asked(*snapshot);
  for (const RowRef ref : history.refs()) {
    asked.add(ref);
  }
  for (const std::string& id : request.unknown) {
    if (const auto ref = snapshot->find(id)) {
      asked.add(*ref);
    }
  }
  for (const Candidate& each :
       choose_questions(questions_about(*snapshot, books, liked, groups.size()),
                        groups,
                        static_cast<std::size_t>(request.k),
                        asked)) {
    answer.hits.push_back(make_question(*snapshot, each));
  }
  return answer;
}

}  // namespace bookreco
