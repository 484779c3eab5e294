#include "services/ingest/interaction_loader.h"

#include <algorithm>

namespace bookreco {
namespace {

constexpr std::size_t kBatchInteractions = 10'000;

}  // namespace

InteractionLoader::InteractionLoader(Stores& stores,
                                     const Clock& clock,
                                     std::unordered_map<std::string, std::string> keys,
                                     RejectFile& rejects,
                                     IngestSummary& summary)
    : readers_(stores.readers()),
      matcher_(stores.books()),
      now_(clock.now()),
      keys_(std::move(keys)),
      rejects_(rejects),
      summary_(summary) {}

Status InteractionLoader::reject(const RawInteraction& raw,
                                 std::string field,
                                 std::string value,
                                 std::string reason) {
  ++summary_.interactions_rejected;
  return rejects_.add(
      {raw.file, raw.row, std::move(field), std::move(value), std::move(reason), true});
}

Status InteractionLoader::add(RawInteraction&& raw) {
  BOOKRECO_TRY(const std::string book, find_book(raw));
  auto interaction = read_interaction_row(raw, book.empty() ? "unknown" : book, now_);
  if (!interaction) {
    InteractionIssue& issue = interaction.error();
    return reject(raw, issue.field, issue.value, issue.reason);
  }
  if (book.empty()) {
    const std::string& named = raw.title.empty() ? raw.book_id + raw.book_key : raw.title;
    return reject(raw, "book", named.substr(0, 200), "not in the catalogue");
  }
  if (!seen_.is_first(*interaction)) {
    ++summary_.interactions_known;
    return {};
  }
  batch_.push_back(*std::move(interaction));
  return batch_.size() < kBatchInteractions ? Status() : flush();
}

Status InteractionLoader::flush() {
  BOOKRECO_TRY(const auto outcomes, readers_.record(batch_, OnRepeat::kReplace));
  const auto known = std::ranges::count(outcomes, RecordOutcome::kKnown);
  summary_.interactions += static_cast<std::int64_t>(outcomes.size()) - known;
  summary_.interactions_known += known;
  batch_.clear();
  return {};
}

Result<std::string> InteractionLoader::find_book(const RawInteraction& raw) {
  if (!raw.book_key.empty()) {
    const auto found = keys_.find(raw.book_key);
    return found == keys_.end() ? std::string() : found->second;
  }
  BOOKRECO_TRY(const auto match, matcher_.find(named_book(raw)));
  return match && match->confidence >= kThreshold ? match->book_id : std::string();
}

}  // namespace bookreco
