#include "recommend/tastes.h"

#include <algorithm>
#include <cmath>

#include "kernels/linear.h"
#include "recommend/candidates.h"

namespace bookreco {
namespace {

constexpr std::size_t kWorksOfGroup = 20;  ///< that the made-up reader of a group has read
/// Cosines to the centres of clusters differ by about a half: a book of the cluster is then some
/// eight times as likely in it as in another.
constexpr double kSharpness = 4;
constexpr double kLeastChance = 0.05;

}  // namespace

Tastes::Tastes(const Snapshot& snapshot) : snapshot_(snapshot) {
  groups_.resize(snapshot.base->clusters().count());
  for (std::uint32_t cluster = 0; cluster < groups_.size(); ++cluster) {
    groups_[cluster].cluster = cluster;
  }
  if (snapshot.readers) {
    from_readers();
  } else {
    from_books();
  }
  keep_largest();
}

void Tastes::from_readers() {
  const Readers& readers = *snapshot_.readers;
  const Clusters& clusters = snapshot_.base->clusters();
  for (std::uint32_t item = 0; item < readers.model.items(); ++item) {
    const auto rows = snapshot_.base->editions(readers.model.work(item));
    const std::uint32_t cluster = rows.empty() ? kNoCluster : clusters.cluster(rows.front());
    if (cluster != kNoCluster) {
      groups_[cluster].works.push_back(item);
      groups_[cluster].share += readers.model.readers(item);
    }
  }
  for (Group& group : groups_) {
    const std::size_t kept = std::min(group.works.size(), kWorksOfGroup);
    std::ranges::stable_sort(group.works, std::greater<>(), [&](std::uint32_t item) {
      return readers.model.readers(item);
    });
    group.works.resize(kept);
    std::ranges::sort(group.works);
  }
}

void Tastes::from_books() {
  for (Group& group : groups_) {
    const Clusters& clusters = snapshot_.base->clusters();
    group.share = static_cast<double>(clusters.rows_of(group.cluster).size());
  }
}

void Tastes::keep_largest() {
  std::erase_if(groups_, [](const Group& group) { return group.share == 0; });
  std::ranges::stable_sort(groups_, std::greater<>(), &Group::share);
  groups_.resize(std::min(groups_.size(), kMaxTastes));
  double sum = 0;
  for (const Group& group : groups_) {
    sum += group.share;
  }
  for (Group& group : groups_) {
    group.share /= sum;
  }
}

std::vector<double> Tastes::shares() const {
  std::vector<double> shares;
  for (const Group& group : groups_) {
    shares.push_back(group.share);
  }
  return shares;
}

std::vector<double> Tastes::told_by_readers(const Group& group,
                                            std::span<const RowRef> books) const {
  const ReaderModel& model = snapshot_.readers->model;
  std::vector<HistoryItem> history;
  for (const std::uint32_t item : group.works) {
    history.push_back({item, 1});
  }
  std::vector<float> scores(model.items());
  model.model().score(history, scores);
  double sum = 0;
  for (const float score : scores) {
    sum += std::max(0.0F, score);
  }
  std::vector<double> told;
  for (const RowRef ref : books) {
    const auto item = model.item(snapshot_.segment(ref).work_key(ref.row));
    told.push_back(!item || sum == 0 ? -1
                                     : std::max(0.0, static_cast<double>(scores[*item]) / sum));
  }
  return told;
}

std::vector<double> Tastes::told_by_content(const Group& group,
                                            std::span<const RowRef> books) const {
  const auto centre = snapshot_.base->clusters().centre(group.cluster);
  std::vector<double> told;
  for (const RowRef ref : books) {
    told.push_back(
        std::exp(kSharpness * static_cast<double>(dot(vector_of(snapshot_, ref), centre))));
  }
  return told;
}

std::vector<double> Tastes::liked(std::span<const RowRef> books) const {
  std::vector<double> table(books.size() * count());
  for (std::size_t g = 0; g < count(); ++g) {
    std::vector<double> told = told_by_content(groups_[g], books);
    if (snapshot_.readers) {
      const std::vector<double> said = told_by_readers(groups_[g], books);
      for (std::size_t i = 0; i < books.size(); ++i) {
        told[i] = said[i] < 0 ? told[i] : said[i];
      }
    }
    for (std::size_t i = 0; i < books.size(); ++i) {
      table[i * count() + g] = told[i];
    }
  }
  for (std::size_t i = 0; i < books.size(); ++i) {
    const std::span<double> row = std::span(table).subspan(i * count(), count());
    double mean = 0;
    for (std::size_t g = 0; g < count(); ++g) {
      mean += groups_[g].share * row[g];
    }
    for (double& chance : row) {
      const double lift = mean > 0 ? chance / mean : 1;
      chance = std::clamp(lift / (1 + lift), kLeastChance, 1 - kLeastChance);
    }
  }
  return table;
}

}  // namespace bookreco
