#include "ml/cluster_names.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "domain/fold.h"
#include "ml/string_table.h"

namespace bookreco {
namespace {

constexpr std::size_t kTerms = 2;
constexpr std::size_t kTermsWithoutLabel = 3;
constexpr double kLabelShare = 0.5;  // of the cluster, at least
constexpr double kLabelLift = 1.25;  // over the share of all rows, at least
constexpr double kTermShare =
    0.03;  // of the cluster, at least: rarer terms are one author's or one book's

/// How many rows of each cluster use each string.
struct Counts {
  StringTable strings;
  std::vector<double> totals;
  std::vector<std::unordered_map<std::uint32_t, std::uint32_t>> by_cluster;

  void add(std::size_t cluster, std::string_view text) {
    const std::uint32_t id = strings.insert(text);
    totals.resize(strings.size(), 0.0);
    totals[id] += 1;
    ++by_cluster[cluster][id];
  }
};

struct Scored {
  double score = 0;
  std::string_view text;
};

bool better(const Scored& a, const Scored& b) {
  return a.score != b.score ? a.score > b.score : a.text < b.text;
}

std::string best_label(const Counts& labels, std::size_t cluster, double size, double rows) {
  Scored best;
  for (const auto& [id, count] : labels.by_cluster[cluster]) {
    const double share = count / size;
    const double lift = share / (labels.totals[id] / rows);
    if (share >= kLabelShare && lift >= kLabelLift) {
      const Scored scored{share * std::log(lift), labels.strings.at(id)};
      best = best.text.empty() || better(scored, best) ? scored : best;
    }
  }
  return std::string(best.text);
}

bool is_number(std::string_view text) {
  return text.find_first_not_of("0123456789 .,") == std::string_view::npos;
}

/// Terms by c-TF-IDF: count in the cluster × ln(1 + terms per cluster / count in all).
std::vector<std::string_view> best_terms(const Counts& terms,
                                         std::size_t cluster,
                                         double size,
                                         double per_cluster) {
  std::vector<Scored> scored;
  for (const auto& [id, count] : terms.by_cluster[cluster]) {
    if (count >= kTermShare * size && !is_number(terms.strings.at(id))) {
      scored.push_back(
          {count * std::log(1 + per_cluster / terms.totals[id]), terms.strings.at(id)});
    }
  }
  std::ranges::sort(scored, better);
  std::vector<std::string_view> out;
  for (const Scored& each : scored) {
    out.push_back(each.text);
  }
  return out;
}

/// True when the words of one are all in the other: "Montagne" beside "Récits de montagne" says
/// nothing.
bool says_the_same(std::string_view a, std::string_view b) {
  const std::string left = " " + fold(a) + " ";
  const std::string right = " " + fold(b) + " ";
  return left.contains(right) || right.contains(left);
}

/// The name with `count` terms, or as many as there are.
std::string compose(const std::string& label,
                    const std::vector<std::string_view>& terms,
                    std::size_t count) {
  std::vector<std::string_view> used;
  for (const std::string_view term : terms) {
    if (used.size() == count) {
      break;
    }
    const bool known = (!label.empty() && says_the_same(term, label)) ||
                       std::ranges::any_of(used, [&](std::string_view other) {
                         return says_the_same(term, other);
                       });
    if (!known) {
      used.push_back(term);
    }
  }
  const std::string list = fmt::format("{}", fmt::join(used, ", "));
  return label.empty() || list.empty() ? label + list : label + " · " + list;
}

}  // namespace

std::vector<std::string> cluster_names(std::span<const std::uint32_t> assignment,
                                       std::size_t clusters,
                                       const std::function<void(std::size_t, RowText&)>& text) {
  Counts terms;
  Counts labels;
  terms.by_cluster.resize(clusters);
  labels.by_cluster.resize(clusters);
  std::vector<double> sizes(clusters, 0.0);
  double uses = 0;
  RowText row;
  for (std::size_t i = 0; i < assignment.size(); ++i) {
    row.terms.clear();
    row.labels.clear();
    text(i, row);
    sizes[assignment[i]] += 1;
    for (const std::string_view term : row.terms) {
      terms.add(assignment[i], term);
      uses += 1;
    }
    for (const std::string_view label : row.labels) {
      labels.add(assignment[i], label);
    }
  }
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::size_t c = 0; c < clusters; ++c) {
    const std::string label =
        best_label(labels, c, sizes[c], static_cast<double>(assignment.size()));
    const auto ranked = best_terms(terms, c, sizes[c], uses / static_cast<double>(clusters));
    std::size_t count = label.empty() ? kTermsWithoutLabel : kTerms;
    std::string name = compose(label, ranked, count);
    while (taken.contains(name) && count < ranked.size()) {
      name = compose(label, ranked, ++count);
    }
    if (name.empty() || taken.contains(name)) {
      name = fmt::format("{}{}#{}", name, name.empty() ? "" : " ", c);
    }
    taken.insert(name);
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace bookreco
