#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "ports/stores.h"
#include "services/ingest/batch.h"
#include "services/ingest/book_matcher.h"
#include "services/ingest/reader_rows.h"

namespace bookreco {

/// Finds the book of each raw interaction of a batch and records them by the thousand. One thread.
class InteractionLoader {
 public:
  /// Least confidence of a match that is taken when nobody says another.
  static constexpr double kThreshold = 0.75;

  /// `keys` are the ids of the batch's own books by the keys of their sources.
  InteractionLoader(Stores& stores,
                    const Clock& clock,
                    std::unordered_map<std::string, std::string> keys,
                    RejectFile& rejects,
                    IngestSummary& summary);

  Status add(RawInteraction&& raw);
  Status flush();

 private:
  /// The book's id, or empty when the catalogue has none that is near enough.
  Result<std::string> find_book(const RawInteraction& raw);
  Status reject(const RawInteraction& raw,
                std::string field,
                std::string value,
                std::string reason);

  ReaderStore& readers_;
  BookMatcher matcher_;
  const Timestamp now_;
  const std::unordered_map<std::string, std::string> keys_;
  RejectFile& rejects_;
  IngestSummary& summary_;
  SeenRows seen_;
  std::vector<Interaction> batch_;
};

}  // namespace bookreco
