#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

#include "base/threads.h"
#include "ml/collaborative/hybrid.h"
#include "ml/collaborative/score_scale.h"

namespace bookreco {
namespace {

constexpr std::size_t kMostReaders = 5'000;
constexpr std::size_t kProposed = 100;  // by each part
// And by each part of each group of books, or weights learnt on what is proposed would lift what is
// not: books that no part ranks high without them.
constexpr std::size_t kProposedOfGroup = 10;
constexpr std::size_t kReadersPerTask = 32;

using Parts = std::span<const CollaborativeModel* const>;

/// The items, and those of each reader group.
struct Shelf {
  std::span<const std::uint32_t> readers;  ///< by item
  std::array<std::vector<std::uint32_t>, HybridWeights::kReaderGroups> groups;

  explicit Shelf(std::span<const std::uint32_t> of) : readers(of) {
    for (std::uint32_t item = 0; item < of.size(); ++item) {
      groups[HybridWeights::reader_group(of[item])].push_back(item);
    }
  }
};

void propose_of_group(std::span<const float> scores,
                      std::span<const std::uint32_t> group,
                      std::span<const std::uint32_t> known,
                      std::vector<std::uint32_t>& candidates) {
  std::vector<float> own(group.size());
  std::ranges::transform(group, own.begin(), [&](std::uint32_t item) { return scores[item]; });
  for (const ScoredItem& best : top_items(own, kProposedOfGroup)) {
    const std::uint32_t item = group[best.item];
    if (best.score > 0 && !std::ranges::binary_search(known, item)) {
      candidates.push_back(item);
    }
  }
}

/// What the parts propose for one history.
HybridCase propose(Parts parts,
                   const Shelf& shelf,
                   const HeldOutReader& reader,
                   ItemHistory history) {
  HybridCase out;
  out.history_group = HybridWeights::history_group(history.size());
  std::vector<std::uint32_t> known;
  for (const HistoryItem& entry : history) {
    known.push_back(entry.item);
  }
  std::ranges::sort(known);
  std::vector<std::uint32_t> candidates;
  std::vector<std::vector<float>> scores(parts.size(), std::vector<float>(shelf.readers.size()));
  std::vector<float> scales;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    parts[p]->score(history, scores[p]);
    scales.push_back(inverse_deviation(scores[p]));
    for (const ScoredItem& best : top_items(scores[p], kProposed, known)) {
      candidates.push_back(best.item);
    }
    for (const auto& group : shelf.groups) {
      propose_of_group(scores[p], group, known, candidates);
    }
  }
  std::ranges::sort(candidates);
  candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
  out.targets = reader.targets.size();
  for (const std::uint32_t item : candidates) {
    for (std::size_t p = 0; p < parts.size(); ++p) {
      out.scores.push_back(damped(scales[p] * scores[p][item]));
    }
    out.groups.push_back(
        static_cast<std::uint8_t>(HybridWeights::reader_group(shelf.readers[item])));
    out.wanted.push_back(std::ranges::find(reader.targets, item) != reader.targets.end() ? 1 : 0);
  }
  return out;
}

std::vector<HybridCase> propose_all(Parts parts,
                                    std::span<const std::uint32_t> readers,
                                    std::span<const HeldOutReader> held_out,
                                    const FitContext& context) {
  const Shelf shelf(readers);
  const std::size_t taken = std::min(held_out.size(), kMostReaders);
  constexpr std::size_t kEach = 1 + std::size(kHistoryCuts);
  std::vector<HybridCase> cases(kEach * taken);
  parallel_blocks(taken, kReadersPerTask, context.threads, [&](Range range, std::size_t) {
    for (std::size_t i = range.begin; i < range.end && !context.stop(); ++i) {
      const HeldOutReader& reader = held_out[i * held_out.size() / taken];
      const ItemHistory whole = reader.history;
      const std::span<HybridCase> own = std::span(cases).subspan(kEach * i, kEach);
      own[0] = propose(parts, shelf, reader, whole);
      for (std::size_t cut = 0; cut < kEach - 1 && kHistoryCuts[cut] < whole.size(); ++cut) {
        own[1 + cut] = propose(parts, shelf, reader, whole.first(kHistoryCuts[cut]));
      }
      for (HybridCase& one : own) {
        one.learnt_on = i % 2 == 0;
      }
    }
  });
  return cases;
}

}  // namespace

Result<HybridFit> learn_hybrid(std::span<const CollaborativeModel* const> parts,
                               std::span<const std::uint32_t> readers,
                               std::span<const HeldOutReader> held_out,
                               const FitContext& context) {
  const bool alike = std::ranges::all_of(
      parts, [&](const CollaborativeModel* part) { return part->items() == readers.size(); });
  if (parts.empty() || !alike) {
    return fail(Code::kInvalidArgument, "a hybrid is learnt from models of the same books");
  }
  const std::vector<HybridCase> cases = propose_all(parts, readers, held_out, context);
  if (context.stop()) {
    return fail(Code::kCancelled, "the fit was cancelled");
  }
  std::vector<std::uint8_t> knows_cold;
  for (const CollaborativeModel* part : parts) {
    knows_cold.push_back(part->info().space.empty() ? 0 : 1);
  }
  return learn_weights(cases, knows_cold, context.threads);
}

}  // namespace bookreco
