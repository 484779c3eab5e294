#include "domain/interaction.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/hash.h"

namespace bookreco {
namespace {

struct KindName {
  InteractionKind kind;
  std::string_view name;
};

constexpr std::array kNames{
    KindName{InteractionKind::kLoved, "loved"},
    KindName{InteractionKind::kLiked, "liked"},
    KindName{InteractionKind::kNeutral, "neutral"},
    KindName{InteractionKind::kDisliked, "disliked"},
    KindName{InteractionKind::kRating, "rating"},
    KindName{InteractionKind::kWantToRead, "want_to_read"},
    KindName{InteractionKind::kReading, "reading"},
    KindName{InteractionKind::kRead, "read"},
    KindName{InteractionKind::kDidNotFinish, "did_not_finish"},
    KindName{InteractionKind::kView, "view"},
    KindName{InteractionKind::kClick, "click"},
    KindName{InteractionKind::kPurchase, "purchase"},
    KindName{InteractionKind::kNotNow, "not_now"},
    KindName{InteractionKind::kHide, "hide"},
};

}  // namespace

std::string_view kind_name(InteractionKind kind) {
  for (const KindName& entry : kNames) {
    if (entry.kind == kind) {
      return entry.name;
    }
  }
  return "unknown";
}

std::optional<InteractionKind> parse_kind(std::string_view name) {
  for (const KindName& entry : kNames) {
    if (entry.name == name) {
      return entry.kind;
    }
  }
  return std::nullopt;
}

std::string derive_idempotency_key(const Interaction& interaction) {
  std::string text = interaction.reader_id;
  text += '\x1f';
  text += interaction.book_id;
  text += '\x1f';
  text += kind_name(interaction.kind);
  text += '\x1f';
  if (interaction.value) {
    fmt::format_to(std::back_inserter(text), "{}", *interaction.value);
  }
  fmt::format_to(std::back_inserter(text), "\x1f{}\x1f", interaction.at.time_since_epoch().count());
  text += interaction.source;
  return hash128_hex(text);
}

}  // namespace bookreco
