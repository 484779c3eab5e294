#include "domain/reader_history.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace bookreco {
namespace {

using Kind = InteractionKind;
using Days = std::chrono::duration<double, std::chrono::days::period>;

constexpr std::size_t kGroups = 5;

/// The interactions with one book.
struct BookPast {
  std::array<const Interaction*, kGroups> latest{};  ///< by group
  std::vector<const Interaction*> events;
};

/// Total, so that two that contradict each other at one moment are settled the same way whatever
/// order they come in.
bool is_later(const Interaction& a, const Interaction& b) {
  return std::tuple(a.at, a.kind, a.value, std::string_view(a.source)) >
         std::tuple(b.at, b.kind, b.value, std::string_view(b.source));
}

std::unordered_map<std::string_view, BookPast> by_book(std::span<const Interaction> history) {
  std::unordered_map<std::string_view, BookPast> books;
  books.reserve(history.size());
  for (const Interaction& interaction : history) {
    BookPast& past = books[interaction.book_id];
    const KindGroup group = kind_group(interaction.kind);
    if (group == KindGroup::kEvent) {
      past.events.push_back(&interaction);
      if (interaction.kind != Kind::kPurchase) {
        continue;
      }
    }
    const Interaction*& latest = past.latest[static_cast<std::size_t>(group)];
    if (latest == nullptr || is_later(interaction, *latest)) {
      latest = &interaction;
    }
  }
  return books;
}

class Scale {
 public:
  Scale(const InteractionPolicy& policy, Timestamp now) : policy_(policy), now_(now) {}

  bool holds(const Interaction& interaction) const {
    const double ttl = policy_.of(interaction.kind).ttl_days;
    return ttl <= 0 || age_of(interaction) <= ttl;
  }

  double operator()(const Interaction& interaction) const {
    if (!holds(interaction)) {
      return 0;
    }
    const KindPolicy& kind = policy_.of(interaction.kind);
    const double stars =
        interaction.kind == Kind::kRating ? weight_of_stars(interaction.value.value_or(3)) : 1;
    const double decay =
        kind.half_life_days > 0 ? std::exp2(-age_of(interaction) / kind.half_life_days) : 1;
    return kind.weight * stars * decay;
  }

  /// Of all events with a book; the order of the sum is fixed, so that its last bit is too.
  double of_events(std::vector<const Interaction*> events) const {
    std::sort(events.begin(), events.end(), [](const Interaction* a, const Interaction* b) {
      return is_later(*b, *a);
    });
    double sum = 0;
    for (const Interaction* event : events) {
      sum += (*this)(*event);
    }
    return std::clamp(sum, std::min(0.0, weight(Kind::kDisliked)), weight(Kind::kLiked));
  }

 private:
  double weight(Kind kind) const { return policy_.of(kind).weight; }

  double age_of(const Interaction& interaction) const {
    return interaction.at == kUnknownTime ? 0 : std::max(0.0, Days(now_ - interaction.at).count());
  }

  double weight_of_stars(double stars) const {
    const auto between = [](double share, double low, double high) {
      return low + share * (high - low);
    };
    if (stars >= 4) {
      return between(stars - 4, weight(Kind::kLiked), weight(Kind::kLoved));
    }
    if (stars >= 3) {
      return between(stars - 3, weight(Kind::kNeutral), weight(Kind::kLiked));
    }
    return between(std::max(0.0, (stars - 1) / 2), weight(Kind::kDisliked), weight(Kind::kNeutral));
  }

  const InteractionPolicy& policy_;
  const Timestamp now_;
};

WeightedBook weigh_book(std::string_view id, const BookPast& past, const Scale& scale) {
  const auto of = [&](KindGroup group) { return past.latest[static_cast<std::size_t>(group)]; };
  const Interaction* opinion = of(KindGroup::kOpinion);
  const Interaction* shelf = of(KindGroup::kShelf);
  const Interaction* postponed = of(KindGroup::kNotNow);
  const Interaction* hidden = of(KindGroup::kHide);
  WeightedBook book;
  book.book_id = id;
  if (opinion != nullptr) {
    book.weight = scale(*opinion);
  } else if (shelf != nullptr && scale.holds(*shelf)) {
    book.weight = scale(*shelf);
  } else {
    book.weight = scale.of_events(past.events);
  }
  book.weight += postponed != nullptr ? scale(*postponed) : 0;
  book.weight += hidden != nullptr ? scale(*hidden) : 0;
  for (const Interaction* said : past.latest) {
    book.at = said != nullptr ? std::max(book.at, said->at) : book.at;
  }
  for (const Interaction* event : past.events) {
    book.at = std::max(book.at, event->at);
  }
  const bool wished = shelf != nullptr && shelf->kind == Kind::kWantToRead;
  book.excluded = opinion != nullptr || of(KindGroup::kEvent) != nullptr || hidden != nullptr ||
                  (shelf != nullptr && (!wished || scale.holds(*shelf))) ||
                  (postponed != nullptr && scale.holds(*postponed));
  return book;
}

}  // namespace

std::vector<WeightedBook> weigh(std::span<const Interaction> history,
                                const InteractionPolicy& policy,
                                Timestamp now) {
  const Scale scale(policy, now);
  std::vector<WeightedBook> books;
  for (const auto& [id, past] : by_book(history)) {
    WeightedBook book = weigh_book(id, past, scale);
    if (book.weight != 0 || book.excluded) {
      books.push_back(std::move(book));
    }
  }
  std::sort(books.begin(), books.end(), [](const WeightedBook& a, const WeightedBook& b) {
    return std::tie(b.weight, b.at, a.book_id) < std::tie(a.weight, a.at, b.book_id);
  });
  return books;
}

std::vector<LibraryEntry> library_of(std::span<const Interaction> history) {
  std::vector<LibraryEntry> entries;
  for (const auto& [id, past] : by_book(history)) {
    LibraryEntry entry{std::string(id), {}};
    for (const Interaction* statement : past.latest) {
      if (statement != nullptr) {
        entry.statements.push_back(*statement);
      }
    }
    if (!entry.statements.empty()) {
      std::sort(entry.statements.begin(), entry.statements.end(), is_later);
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const LibraryEntry& a, const LibraryEntry& b) {
    return a.at() != b.at() ? a.at() > b.at() : a.book_id < b.book_id;
  });
  return entries;
}

}  // namespace bookreco
