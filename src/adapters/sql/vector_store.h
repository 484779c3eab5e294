#pragma once

#include "adapters/sql/session.h"
#include "ports/stores.h"

namespace bookreco {

/// Space N is the table vectors_N; a vector is its fp32 values in little-endian order (frozen).
class SqlVectorStore final : public VectorStore {
 public:
  explicit SqlVectorStore(SqlDatabase& database) : database_(database) {}

  Result<VectorSpace> create_space(const std::string& model_version,
                                   std::uint32_t dimension) override;
  Result<std::vector<VectorSpace>> spaces() override;
  Status activate(std::int64_t space) override;
  Status drop_space(std::int64_t space) override;
  Status put(std::int64_t space, std::span<const VectorRow> rows) override;
  Status scan(std::int64_t space,
              std::int64_t after,
              const std::function<bool(VectorRow&&)>& visit) override;
  Result<std::vector<std::optional<VectorRow>>> get(std::int64_t space,
                                                    std::span<const std::string> book_ids) override;
  Result<std::int64_t> count(std::int64_t space) override;
  Result<std::int64_t> last_change(std::int64_t space) override;

 private:
  Result<std::int64_t> number_of(std::int64_t space, std::string_view expression);

  SqlDatabase& database_;
};

}  // namespace bookreco
