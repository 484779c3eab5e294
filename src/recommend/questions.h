#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "recommend/candidates.h"
#include "recommend/history.h"

namespace bookreco {

/// A book that may be asked about.
struct Question {
  RowRef ref;
  double known = 1;               ///< the chance that a newcomer knows it
  std::span<const double> liked;  ///< by group of taste, the chance of liking it when it is known
};

/// Whose books are not to be asked about (again): authors and series. Views point into the
/// snapshot.
class Asked {
 public:
  explicit Asked(const Snapshot& snapshot) : snapshot_(snapshot) {}

  void add(RowRef ref);
  bool has(RowRef ref) const;

 private:
  std::vector<std::string_view> names_of(RowRef ref) const;

  const Snapshot& snapshot_;
  std::unordered_set<std::string_view> names_;
};

/// The chances of the groups once the grades of the history are known, by Bayes' rule with the
/// weight of each grade as exponent. `liked` has a row of groups.size() values, each within (0, 1),
/// per book of History::refs().
std::vector<double> given_grades(std::vector<double> groups,
                                 const History& history,
                                 std::span<const double> liked);

/// Chooses up to k of the questions, one after the other, by the bits that the answer is expected
/// to tell of the group beyond what one of those chosen tells (recommend/onboarding.h); these are
/// the scores. Adds them to `asked`. Equals come in their order.
std::vector<Candidate> choose_questions(std::span<const Question> questions,
                                        std::span<const double> groups,
                                        std::size_t k,
                                        Asked& asked);

}  // namespace bookreco
