#include "adapters/sql/interaction_row.h"

#include <charconv>

#include "adapters/sql/columns.h"
#include "base/hash.h"

namespace bookreco {

void InteractionDigest::set(const Interaction& interaction) {
  // NUL separates: no field holds one.
  std::string& out = identity_;
  out.clear();
  if (!interaction.idempotency_key.empty()) {
    out = "key";
    out += '\0';
    out += interaction.idempotency_key;
  } else {
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
      out.append(
          digits.data(),
          std::to_chars(digits.data(), digits.data() + digits.size(), *interaction.value).ptr);
    }
    out += '\0';
    out += interaction.source;
  }
  const std::string digits = hash128_hex(out);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    unsigned char byte = 0;
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, byte, 16);
    bytes_[i] = std::byte{byte};
  }
}

Status require_storable(const Interaction& interaction) {
  BOOKRECO_TRY_VOID(require_key(interaction.reader_id, "reader id", "an interaction"));
  BOOKRECO_TRY_VOID(require_key(interaction.book_id, "book id", "an interaction"));
  BOOKRECO_TRY_VOID(require_storable(interaction.source, "source", "interaction from"));
  BOOKRECO_TRY_VOID(require_storable(interaction.answer, "answer", "interaction after"));
  return require_storable(interaction.idempotency_key, "idempotency key", "interaction");
}

Status read_interaction(const SqlRow& row, Interaction& out) {
  const std::int64_t kind = row.integer(1);
  if (kind < 0 || kind >= static_cast<std::int64_t>(kInteractionKinds)) {
    return fail(Code::kDataLoss, "an interaction of the unknown kind {} is stored", kind);
  }
  out.book_id = row.text(0);
  out.kind = static_cast<InteractionKind>(kind);
  out.value = row.is_null(2) ? std::nullopt : std::optional(row.real(2));
  out.at = read_time(row.integer(3));
  out.source = row.text(4);
  out.answer = row.text(5);
  return {};
}

}  // namespace bookreco
