#include "adapters/sql/vector_store.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "adapters/sql/columns.h"
#include "adapters/sql/query.h"

namespace bookreco {
namespace {

static_assert(std::endian::native == std::endian::little);

std::string table_of(std::int64_t space) {
  return fmt::format("vectors_{}", space);
}

Result<std::vector<VectorSpace>> all_spaces(SqlSession& session) {
  std::vector<VectorSpace> spaces;
  BOOKRECO_TRY_VOID(
      session.run("SELECT id, model_version, dimension, active FROM vector_spaces ORDER BY id",
                  {},
                  [&](const SqlRow& row) {
                    spaces.push_back({.id = row.integer(0),
                                      .model_version = std::string(row.text(1)),
                                      .dimension = static_cast<std::uint32_t>(row.integer(2)),
                                      .active = row.integer(3) != 0});
                    return true;
                  }));
  return spaces;
}

Result<VectorSpace> find_space(SqlSession& session, std::int64_t id) {
  BOOKRECO_TRY(const auto spaces, all_spaces(session));
  const auto found = std::ranges::find(spaces, id, &VectorSpace::id);
  if (found == spaces.end()) {
    return fail(Code::kNotFound, "there is no vector space {}", id);
  }
  return *found;
}

Status require_row(const VectorRow& row, const VectorSpace& space) {
  BOOKRECO_TRY_VOID(require_key(row.book_id, "book id", "a vector"));
  if (row.values.size() != space.dimension) {
    return fail(Code::kInvalidArgument,
                "the vector of book {} has {} values; those of space {} have {}",
                row.book_id,
                row.values.size(),
                space.id,
                space.dimension);
  }
  return {};
}

Result<VectorRow> read_row(const SqlRow& row, const VectorSpace& space) {
  VectorRow vector;
  vector.book_id = row.text(0);
  vector.change = row.integer(1);
  const auto bytes = row.blob(2);
  if (bytes.size() != space.dimension * sizeof(float)) {
    return fail(Code::kDataLoss,
                "the stored vector of book {} in space {} is damaged: fit again",
                vector.book_id,
                space.id);
  }
  vector.values.resize(space.dimension);
  std::memcpy(vector.values.data(), bytes.data(), bytes.size());
  BOOKRECO_TRY_VOID(read_list(row.text(3), vector.terms));
  return vector;
}

}  // namespace

Result<VectorSpace> SqlVectorStore::create_space(const std::string& model_version,
                                                 std::uint32_t dimension) {
  BOOKRECO_TRY_VOID(require_key(model_version, "model version", "a vector space"));
  if (dimension == 0) {
    return fail(Code::kInvalidArgument, "a vector space needs a dimension of at least 1");
  }
  return write_value<VectorSpace>(
      database_, [&](SqlSession& session, VectorSpace& space) -> Status {
        space.model_version = model_version;
        space.dimension = dimension;
        BOOKRECO_TRY(space.id,
                     one_integer(session,
                                 "INSERT INTO vector_spaces (model_version, dimension, active) "
                                 "VALUES ($1, $2, 0) RETURNING id",
                                 {model_version, std::int64_t{dimension}}));
        return session.create_vector_table(table_of(space.id), dimension);
      });
}

Result<std::vector<VectorSpace>> SqlVectorStore::spaces() {
  using Spaces = std::vector<VectorSpace>;
  return read_value<Spaces>(database_, [](SqlSession& session, Spaces& spaces) -> Status {
    BOOKRECO_TRY(spaces, all_spaces(session));
    return {};
  });
}

Status SqlVectorStore::activate(std::int64_t space) {
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY_VOID(find_space(session, space));
    BOOKRECO_TRY_VOID(execute(session, "UPDATE vector_spaces SET active = 0 WHERE active = 1"));
    return execute(session, "UPDATE vector_spaces SET active = 1 WHERE id = $1", {space});
  });
}

Status SqlVectorStore::drop_space(std::int64_t space) {
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const VectorSpace found, find_space(session, space));
    if (found.active) {
      return fail(Code::kFailedPrecondition,
                  "vector space {} is the active one: activate another before it is dropped",
                  space);
    }
    BOOKRECO_TRY_VOID(execute(session, "DROP TABLE " + table_of(space)));
    return execute(session, "DELETE FROM vector_spaces WHERE id = $1", {space});
  });
}

Status SqlVectorStore::put(std::int64_t space, std::span<const VectorRow> rows) {
  const std::string sql = fmt::format(
      "INSERT INTO {} (book_id, change, vector, terms) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (book_id) DO UPDATE SET change = excluded.change, vector = excluded.vector,"
      " terms = excluded.terms",
      table_of(space));
  return database_.write([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const VectorSpace found, find_space(session, space));
    for (const VectorRow& row : rows) {
      BOOKRECO_TRY_VOID(require_row(row, found));
      const std::string terms = row.terms.empty() ? std::string() : list_column(row.terms);
      BOOKRECO_TRY_VOID(
          execute(session,
                  sql,
                  {row.book_id, row.change, std::as_bytes(std::span(row.values)), or_null(terms)}));
    }
    return {};
  });
}

Status SqlVectorStore::scan(std::int64_t space,
                            std::int64_t after,
                            const std::function<bool(VectorRow&&)>& visit) {
  const std::string sql = fmt::format(
      "SELECT book_id, change, vector, terms FROM {} WHERE change > $1 ORDER BY change, number",
      table_of(space));
  return database_.read([&](SqlSession& session) -> Status {
    BOOKRECO_TRY(const VectorSpace found, find_space(session, space));
    return for_each_row(
        session, sql, {after}, [&](const SqlRow& row) { return read_row(row, found); }, visit);
  });
}

Result<std::vector<std::optional<VectorRow>>> SqlVectorStore::get(
    std::int64_t space, std::span<const std::string> book_ids) {
  using Rows = std::vector<std::optional<VectorRow>>;
  const std::string sql = fmt::format(
      "SELECT book_id, change, vector, terms FROM {} WHERE book_id = $1", table_of(space));
  return read_value<Rows>(database_, [&](SqlSession& session, Rows& rows) -> Status {
    BOOKRECO_TRY(const VectorSpace found, find_space(session, space));
    rows.resize(book_ids.size());
    for (std::size_t i = 0; i < book_ids.size(); ++i) {
      BOOKRECO_TRY_VOID(for_each_row(
          session,
          sql,
          {book_ids[i]},
          [&](const SqlRow& row) { return read_row(row, found); },
          [&](VectorRow&& row) {
            rows[i] = std::move(row);
            return true;
          }));
    }
    return {};
  });
}

Result<std::int64_t> SqlVectorStore::count(std::int64_t space) {
  return number_of(space, "count(*)");
}

Result<std::int64_t> SqlVectorStore::last_change(std::int64_t space) {
  return number_of(space, "coalesce(max(change), 0)");
}

Result<std::int64_t> SqlVectorStore::number_of(std::int64_t space, std::string_view expression) {
  const std::string sql = fmt::format("SELECT {} FROM {}", expression, table_of(space));
  return read_value<std::int64_t>(database_,
                                  [&](SqlSession& session, std::int64_t& number) -> Status {
                                    BOOKRECO_TRY_VOID(find_space(session, space));
                                    BOOKRECO_TRY(number, one_integer(session, sql));
                                    return {};
                                  });
}

}  // namespace bookreco
