#include "recommend/onboarding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_set>

#include "recommend/also_loved.h"
#include "recommend/history.h"
#include "recommend/rotation.h"
#include "recommend/series_rule.h"
#include "recommend/tastes.h"
#include "recommend/tour.h"

namespace bookreco {
namespace {

constexpr std::size_t kCandidates = 400;

/// In bits, of a yes or no.
double entropy(double chance) {
  const auto part = [](double p) { return p > 0 ? -p * std::log2(p) : 0; };
  return part(chance) + part(1 - chance);
}

/// Whose books are not to be asked about (again).
class Asked {
 public:
  explicit Asked(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void add(RowRef ref) {
    for_each_name(ref, [this](std::string_view name) { names_.insert(name); });
  }
  bool has(RowRef ref) const {
    bool found = false;
    for_each_name(ref, [&](std::string_view name) { found = found || names_.contains(name); });
    return found;
  }

 private:
  template <class Visit>
  void for_each_name(RowRef ref, const Visit& visit) const {
    const Attributes& attributes = snapshot_.segment(ref).attributes();
    for (const std::uint32_t author : attributes.values(kAuthors, ref.row)) {
      visit(attributes.key(kAuthors, author));
    }
    if (const auto series = SeriesRule::series_of(snapshot_, ref); !series.empty()) {
      visit(series);
    }
  }

  static constexpr std::size_t kAuthors = column_of(FacetKind::kAuthor);
  const Snapshot& snapshot_;
  std::unordered_set<std::string_view> names_;
};

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

/// One book that may be asked about.
struct Question {
  RowRef ref;
  double known = 1;               ///< the chance that a newcomer knows it
  std::span<const double> liked;  ///< per group, given that it is known
  double yes = 0;                 ///< the chance of it over all groups
  double telling = 0;             ///< bits that its answer says about the group
  double shared = 0;              ///< of those, what a chosen question says already
};

/// Bits that two answers share: independent of each other given the group.
double shared_bits(const Question& a, const Question& b, std::span<const double> groups) {
  double both = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    both += groups[g] * a.liked[g] * b.liked[g];
  }
  const double joint[] = {both, a.yes - both, b.yes - both, 1 - a.yes - b.yes + both};
  double bits = entropy(a.yes) + entropy(b.yes);
  for (const double p : joint) {
    bits += p > 0 ? p * std::log2(p) : 0;
  }
  return a.known * b.known * std::max(0.0, bits);
}

/// The chances of the groups once the grades are known; `liked` has a row per book of the history.
std::vector<double> given_grades(std::vector<double> groups,
                                 const History& history,
                                 std::span<const double> liked) {
  std::size_t row = 0;
  for (const auto* list : {&history.liked, &history.disliked}) {
    for (const Past& past : *list) {
      double sum = 0;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        const double chance = liked[row * groups.size() + g];
        groups[g] *= std::pow(past.weight > 0 ? chance : 1 - chance, std::abs(past.weight));
        sum += groups[g];
      }
      for (double& group : groups) {
        group /= sum;
      }
      ++row;
    }
  }
  return groups;
}

std::vector<Question> questions_about(const Snapshot& snapshot,
                                      std::span<const RowRef> books,
                                      std::span<const double> liked,
                                      std::span<const double> groups) {
  double most = 1;
  for (const RowRef ref : books) {
    most = std::max(most, static_cast<double>(readers_of(snapshot, ref)));
  }
  std::vector<Question> questions;
  for (std::size_t i = 0; i < books.size(); ++i) {
    Question one{books[i], 1, liked.subspan(i * groups.size(), groups.size())};
    one.known = snapshot.readers ? static_cast<double>(readers_of(snapshot, books[i])) / most : 1;
    double given = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      one.yes += groups[g] * one.liked[g];
      given += groups[g] * entropy(one.liked[g]);
    }
    one.telling = one.known * std::max(0.0, entropy(one.yes) - given);
    questions.push_back(one);
  }
  return questions;
}

/// Chooses k of the questions, one after the other. Equals stay in their order.
std::vector<Candidate> choose(std::vector<Question> left,
                              std::span<const double> groups,
                              std::size_t k,
                              Asked& asked) {
  std::vector<Candidate> chosen;
  while (chosen.size() < k) {
    std::erase_if(left, [&](const Question& one) { return asked.has(one.ref); });
    const auto next = std::ranges::max_element(
        left, {}, [](const Question& one) { return one.telling - one.shared; });
    if (next == left.end()) {
      break;
    }
    const Question taken = *next;
    chosen.push_back({taken.ref, std::max(0.0, taken.telling - taken.shared)});
    asked.add(taken.ref);
    for (Question& other : left) {
      other.shared = std::max(other.shared, shared_bits(taken, other, groups));
    }
    left.erase(next);
  }
  return chosen;
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
  for (const Candidate& each : choose(questions_about(*snapshot, books, liked, groups),
                                      groups,
                                      static_cast<std::size_t>(request.k),
                                      asked)) {
    answer.hits.push_back(make_question(*snapshot, each));
  }
  return answer;
}

}  // namespace bookreco
