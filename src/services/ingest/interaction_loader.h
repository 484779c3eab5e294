#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "ports/stores.h"
#include "services/ingest/batch.h"

namespace bookreco {

/// Finds the book of each raw interaction and records them in batches. One thread.
class InteractionLoader {
 public:
  InteractionLoader(Stores& stores,
                    const Clock& clock,
                    std::unordered_map<std::string, std::string> keys,
                    RejectFile& rejects,
                    IngestSummary& summary);

  Status add(RawInteraction&& raw);
  Status flush();

 private:
  /// The book's id, or nullopt when the catalogue has none such.
  Result<std::optional<std::string>> find_book(const RawInteraction& raw);
  Result<std::optional<std::string>> find_by_id(const std::string& id);
  Result<std::optional<std::string>> find_by_title(const std::string& title,
                                                   const std::string& author);
  Status reject(const RawInteraction& raw,
                std::string field,
                std::string value,
                std::string reason);

  Stores& stores_;
  const Clock& clock_;
  const std::unordered_map<std::string, std::string> keys_;
  RejectFile& rejects_;
  IngestSummary& summary_;
  std::unordered_map<std::string, std::optional<std::string>> found_;
  std::vector<Interaction> batch_;
};

}  // namespace bookreco
