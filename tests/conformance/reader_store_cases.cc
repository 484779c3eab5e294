#include <algorithm>
#include <map>

#include "conformance/stores_factory.h"

namespace bookreco {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Kind = InteractionKind;
using enum RecordOutcome;

Timestamp at(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

Interaction liked(const std::string& reader, const std::string& book, std::int64_t time) {
  return {reader, book, Kind::kLiked, std::nullopt, at(time), "test", ""};
}

std::vector<std::string> books_of(const std::vector<Interaction>& history) {
  std::vector<std::string> ids;
  for (const Interaction& interaction : history) {
    ids.push_back(interaction.book_id);
  }
  return ids;
}

class ReaderStoreCases : public StoresTest {
 protected:
  ReaderStore& readers() { return stores_->readers(); }
  std::vector<RecordOutcome> record(const std::vector<Interaction>& interactions,
                                    OnRepeat repeat = OnRepeat::kKeep) {
    auto outcomes = readers().record(interactions, repeat);
    EXPECT_TRUE(outcomes) << outcomes.error().message;
    return outcomes.value_or(std::vector<RecordOutcome>());
  }
  /// Latest first.
  std::vector<Interaction> history(const std::string& reader) {
    auto all = *readers().history(reader);
    std::ranges::sort(all, std::ranges::greater(), &Interaction::at);
    return all;
  }
  std::int64_t count(const std::string& reader) {
    const auto info = *readers().reader(reader);
    return info ? info->interactions : -1;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, ReaderStoreCases, testing::ValuesIn(stores_factories()), name_of);

TEST_P(ReaderStoreCases, keep_every_field_but_the_key) {
  Interaction rating = liked("r1", "not in the catalogue", 1'000);
  rating.kind = Kind::kRating;
  rating.value = 4.25;
  rating.idempotency_key = "key 1";
  rating.answer = "the id of an answer";
  EXPECT_THAT(record({rating, liked("r1", "b2", -5)}), ElementsAre(kNew, kNew));
  const auto kept = history("r1");
  ASSERT_EQ(kept.size(), 2);
  EXPECT_EQ(kept[0].reader_id, "r1");
  EXPECT_EQ(kept[0].book_id, rating.book_id);
  EXPECT_EQ(kept[0].kind, Kind::kRating);
  EXPECT_EQ(kept[0].value, 4.25);
  EXPECT_EQ(kept[0].at, rating.at);
  EXPECT_EQ(kept[0].source, "test");
  EXPECT_EQ(kept[0].idempotency_key, "");
  EXPECT_EQ(kept[0].answer, rating.answer);
  EXPECT_EQ(kept[1].answer, "");
  EXPECT_EQ(kept[1].value, std::nullopt);
  EXPECT_EQ(kept[1].at, at(-5));
}

TEST_P(ReaderStoreCases, every_kind_comes_back) {
  std::vector<Interaction> all;
  for (const Kind kind : all_kinds()) {
    all.push_back(liked("r", "b", static_cast<std::int64_t>(kind)));
    all.back().kind = kind;
  }
  record(all);
  const auto kept = history("r");
  ASSERT_EQ(kept.size(), kInteractionKinds);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    EXPECT_EQ(kept[i].kind, all_kinds()[kept.size() - 1 - i]);
  }
}

TEST_P(ReaderStoreCases, a_history_is_of_one_reader) {
  record({liked("r", "b1", 10), liked("r", "b2", 30), liked("r", "b3", 20), liked("s", "b4", 40)});
  EXPECT_THAT(books_of(history("r")), ElementsAre("b2", "b3", "b1"));
  EXPECT_THAT(books_of(*readers().history_with("r", "b3")), ElementsAre("b3"));
  EXPECT_THAT(books_of(*readers().history_with("s", "b3")), IsEmpty());
  EXPECT_THAT(books_of(*readers().history_with("nobody", "b3")), IsEmpty());
  EXPECT_THAT(books_of(*readers().history("nobody")), IsEmpty());
}

TEST_P(ReaderStoreCases, the_same_key_of_a_reader_is_stored_once) {
  const Interaction plain = liked("r", "b1", 10);
  Interaction later = plain;
  later.at = at(11);
  Interaction keyed = plain;
  keyed.idempotency_key = "k";
  Interaction same_key = liked("r", "b2", 50);
  same_key.idempotency_key = "k";
  Interaction of_another = same_key;
  of_another.reader_id = "s";
  EXPECT_THAT(record({plain, plain, later, keyed, same_key, of_another}),
              ElementsAre(kNew, kKnown, kNew, kNew, kKnown, kNew));
  EXPECT_THAT(record({plain, keyed}), ElementsAre(kKnown, kKnown));
  EXPECT_EQ(history("r").size(), 3);
  EXPECT_EQ(count("r"), 3);
}

TEST_P(ReaderStoreCases, a_repeat_may_take_the_place_of_the_first) {
  Interaction rating = liked("r", "b1", 10);
  rating.kind = Kind::kRating;
  rating.value = 3;
  rating.idempotency_key = "k";
  Interaction better = rating;
  better.value = 4;
  EXPECT_THAT(record({rating, better, better}, OnRepeat::kReplace),
              ElementsAre(kNew, kReplaced, kKnown));
  Interaction other = better;
  for (const auto& change :
       std::vector<std::function<void(Interaction&)>>{[](Interaction& one) { one.book_id = "b2"; },
                                                      [](Interaction& one) { one.at = at(11); },
                                                      [](Interaction& one) { one.source = ""; },
                                                      [](Interaction& one) { one.answer = "a"; },
                                                      [](Interaction& one) {
                                                        one.kind = Kind::kLoved;
                                                        one.value.reset();
                                                      }}) {
    change(other);
    EXPECT_THAT(record({other}, OnRepeat::kReplace), ElementsAre(kReplaced));
    EXPECT_THAT(record({other}, OnRepeat::kReplace), ElementsAre(kKnown));
  }
  ASSERT_EQ(history("r").size(), 1);
  EXPECT_EQ(history("r")[0].book_id, "b2");
  EXPECT_EQ(history("r")[0].value, std::nullopt);
  EXPECT_EQ(count("r"), 1);
}

TEST_P(ReaderStoreCases, a_preview_stores_nothing) {
  Interaction keyed = liked("r", "b", 1);
  keyed.idempotency_key = "k";
  EXPECT_THAT(*readers().preview(std::vector{keyed}), ElementsAre(kNew));
  EXPECT_EQ(count("r"), -1);
  record({keyed});
  Interaction other = keyed;
  other.book_id = "c";
  EXPECT_THAT(*readers().preview(std::vector{keyed, other}), ElementsAre(kKnown, kKnown));
  EXPECT_THAT(*readers().preview(std::vector{keyed, other}, OnRepeat::kReplace),
              ElementsAre(kKnown, kReplaced));
  EXPECT_EQ(history("r")[0].book_id, "b");
}

TEST_P(ReaderStoreCases, every_field_counts_without_a_key) {
  std::vector<Interaction> all(7, liked("r", "b", 10));
  all[1].reader_id = "r2";
  all[2].book_id = "b2";
  all[3].kind = Kind::kLoved;
  all[4].value = 1;
  all[5].value = 2;
  all[6].source = "other";
  EXPECT_EQ(std::ranges::count(record(all), kNew), 7);
}

TEST_P(ReaderStoreCases, a_word_takes_the_place_of_its_group) {
  Interaction loved = liked("r", "b", 5);
  loved.kind = Kind::kLoved;
  Interaction read = liked("r", "b", 6);
  read.kind = Kind::kRead;
  Interaction of_another = liked("s", "b", 7);
  record({liked("r", "b", 1), liked("r", "c", 2), read, of_another});
  ASSERT_TRUE(readers().put(loved));
  ASSERT_TRUE(readers().put(loved));
  const auto kept = history("r");
  ASSERT_EQ(kept.size(), 3);
  EXPECT_EQ(kept[0].kind, Kind::kRead);
  EXPECT_EQ(kept[1].kind, Kind::kLoved);
  EXPECT_EQ(kept[2].book_id, "c");
  EXPECT_EQ(count("r"), 3);
  EXPECT_EQ(count("s"), 1);
  ASSERT_TRUE(readers().put(liked("new", "b", 1)));
  EXPECT_EQ(count("new"), 1);
}

TEST_P(ReaderStoreCases, what_was_said_can_be_taken_back) {
  Interaction hidden = liked("r", "b", 2);
  hidden.kind = Kind::kHide;
  record({liked("r", "b", 1), hidden, liked("r", "c", 3), liked("s", "b", 4)});
  const std::array hide{Kind::kHide, Kind::kNotNow};
  EXPECT_EQ(*readers().remove("r", "b", hide), 1);
  EXPECT_EQ(*readers().remove("r", "b", {}), 1);
  EXPECT_EQ(*readers().remove("r", "b", {}), 0);
  EXPECT_EQ(*readers().remove("nobody", "b", {}), 0);
  EXPECT_THAT(books_of(history("r")), ElementsAre("c"));
  EXPECT_EQ(count("r"), 1);
  EXPECT_EQ(count("s"), 1);
  EXPECT_THAT(record({liked("r", "b", 1)}), ElementsAre(kNew));
}

TEST_P(ReaderStoreCases, a_reader_goes_with_everything) {
  record({liked("r", "b", 1), liked("r", "c", 2), liked("s", "b", 1)});
  EXPECT_EQ(*readers().remove_reader("r"), 2);
  EXPECT_EQ(*readers().remove_reader("r"), std::nullopt);
  EXPECT_EQ(count("r"), -1);
  EXPECT_THAT(history("r"), IsEmpty());
  EXPECT_EQ(readers().summary()->readers, 1);
  EXPECT_EQ(readers().summary()->interactions, 1);
  const auto told = events();
  EXPECT_EQ(told.back().type, "reader.removed");
  EXPECT_EQ(told.back().subject, "");
  EXPECT_EQ(told.back().data, R"({"count":2})");
  EXPECT_THAT(record({liked("r", "b", 1)}), ElementsAre(kNew));
}

TEST_P(ReaderStoreCases, readers_are_listed_by_id_and_prefix) {
  for (const char* id : {"zoé", "ab", "a", "abc", "b", "\U0010FFFF", "a%", "A"}) {
    record({liked(id, "b", 1)});
  }
  const auto ids = [&](std::string_view prefix, std::int64_t offset, std::int64_t limit) {
    std::vector<std::string> found;
    const auto page = *readers().readers(prefix, offset, limit);
    for (const ReaderInfo& info : page.readers) {
      found.push_back(info.id);
    }
    return found;
  };
  EXPECT_THAT(ids("", 0, 100), ElementsAre("A", "a", "a%", "ab", "abc", "b", "zoé", "\U0010FFFF"));
  EXPECT_THAT(ids("a", 0, 100), ElementsAre("a", "a%", "ab", "abc"));
  EXPECT_THAT(ids("a", 1, 2), ElementsAre("a%", "ab"));
  EXPECT_EQ(readers().readers("a", 1, 2)->total, 4);
  EXPECT_THAT(ids("x", 0, 10), IsEmpty());
  EXPECT_THAT(ids("", 0, -1), IsEmpty());
}

TEST_P(ReaderStoreCases, all_interactions_are_scanned_reader_by_reader) {
  record({liked("r", "b1", 1), liked("s", "b2", 2), liked("r", "b3", 3)});
  std::vector<std::string> seen;
  ASSERT_TRUE(readers().scan([&](const Interaction& one) {
    seen.push_back(one.reader_id + " " + one.book_id);
    return true;
  }));
  EXPECT_THAT(seen, UnorderedElementsAre("r b1", "r b3", "s b2"));
  EXPECT_EQ(seen[0][0], seen[1][0]);
  int visits = 0;
  ASSERT_TRUE(readers().scan([&](const Interaction&) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2);
}

TEST_P(ReaderStoreCases, readers_are_made_and_counted) {
  record({liked("r", "b", 1), liked("s", "b", 1)});
  record({liked("r", "c", 1)});
  const ReaderSummary summary = *readers().summary();
  EXPECT_EQ(summary.readers, 2);
  EXPECT_EQ(summary.interactions, 3);
  EXPECT_FALSE(*readers().reader("nobody"));
}

TEST_P(ReaderStoreCases, one_event_tells_of_a_batch) {
  record({liked("r", "b", 1), liked("s", "b", 1)});
  record({liked("r", "b", 1)});
  record({});
  ASSERT_EQ(events().size(), 1);
  EXPECT_EQ(events()[0].type, "interaction.recorded");
  EXPECT_EQ(events()[0].data, R"({"count":2})");
}

TEST_P(ReaderStoreCases, a_bad_interaction_refuses_the_batch) {
  for (const Interaction& bad : {liked("", "b", 1),
                                 liked("r", "", 1),
                                 liked(std::string("r\0", 2), "b", 1),
                                 liked("r", "\xFF", 1)}) {
    EXPECT_EQ(code_of(readers().record(std::vector{liked("ok", "b", 1), bad})), "invalid_argument");
  }
  EXPECT_EQ(readers().summary()->interactions, 0);
  EXPECT_THAT(*readers().history("' OR 1=1 --"), IsEmpty());
}

TEST_P(ReaderStoreCases, ids_are_any_text) {
  const std::vector<std::string> ids = {"a/b?c=d&e#f",
                                        "' OR 1=1 --",
                                        "\"",
                                        "\n\t\r",
                                        "읽는 이",
                                        "👩🏽‍💻",
                                        std::string(256, 'x'),
                                        " "};
  for (const std::string& id : ids) {
    record({liked(id, id, 1)});
    EXPECT_THAT(books_of(history(id)), ElementsAre(id));
  }
  EXPECT_EQ(readers().summary()->readers, static_cast<std::int64_t>(ids.size()));
}

TEST_P(ReaderStoreCases, a_book_may_have_many_readers) {
  std::vector<Interaction> many;
  for (int i = 0; i < 100'000; ++i) {
    many.push_back(liked(fmt::format("r{}", i), "b", 1));
  }
  EXPECT_EQ(std::ranges::count(record(many), kNew), 100'000);
  EXPECT_EQ(readers().summary()->readers, 100'000);
  std::int64_t seen = 0;
  ASSERT_TRUE(readers().scan([&](const Interaction& one) { return one.book_id == "b" && ++seen; }));
  EXPECT_EQ(seen, 100'000);
  EXPECT_EQ(*readers().remove_reader("r99999"), 1);
}

class ImpressionStoreCases : public ReaderStoreCases {
 protected:
  static constexpr std::int64_t kDay = 86'400'000;
  void show(const std::string& reader, const std::string& book, std::int64_t time) {
    ASSERT_TRUE(stores_->impressions().add(std::vector<Impression>{{reader, book, at(time)}}, 7));
  }
  std::vector<Impression> shown(const std::string& reader) {
    return *stores_->impressions().of(reader);
  }
};
INSTANTIATE_TEST_SUITE_P(Stores,
                         ImpressionStoreCases,
                         testing::ValuesIn(stores_factories()),
                         name_of);

TEST_P(ImpressionStoreCases, are_one_row_per_reader_and_book) {
  record({liked("r", "x", 1), liked("s", "x", 1)});
  ASSERT_TRUE(stores_->impressions().add(
      std::vector<Impression>{
          {"r", "b", at(0)}, {"r", "a", at(5)}, {"r", "b", at(7 * kDay)}, {"s", "b", at(9)}},
      7));
  EXPECT_THAT(shown("r"),
              ElementsAre(Impression{"r", "a", at(5), 1}, Impression{"r", "b", at(7 * kDay), 1.5}));
  show("r", "b", 0);
  EXPECT_THAT(shown("r")[1], (Impression{"r", "b", at(7 * kDay), 2})) << "one that came late";
  EXPECT_THAT(shown("s"), ElementsAre(Impression{"s", "b", at(9), 1}));
  EXPECT_THAT(shown("nobody"), IsEmpty());
}

TEST_P(ImpressionStoreCases, make_nobody_a_reader) {
  show("r", "b", 1);
  EXPECT_EQ(count("r"), -1);
  record({liked("r", "x", 1)});
  EXPECT_THAT(shown("r"), IsEmpty());
}

TEST_P(ImpressionStoreCases, fade_away) {
  record({liked("r", "x", 1), liked("s", "x", 1)});
  show("r", "old", 0);
  show("s", "old", 0);
  show("r", "new", 71 * kDay);
  EXPECT_THAT(shown("r"), ElementsAre(Impression{"r", "new", at(71 * kDay), 1}));
  EXPECT_EQ(shown("s").size(), 1) << "when the reader is shown more";
}

TEST_P(ImpressionStoreCases, end_with_what_the_reader_does) {
  record({liked("r", "x", 1), liked("s", "x", 1)});
  for (const char* reader : {"r", "s"}) {
    for (const char* book : {"a", "b", "c"}) {
      show(reader, book, 10);
    }
  }
  Interaction click = liked("r", "a", 11);
  click.kind = Kind::kClick;
  record({click});
  ASSERT_TRUE(readers().put(liked("r", "b", 12)));
  EXPECT_THAT(shown("r"), ElementsAre(Impression{"r", "c", at(10), 1}));
  EXPECT_EQ(shown("s").size(), 3);
  ASSERT_TRUE(readers().remove_reader("s"));
  record({liked("s", "x", 1)});
  EXPECT_THAT(shown("s"), IsEmpty()) << "they go with the reader";
}

TEST_P(ImpressionStoreCases, bad_ids_refuse_the_batch) {
  record({liked("r", "x", 1)});
  for (const auto& [reader, book] : {std::pair<std::string, std::string>("", "b"),
                                     {"r", ""},
                                     {"r", std::string("b\0", 2)},
                                     {"\xFF", "b"}}) {
    EXPECT_EQ(code_of(stores_->impressions().add(
                  std::vector<Impression>{{"r", "ok", at(1)}, {reader, book, at(1)}}, 7)),
              "invalid_argument");
  }
  EXPECT_THAT(shown("r"), IsEmpty());
  EXPECT_TRUE(stores_->impressions().add({}, 7));
}

TEST_P(ReaderStoreCases, a_reader_may_have_a_hundred_thousand) {
  std::vector<Interaction> many;
  for (int i = 0; i < 100'000; ++i) {
    many.push_back(liked("r", fmt::format("b{}", i % 70'000), i));
  }
  EXPECT_EQ(std::ranges::count(record(many), kNew), 100'000);
  EXPECT_EQ(std::ranges::count(record(many), kKnown), 100'000);
  EXPECT_EQ(count("r"), 100'000);
  EXPECT_EQ(readers().history("r")->size(), 100'000);
  ASSERT_TRUE(readers().put(liked("r", "b1", 200'000)));
  EXPECT_EQ(count("r"), 99'999);
  EXPECT_EQ(*readers().remove_reader("r"), 99'999);
}

}  // namespace
}  // namespace bookreco
