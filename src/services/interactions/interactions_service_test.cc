#include "services/interactions/interactions_service.h"

#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = InteractionKind;

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return time; }
  Timestamp time{std::chrono::sys_days(std::chrono::year(2026) / 6 / 1)};
};

class FakeBooks final : public BookStore {
 public:
  Result<std::vector<std::optional<Book>>> get(std::span<const std::string> ids) override {
    std::vector<std::optional<Book>> found;
    for (const std::string& id : ids) {
      found.emplace_back();
      if (id == "9782070360024" || id == "b1") {
        found.back() = Book();
        found.back()->id = id;
      }
    }
    return found;
  }
  Result<std::vector<UpsertOutcome>> upsert(std::span<const Book>) override { return {}; }
  Status begin_load(std::int64_t) override { return {}; }
  Status end_load() override { return {}; }
  Result<std::int64_t> remove(std::span<const std::string>) override { return 0; }
  Result<BookPage> query(const BookQuery&) override { return BookPage{}; }
  Result<FacetPage> facets(FacetKind, std::string_view, std::int64_t, std::int64_t) override {
    return FacetPage{};
  }
  Status changes_since(std::int64_t, const std::function<bool(BookChange&&)>&) override {
    return {};
  }
  Result<std::int64_t> last_change() override { return 0; }
  Result<std::int64_t> count() override { return 2; }
};

/// Keeps what it is told in a list.
class FakeReaders final : public ReaderStore {
 public:
  Result<std::vector<RecordOutcome>> record(std::span<const Interaction> interactions,
                                            OnRepeat) override {
    kept.insert(kept.end(), interactions.begin(), interactions.end());
    return std::vector(interactions.size(), RecordOutcome::kNew);
  }
  Result<std::vector<RecordOutcome>> preview(std::span<const Interaction>, OnRepeat) override {
    return {};
  }
  Status put(const Interaction& interaction) override {
    kept.push_back(interaction);
    return {};
  }
  Result<std::int64_t> remove(std::string_view reader_id,
                              std::string_view book_id,
                              std::span<const InteractionKind>) override {
    return std::erase_if(kept, [&](const Interaction& one) {
      return one.reader_id == reader_id && one.book_id == book_id;
    });
  }
  Result<std::vector<Interaction>> history(std::string_view id) override {
    std::vector<Interaction> found;
    std::ranges::copy_if(kept, std::back_inserter(found), [&](const Interaction& one) {
      return one.reader_id == id;
    });
    return found;
  }
  Result<std::vector<Interaction>> history_with(std::string_view id,
                                                std::string_view book) override {
    auto found = *history(id);
    std::erase_if(found, [&](const Interaction& one) { return one.book_id != book; });
    return found;
  }
  Result<std::optional<ReaderInfo>> reader(std::string_view id) override {
    const auto history = *this->history(id);
    return history.empty() ? std::nullopt : std::optional(ReaderInfo{std::string(id), 1});
  }
  Result<ReaderPage> readers(std::string_view, std::int64_t, std::int64_t) override {
    return ReaderPage{};
  }
  Result<std::optional<std::int64_t>> remove_reader(std::string_view id) override {
    const auto gone = std::erase_if(kept, [&](const auto& one) { return one.reader_id == id; });
    return gone == 0 ? std::nullopt : std::optional<std::int64_t>(gone);
  }
  Status scan(const std::function<bool(const Interaction&)>&) override { return {}; }
  Result<ReaderSummary> summary() override { return ReaderSummary{}; }

  std::vector<Interaction> kept;
};

/// Keeps what it is told in a list.
class FakeImpressions final : public ImpressionStore {
 public:
  Status add(std::span<const Impression> impressions, double) override {
    kept.insert(kept.end(), impressions.begin(), impressions.end());
    return {};
  }
  Result<std::vector<Impression>> of(std::string_view) override { return kept; }

  std::vector<Impression> kept;
};

class InteractionsTest : public testing::Test {
 protected:
  static Interaction said(std::string book, Kind kind, std::optional<double> value = {}) {
    return {"r", std::move(book), kind, value, kUnknownTime, "api", ""};
  }
  std::vector<Interactions::RowOutcome> record(const std::vector<Interaction>& rows) {
    return *service_.record(rows, {});
  }

  FixedClock clock_;
  FakeBooks books_;
  FakeReaders readers_;
  FakeImpressions impressions_;
  InteractionsService service_{books_, readers_, impressions_, clock_};
};

TEST_F(InteractionsTest, EveryRowHasItsOutcome) {
  const auto outcomes = record({said("2-07-036002-4", Kind::kLoved),
                                said("nowhere", Kind::kLoved),
                                said("b1", Kind::kRating, std::nan("")),
                                said("b1", Kind::kRating, 4.5)});
  ASSERT_EQ(outcomes.size(), 4);
  EXPECT_EQ(outcomes[0].stored, RecordOutcome::kNew);
  EXPECT_EQ(outcomes[0].book_id, "9782070360024");
  EXPECT_EQ(outcomes[1].issue->field, "book");
  EXPECT_EQ(outcomes[1].issue->value, "nowhere");
  EXPECT_EQ(outcomes[2].issue->field, "value");
  EXPECT_EQ(outcomes[3].stored, RecordOutcome::kNew);
  ASSERT_EQ(readers_.kept.size(), 2);
  EXPECT_EQ(readers_.kept[0].at, clock_.time);
}

TEST_F(InteractionsTest, OfRowsWithoutATimeTheLastIsTheLatest) {
  record({said("b1", Kind::kLoved), said("b1", Kind::kDisliked)});
  const auto library = *service_.library("r", {}, 0, 10, {});
  ASSERT_EQ(library.total, 1);
  EXPECT_EQ(library.items[0].entry.statements[0].kind, Kind::kDisliked);
}

TEST_F(InteractionsTest, ABatchIsLimited) {
  const std::vector<Interaction> many(kMaxInteractions + 1, said("b1", Kind::kView));
  const auto answer = service_.record(many, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kInvalidArgument);
  EXPECT_THAT(answer.error().message, HasSubstr("readers import"));
  EXPECT_THAT(*service_.record({}, {}), IsEmpty());
}

TEST_F(InteractionsTest, WhatIsShownIsCountedLater) {
  const std::vector<Impression> shown = {{"r", "2-07-036002-4"},
                                         {"r", "nowhere"},
                                         {"", "b1"},
                                         {"r", std::string("\xFF\0", 2)},
                                         {"r", "b1", clock_.time + std::chrono::days(2)}};
  const auto outcomes = *service_.count_shown(shown, {});
  ASSERT_EQ(outcomes.size(), 5);
  EXPECT_EQ(outcomes[0].stored, RecordOutcome::kNew);
  EXPECT_EQ(outcomes[0].book_id, "9782070360024");
  EXPECT_EQ(outcomes[1].issue->field, "book");
  EXPECT_EQ(outcomes[2].issue->field, "reader");
  EXPECT_EQ(outcomes[3].issue->field, "book");
  EXPECT_EQ(outcomes[4].issue->field, "at");
  EXPECT_THAT(impressions_.kept, IsEmpty()) << "no request writes";
  ASSERT_TRUE(service_.shown().flush());
  EXPECT_THAT(impressions_.kept, ElementsAre(Impression{"r", "9782070360024", clock_.time}));
  EXPECT_EQ(service_.impressions("r", {}).error().code, Code::kNotFound);
  record({said("b1", Kind::kLoved)});
  EXPECT_EQ(service_.impressions("r", {})->size(), 1);
  service_.count_shown(std::vector<Impression>{{"r", "b1"}}, {}).value();
  EXPECT_EQ(service_.remove_reader("r", {}), 1);
  ASSERT_TRUE(service_.shown().flush());
  EXPECT_EQ(impressions_.kept.size(), 1) << "what waited went with the reader";
  const std::vector<Impression> many(kMaxInteractions + 1, Impression{"r", "b1"});
  EXPECT_EQ(service_.count_shown(many, {}).error().code, Code::kInvalidArgument);
}

TEST_F(InteractionsTest, PutTakesStatementsOnly) {
  const auto entry = service_.put(said("9782070360024", Kind::kRating, 4), {});
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->statements.front().value, 4);
  EXPECT_EQ(service_.put(said("b1", Kind::kClick), {}).error().code, Code::kInvalidArgument);
  EXPECT_EQ(service_.put(said("nowhere", Kind::kLoved), {}).error().code, Code::kNotFound);
  Interaction late = said("b1", Kind::kLoved);
  late.at = clock_.time + std::chrono::days(2);
  EXPECT_EQ(service_.put(late, {}).error().code, Code::kInvalidArgument);
}

TEST_F(InteractionsTest, TheLibraryIsPagedAndFiltered) {
  record({said("b1", Kind::kLoved), said("9782070360024", Kind::kHide)});
  const std::array hidden{Kind::kHide};
  const auto page = *service_.library("r", hidden, 0, 10, {});
  EXPECT_EQ(page.total, 1);
  ASSERT_TRUE(page.items[0].book);
  EXPECT_EQ(page.items[0].book->id, "9782070360024");
  EXPECT_EQ(service_.library("r", {}, 1, 10, {})->items.size(), 1);
  EXPECT_EQ(service_.library("r", {}, 5, 10, {})->items.size(), 0);
  EXPECT_EQ(service_.library("s", {}, 0, 10, {}).error().code, Code::kNotFound);
}

TEST_F(InteractionsTest, WhatIsTakenBackIsGone) {
  record({said("9782070360024", Kind::kLoved), said("b1", Kind::kView)});
  EXPECT_EQ(service_.remove("r", "2-07-036002-4", {}, {}), 1);
  EXPECT_EQ(service_.remove("r", "2-07-036002-4", {}, {}).error().code, Code::kNotFound);
  EXPECT_EQ(service_.remove_reader("r", {}), 1);
  EXPECT_EQ(service_.remove_reader("r", {}).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace bookreco
