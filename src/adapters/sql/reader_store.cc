#include "adapters/sql/reader_store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>

#include "adapters/sql/columns.h"
#include "adapters/sql/outbox.h"
#include "adapters/sql/query.h"
#include "base/hash.h"
#include "base/json_writer.h"

namespace bookreco {
namespace {

using Digest = std::array<std::byte, 16>;

/// What makes two records the same. NUL separates: no field holds one. Frozen: the database holds
/// its digests.
void identity_of(const Interaction& interaction, std::string& out) {
  out.clear();
  if (!interaction.idempotency_key.empty()) {
    out = "key";
    out += '\0';
    out += interaction.idempotency_key;
    return;
  }
  out += interaction.reader_id;
  out += '\0';
  out += interaction.book_id;
  out += '\0';
  out += kind_name(interaction.kind);
  out += '\0';
  out += std::to_string(time_column(interaction.at));
  out += '\0';
  if (interaction.value) {
    std::array<char, 32> digits;
    out.append(digits.data(),
               std::to_chars(digits.data(), digits.data() + digits.size(), *interaction.value).ptr);
  }
  out += '\0';
  out += interaction.source;
}

Digest digest_of(const std::string& identity) {
  const std::string digits = hash128_hex(identity);
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    unsigned char byte = 0;
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, byte, 16);
    digest[i] = std::byte{byte};
  }
  return digest;
}

Status require(const Interaction& interaction) {
  BOOKRECO_TRY_VOID(require_key(interaction.reader_id, "reader id", "an interaction"));
  BOOKRECO_TRY_VOID(require_key(interaction.book_id, "book id", "an interaction"));
  BOOKRECO_TRY_VOID(require_storable(interaction.source, "source", "interaction from"));
  return require_storable(interaction.idempotency_key, "idempotency key", "interaction");
}

/// Rows of readers, looked up once per batch.
class ReaderNumbers {
 public:
  explicit ReaderNumbers(SqlSession& session) : session_(session) {}

  Result<std::int64_t> of(const std::string& id) {
    const auto [found, fresh] = numbers_.try_emplace(id, 0);
    if (fresh) {
      BOOKRECO_TRY(found->second,
                   one_integer(session_, "SELECT number FROM readers WHERE id = $1", {id}));
    }
    if (found->second == 0) {
      BOOKRECO_TRY(
          found->second,
          one_integer(session_, "INSERT INTO readers (id) VALUES ($1) RETURNING number", {id}));
    }
    return found->second;
  }

 private:
  SqlSession& session_;
  std::unordered_map<std::string_view, std::int64_t> numbers_;
};

Result<std::int64_t> insert(SqlSession& session,
                            ReaderNumbers& readers,
                            const Interaction& interaction,
                            std::string& identity) {
  identity_of(interaction, identity);
  const Digest digest = digest_of(identity);
  BOOKRECO_TRY(const std::int64_t reader, readers.of(interaction.reader_id));
  return session.run(
      "INSERT INTO interactions (reader, book_id, kind, value, at, source, idempotency_key, digest)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO NOTHING",
      {reader,
       interaction.book_id,
       kind_name(interaction.kind),
       or_null(interaction.value),
       time_column(interaction.at),
       or_null(interaction.source),
       or_null(interaction.idempotency_key),
       std::span<const std::byte>(digest)});
}

/// All but the reader, whom the caller knows.
Result<Interaction> read_interaction(const SqlRow& row) {
  const auto kind = parse_kind(row.text(1));
  if (!kind) {
    return fail(
        Code::kDataLoss, "an interaction of the unknown kind \"{}\" is stored", row.text(1));
  }
  Interaction interaction;
  interaction.book_id = row.text(0);
  interaction.kind = *kind;
  interaction.value = row.is_null(2) ? std::nullopt : std::optional(row.real(2));
  interaction.at = read_time(row.integer(3));
  interaction.source = row.text(4);
  interaction.idempotency_key = row.text(5);
  return interaction;
}

}  // namespace

Result<std::int64_t> SqlReaderStore::record(std::span<const Interaction> interactions) {
  for (const Interaction& interaction : interactions) {
    BOOKRECO_TRY_VOID(require(interaction));
  }
  return write_value<std::int64_t>(
      database_, [&](SqlSession& session, std::int64_t& added) -> Status {
        ReaderNumbers readers(session);
        std::string identity;
        for (const Interaction& interaction : interactions) {
          BOOKRECO_TRY(const std::int64_t rows, insert(session, readers, interaction, identity));
          added += rows;
        }
        if (added == 0) {
          return {};
        }
        std::string data;
        JsonWriter(data).begin_object().field("count", added).end_object();
        return append_event(session, clock_, "interaction.recorded", "", data);
      });
}

Result<std::vector<Interaction>> SqlReaderStore::history(std::string_view reader_id,
                                                         std::int64_t limit) {
  using History = std::vector<Interaction>;
  return read_value<History>(database_, [&](SqlSession& session, History& history) {
    return for_each_row(session,
                        "SELECT book_id, kind, value, at, source, idempotency_key FROM interactions"
                        " WHERE reader = (SELECT number FROM readers WHERE id = $1)"
                        " ORDER BY at DESC, number DESC LIMIT $2",
                        {reader_id, std::max<std::int64_t>(limit, 0)},
                        read_interaction,
                        [&](Interaction&& interaction) {
                          interaction.reader_id = reader_id;
                          history.push_back(std::move(interaction));
                          return true;
                        });
  });
}

Result<ReaderSummary> SqlReaderStore::summary() {
  return read_value<ReaderSummary>(
      database_, [](SqlSession& session, ReaderSummary& summary) -> Status {
        BOOKRECO_TRY(summary.readers, one_integer(session, "SELECT count(*) FROM readers"));
        BOOKRECO_TRY(summary.interactions,
                     one_integer(session, "SELECT count(*) FROM interactions"));
        return {};
      });
}

}  // namespace bookreco
