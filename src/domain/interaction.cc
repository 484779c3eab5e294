#include "domain/interaction.h"

#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "domain/answer_id.h"

namespace bookreco {
namespace {

using Kind = InteractionKind;

constexpr std::array kKinds{Kind::kLoved,
                            Kind::kLiked,
                            Kind::kNeutral,
                            Kind::kDisliked,
                            Kind::kRating,
                            Kind::kWantToRead,
                            Kind::kReading,
                            Kind::kRead,
                            Kind::kDidNotFinish,
                            Kind::kView,
                            Kind::kClick,
                            Kind::kPurchase,
                            Kind::kNotNow,
                            Kind::kHide};
static_assert(kKinds.size() == kInteractionKinds);

constexpr std::array<std::string_view, kInteractionKinds> kNames{"loved",
                                                                 "liked",
                                                                 "neutral",
                                                                 "disliked",
                                                                 "rating",
                                                                 "want_to_read",
                                                                 "reading",
                                                                 "read",
                                                                 "did_not_finish",
                                                                 "view",
                                                                 "click",
                                                                 "purchase",
                                                                 "not_now",
                                                                 "hide"};

InteractionIssue issue(std::string field, std::string_view value, std::string reason) {
  constexpr std::size_t kShown = 200;
  return {std::move(field), to_valid_utf8(value.substr(0, kShown)), std::move(reason)};
}

std::string text_problem(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    return fmt::format("longer than {} bytes", limit);
  }
  if (text.find('\0') != std::string_view::npos || !is_utf8(text)) {
    return "holds bytes that are not UTF-8 text, or a NUL character";
  }
  return {};
}

std::string id_problem(std::string_view text) {
  return text.empty() ? "is missing" : text_problem(text, kMaxIdBytes);
}

/// Paths of requests are refused when they climb or hold a backslash, however they are encoded.
bool can_stand_in_a_path(std::string_view id) {
  if (id.find('\\') != id.npos) {
    return false;
  }
  while (true) {
    const std::size_t slash = id.find('/');
    const std::string_view part = id.substr(0, slash);
    if (part == "." || part == "..") {
      return false;
    }
    if (slash == id.npos) {
      return true;
    }
    id.remove_prefix(slash + 1);
  }
}

std::optional<InteractionIssue> text_issue(const Interaction& it) {
  if (std::string problem = reader_id_problem(it.reader_id); !problem.empty()) {
    return issue("reader", it.reader_id, std::move(problem));
  }
  if (std::string problem = id_problem(it.book_id); !problem.empty()) {
    return issue("book", it.book_id, std::move(problem));
  }
  if (std::string problem = text_problem(it.source, kMaxSourceBytes); !problem.empty()) {
    return issue("source", it.source, std::move(problem));
  }
  if (std::string problem = text_problem(it.idempotency_key, kMaxIdBytes); !problem.empty()) {
    return issue("idempotency_key", it.idempotency_key, std::move(problem));
  }
  if (!it.answer.empty()) {
    if (const auto answer = parse_answer_id(it.answer); !answer) {
      return issue("answer", it.answer, answer.error().message);
    }
  }
  return std::nullopt;
}

bool are_stars(double value) {
  return std::isfinite(value) && value >= 0.25 && value <= 5 && value * 4 == std::round(value * 4);
}

std::optional<InteractionIssue> value_issue(const Interaction& it) {
  const std::string shown = it.value ? fmt::format("{}", *it.value) : "";
  if (it.kind != Kind::kRating) {
    return it.value ? std::optional(issue("value", shown, "only a rating has one")) : std::nullopt;
  }
  return it.value && are_stars(*it.value)
             ? std::nullopt
             : std::optional(issue("value", shown, "expected 0.25 to 5 stars in quarters"));
}

}  // namespace

std::string_view kind_name(InteractionKind kind) {
  const auto number = static_cast<std::size_t>(kind);
  return number < kNames.size() ? kNames[number] : "unknown";
}

std::optional<InteractionKind> parse_kind(std::string_view name) {
  for (const Kind kind : kKinds) {
    if (kind_name(kind) == name) {
      return kind;
    }
  }
  return std::nullopt;
}

std::span<const InteractionKind> all_kinds() {
  return kKinds;
}

std::string kind_names() {
  return fmt::format("{}", fmt::join(kNames, ", "));
}

KindGroup kind_group(InteractionKind kind) {
  if (kind <= Kind::kRating) {
    return KindGroup::kOpinion;
  }
  if (kind <= Kind::kDidNotFinish) {
    return KindGroup::kShelf;
  }
  if (kind <= Kind::kPurchase) {
    return KindGroup::kEvent;
  }
  return kind == Kind::kNotNow ? KindGroup::kNotNow : KindGroup::kHide;
}

std::span<const InteractionKind> kinds_beside(InteractionKind kind) {
  const std::span<const InteractionKind> all = kKinds;
  switch (kind_group(kind)) {
    case KindGroup::kOpinion:
      return all.subspan(0, 5);
    case KindGroup::kShelf:
      return all.subspan(5, 4);
    case KindGroup::kEvent:
      return all.subspan(9, 3);
    case KindGroup::kNotNow:
      return all.subspan(12, 1);
    case KindGroup::kHide:
      break;
  }
  return all.subspan(13, 1);
}

std::optional<InteractionIssue> admit(Interaction& interaction, Timestamp now) {
  if (auto wrong = text_issue(interaction)) {
    return wrong;
  }
  if (auto wrong = value_issue(interaction)) {
    return wrong;
  }
  if (interaction.at > now + kClockTolerance) {
    return issue("at", to_iso8601(interaction.at), "is more than a day ahead of the clock");
  }
  if (interaction.at > now) {
    if (interaction.idempotency_key.empty()) {
      interaction.idempotency_key = derive_idempotency_key(interaction);
    }
    interaction.at = now;
  }
  return std::nullopt;
}

std::string reader_id_problem(std::string_view id) {
  std::string problem = id_problem(id);
  return problem.empty() && !can_stand_in_a_path(id)
             ? "cannot stand in an address: it holds a backslash, or a part that is . or .."
             : problem;
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
