#include "services/ingest/reader_rows.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "domain/timestamp.h"

namespace bookreco {
namespace {

using Read = std::expected<Interaction, InteractionIssue>;

constexpr std::size_t kShown = 200;

InteractionIssue issue(std::string field, std::string_view value, std::string reason) {
  return {std::move(field), to_valid_utf8(value.substr(0, kShown)), std::move(reason)};
}

std::string key_of(const RawInteraction& raw, const Interaction& interaction) {
  if (!raw.key.empty() || kind_group(interaction.kind) == KindGroup::kEvent) {
    return raw.key;
  }
  std::string key = fmt::format("{}\n{}\n{}",
                                interaction.source,
                                raw.book_key.empty() ? interaction.book_id : raw.book_key,
                                static_cast<int>(kind_group(interaction.kind)));
  if (!raw.state && interaction.at != kUnknownTime) {
    key += fmt::format("\n{}", interaction.at.time_since_epoch().count());
  }
  return hash128_hex(key);
}

}  // namespace

Read read_interaction_row(const RawInteraction& raw, const std::string& book_id, Timestamp now) {
  const auto kind = parse_kind(raw.kind);
  if (!kind) {
    return std::unexpected(issue("kind", raw.kind, "is not one of " + kind_names()));
  }
  Interaction interaction{raw.reader, book_id, *kind, raw.value, kUnknownTime, raw.source, ""};
  if (!raw.at.empty()) {
    const auto at = parse_timestamp(raw.at);
    if (!at) {
      return std::unexpected(issue("at", raw.at, "is not a date or an ISO 8601 time"));
    }
    interaction.at = *at;
  }
  interaction.idempotency_key = key_of(raw, interaction);  // of the time as it was told
  if (auto wrong = admit(interaction, now)) {
    return std::unexpected(*std::move(wrong));
  }
  return interaction;
}

bool SeenRows::is_first(const Interaction& interaction) {
  return interaction.idempotency_key.empty() ||
         keys_.insert(hash64(interaction.idempotency_key, hash64(interaction.reader_id))).second;
}

NamedBook named_book(const RawInteraction& raw) {
  return {raw.book_id, raw.title, raw.author};
}

NamedBook named_book(const RawBook& book) {
  NamedBook named{"", book.title, book.authors.empty() ? "" : book.authors.front()};
  for (const auto& [name, value] : book.facts) {
    if (name == "isbn13" && !value.empty()) {
      named.id = value;
    }
  }
  return named;
}

}  // namespace bookreco
