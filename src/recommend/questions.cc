#include "recommend/questions.h"

#include <algorithm>
#include <cmath>

#include "recommend/series_rule.h"

namespace bookreco {
namespace {

/// In bits, of a yes or no.
double entropy(double chance) {
  const auto part = [](double p) { return p > 0 ? -p * std::log2(p) : 0; };
  return part(chance) + part(1 - chance);
}

struct Weighed {
  Question about;
  double yes = 0;      ///< the chance of liking it over all groups
  double telling = 0;  ///< bits that its answer says about the group
  double shared = 0;   ///< the most that one chosen question says of the same
};

Weighed weigh_question(const Question& about, std::span<const double> groups) {
  Weighed weighed{about};
  double given = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    weighed.yes += groups[g] * about.liked[g];
    given += groups[g] * entropy(about.liked[g]);
  }
  weighed.telling = about.known * std::max(0.0, entropy(weighed.yes) - given);
  return weighed;
}

/// Bits that two answers share, which are independent of each other given the group.
double shared_bits(const Weighed& a, const Weighed& b, std::span<const double> groups) {
  double both = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    both += groups[g] * a.about.liked[g] * b.about.liked[g];
  }
  double bits = entropy(a.yes) + entropy(b.yes);
  for (const double p : {both, a.yes - both, b.yes - both, 1 - a.yes - b.yes + both}) {
    bits += p > 0 ? p * std::log2(p) : 0;
  }
  return a.about.known * b.about.known * std::max(0.0, bits);
}

}  // namespace

std::vector<std::string_view> Asked::names_of(RowRef ref) const {
  constexpr std::size_t kAuthors = column_of(FacetKind::kAuthor);
  const Attributes& attributes = snapshot_.segment(ref).attributes();
  std::vector<std::string_view> names;
  for (const std::uint32_t author : attributes.values(kAuthors, ref.row)) {
    names.push_back(attributes.key(kAuthors, author));
  }
  if (const auto series = SeriesRule::series_of(snapshot_, ref); !series.empty()) {
    names.push_back(series);
  }
  return names;
}

void Asked::add(RowRef ref) {
  const auto names = names_of(ref);
  names_.insert(names.begin(), names.end());
}

bool Asked::has(RowRef ref) const {
  return std::ranges::any_of(names_of(ref),
                             [this](std::string_view name) { return names_.contains(name); });
}

std::vector<double> given_grades(std::vector<double> groups,
                                 const History& history,
                                 std::span<const double> liked) {
  for (const auto* list : {&history.liked, &history.disliked}) {
    for (const Past& past : *list) {
      double sum = 0;
      for (std::size_t g = 0; g < groups.size(); ++g) {
        groups[g] *= std::pow(past.weight > 0 ? liked[g] : 1 - liked[g], std::abs(past.weight));
        sum += groups[g];
      }
      for (double& group : groups) {
        group /= sum;
      }
      liked = liked.subspan(groups.size());
    }
  }
  return groups;
}

std::vector<Candidate> choose_questions(std::span<const Question> questions,
                                        std::span<const double> groups,
                                        std::size_t k,
                                        Asked& asked) {
  std::vector<Weighed> left;
  for (const Question& question : questions) {
    left.push_back(weigh_question(question, groups));
  }
  std::vector<Candidate> chosen;
  while (chosen.size() < k) {
    std::erase_if(left, [&](const Weighed& one) { return asked.has(one.about.ref); });
    const auto next = std::ranges::max_element(
        left, {}, [](const Weighed& one) { return one.telling - one.shared; });
    if (next == left.end()) {
      break;
    }
    const Weighed taken = *next;
    left.erase(next);
    chosen.push_back({taken.about.ref, std::max(0.0, taken.telling - taken.shared)});
    asked.add(taken.about.ref);
    for (Weighed& other : left) {
      other.shared = std::max(other.shared, shared_bits(taken, other, groups));
    }
  }
  return chosen;
}

}  // namespace bookreco
