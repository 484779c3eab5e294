#include <algorithm>
#include <vector>

#include "base/json_writer.h"
#include "services/ingest/ingest.h"

namespace bookreco {
namespace {

constexpr std::size_t kReasonsShown = 12;

}  // namespace

std::string IngestSummary::to_text() const {
  std::string out =
      fmt::format("read {} books: {} loaded, {} updated, {} unchanged, {} merged, {} rejected\n",
                  read,
                  loaded,
                  updated,
                  unchanged,
                  merged,
                  rejected);
  if (interactions_read > 0) {
    out += fmt::format("read {} interactions of readers: {} new, {} known, {} rejected\n",
                       interactions_read,
                       interactions,
                       interactions_known,
                       interactions_rejected);
  }
  if (!reasons.empty()) {
    std::vector<std::pair<std::string, std::int64_t>> sorted(reasons.begin(), reasons.end());
    std::ranges::stable_sort(
        sorted, std::ranges::greater(), &std::pair<std::string, std::int64_t>::second);
    out += fmt::format("not used ({} fields left out of books that were kept):\n", repaired);
    for (std::size_t i = 0; i < std::min(sorted.size(), kReasonsShown); ++i) {
      out += fmt::format("  {:>8}  {}\n", sorted[i].second, sorted[i].first);
    }
    if (sorted.size() > kReasonsShown) {
      out += fmt::format("  {:>8}  other reasons\n", sorted.size() - kReasonsShown);
    }
    out += fmt::format("row by row: {}/rejects.jsonl\n", batch);
  }
  return out;
}

std::string IngestSummary::to_json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .field("batch", batch)
      .field("read", read)
      .field("loaded", loaded)
      .field("updated", updated);
  json.field("unchanged", unchanged)
      .field("merged", merged)
      .field("rejected", rejected)
      .field("repaired", repaired);
  json.field("interactions_read", interactions_read).field("interactions", interactions);
  json.field("interactions_known", interactions_known)
      .field("interactions_rejected", interactions_rejected);
  json.key("lost").begin_array();
  for (const std::string& line : lost) {
    json.value(line);
  }
  json.end_array();
  json.field("seconds", seconds).key("reasons").begin_object();
  for (const auto& [reason, count] : reasons) {
    json.field(reason, count);
  }
  json.end_object().end_object();
  return out;
}

}  // namespace bookreco
