#include "ml/lsa.h"

#include <cmath>
#include <cstring>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

using testing::IsEmpty;

struct Text {
  std::string title;
  std::string author;
};

Document document(const Text& text, std::string_view language = "fr") {
  return {{{text.title, 1}, {text.author, 1, Document::Kind::kWhole}}, language};
}

/// Documents of words of a few themes, deterministic.
std::vector<Text> themed(std::size_t count) {
  Random random(11);
  std::vector<Text> texts(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t theme = i % 7;
    for (int word = 0; word < 20; ++word) {
      const auto rank = static_cast<std::size_t>(40 * random.uniform() * random.uniform());
      texts[i].title +=
          "mot" + std::string(1, static_cast<char>('a' + theme)) + std::to_string(100 + rank) + " ";
    }
    texts[i].author = "Auteur " + std::to_string(i % 50);
  }
  return texts;
}

struct Fitted {
  LsaModel model;
  std::vector<float> embedded;
};

Fitted fit(const std::vector<Text>& texts, LsaOptions options, std::size_t batch = 1'000'000) {
  LsaFitter fitter(options);
  std::vector<Document> documents;
  for (const Text& text : texts) {
    documents.push_back(document(text));
    if (documents.size() == batch) {
      fitter.add_batch(documents);
      documents.clear();
    }
  }
  fitter.add_batch(documents);
  auto model = fitter.fit();
  BOOKRECO_CHECK(model.has_value());
  return {std::move(*model), {fitter.embedded().begin(), fitter.embedded().end()}};
}

TEST(Lsa, TfIdfEqualsTheFormula) {
  // Ten documents: "baleine" in 3, "capitaine" in 2, "phare" in 4.
  std::vector<Text> texts(10);
  texts[0].title = "baleine baleine baleine capitaine";
  texts[1].title = "baleine phare";
  texts[2].title = "baleine capitaine phare";
  texts[3].title = "phare";
  texts[4].title = "phare";
  const Fitted fitted = fit(texts, {.min_documents = 1, .dimension = 2, .idf_power = 1});
  const auto entries = fitted.model.tfidf(document(texts[0]));
  ASSERT_EQ(entries.size(), 2U);
  const double whale = (1 + std::log(3.0)) * (std::log(11.0 / 4) + 1);
  const double captain = std::log(11.0 / 3) + 1;
  const double length = std::hypot(whale, captain);
  EXPECT_EQ(fitted.model.term(entries[0].term), "baleine");
  EXPECT_NEAR(entries[0].weight, whale / length, 1e-6);
  EXPECT_EQ(fitted.model.term(entries[1].term), "capitaine");
  EXPECT_NEAR(entries[1].weight, captain / length, 1e-6);
  const auto powered = fit(texts, {.min_documents = 1, .dimension = 2, .idf_power = 1.5})
                           .model.tfidf(document(texts[0]));
  const double ratio =
      (1 + std::log(3.0)) * std::pow((std::log(11.0 / 4) + 1) / (std::log(11.0 / 3) + 1), 1.5);
  EXPECT_NEAR(powered[0].weight / powered[1].weight, ratio, 1e-5);
}

TEST(Lsa, FieldWeightsMultiplyCounts) {
  const std::vector<Text> texts = {{"baleine capitaine", ""}, {"baleine phare", ""}};
  const Fitted fitted = fit(texts, {.dimension = 2});
  const Document weighted{{{"capitaine", 3}}, "fr"};
  const Document repeated{{{"capitaine capitaine capitaine", 1}, {"baleine", 0}}, "fr"};
  const auto a = fitted.model.tfidf(weighted);
  const auto b = fitted.model.tfidf(repeated);
  ASSERT_EQ(a.size(), 1U);
  ASSERT_EQ(b.size(), 1U);
  EXPECT_EQ(a[0].weight, b[0].weight);
}

TEST(Lsa, VocabularyKeepsFrequentTermsAndBreaksTiesByText) {
  std::vector<Text> texts(100);
  for (std::size_t i = 0; i < 100; ++i) {
    texts[i].title = "partout ";  // in all: above max_share
    texts[i].title += i < 30 ? "souvent " : "";
    texts[i].title += i < 20 ? "zebre abeille " : "";
    texts[i].title += i == 7 ? "unique" : "";  // in one: below min_documents
  }
  const Fitted fitted = fit(texts, {.vocabulary = 2, .dimension = 2});
  ASSERT_EQ(fitted.model.vocabulary(), 2U);
  EXPECT_EQ(fitted.model.term(0), "souvent");
  EXPECT_EQ(fitted.model.term(1), "abeille");
  EXPECT_EQ(fit(texts, {.dimension = 2}).model.vocabulary(), 3U);
}

TEST(Lsa, WholeFieldsAreKeptBesideTheWords) {
  std::vector<Text> texts(100);
  for (std::size_t i = 0; i < 100; ++i) {
    texts[i].title = i < 30 ? "souvent" : i < 50 ? "zebre" : "abeille";
    texts[i].author = i < 6 ? "Jean Anouilh" : i < 10 ? "Sophocle" : "";
  }
  const Fitted fitted = fit(texts, {.vocabulary = 2, .fields = 1, .dimension = 2});
  ASSERT_EQ(fitted.model.vocabulary(), 3U);
  EXPECT_EQ(fitted.model.term(2), "Jean Anouilh");
}

/// Cosines of documents 0 and 1, 0 and 2, where 0 and 2 alone share a label and 0 and 1 a word.
std::pair<float, float> cosines_with_labels(double label_share) {
  const char* words[] = {"baleine", "capitaine", "phare", "tempete"};
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 200; ++i) {
    texts.push_back(std::string(words[i % 4]) + " mot" + std::to_string(100 + i % 23));
  }
  std::vector<Document> documents;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t word = i % 4;
    documents.push_back(
        {{{texts[i], 1}, {word == 0 || word == 2 ? "Mer" : "Terre", 1, Document::Kind::kLabel}},
         "fr"});
  }
  LsaFitter fitter({.dimension = 16, .label_share = label_share});
  fitter.add_batch(documents);
  const auto model = fitter.fit();
  BOOKRECO_CHECK(model.has_value());
  EXPECT_EQ(model->metrics().at("label_dimensions"), label_share > 0 ? 2 : 0);
  const auto of = [&](std::string_view text) {
    std::vector<float> out(16);
    model->embed({{{text, 1}}, "fr"}, out);
    return out;
  };
  return {dot(of("baleine"), of("capitaine")), dot(of("baleine"), of("phare"))};
}

TEST(Lsa, WordsOfOneLabelAreNear) {
  const auto [other, same] = cosines_with_labels(0.25);
  EXPECT_GT(same, other + 0.3F);
  // The texts themselves, without labels, are equally far apart.
  const auto [other_text, same_text] = cosines_with_labels(0);
  EXPECT_LT(same_text, same - 0.2F);
  EXPECT_GT(other_text, other);
}

TEST(Lsa, LabelsShareOutTheCosine) {
  for (const double share : {0.2, 0.8}) {
    const auto [other, same] = cosines_with_labels(share);
    EXPECT_LT(other, 1 - 2 * share + 0.2);  // the labels' part of it is -1
    EXPECT_GT(same, share - 0.2);           // … is 1
  }
}

TEST(Lsa, NeighboursShareTheirTheme) {
  const auto texts = themed(350);
  const Fitted fitted = fit(texts, {.dimension = 16});
  const auto row = [&](std::size_t i) {
    return std::span<const float>(fitted.embedded).subspan(i * 16, 16);
  };
  double same = 0;
  double other = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    same += static_cast<double>(dot(row(i), row(i + 7)));
    other += static_cast<double>(dot(row(i), row(i + 8)));
    EXPECT_NEAR(dot(row(i), row(i)), 1, 1e-5);
  }
  EXPECT_GT(same, 3 * other);
  EXPECT_GT(fitted.model.metrics().at("explained_variance"), 0.1);
  EXPECT_EQ(fitted.model.metrics().at("documents"), 350);
}

TEST(Lsa, SameBytesForAnyThreadsAndBatches) {
  const auto texts = themed(3000);
  const LsaOptions options{.dimension = 20, .sample = 2500};
  const Fitted one = fit(texts, options);
  for (const std::size_t threads : {2, 3}) {
    LsaOptions other = options;
    other.threads = threads;
    const Fitted again = fit(texts, other, 700 * threads);
    EXPECT_EQ(one.embedded, again.embedded);
  }
  LsaOptions seeded = options;
  seeded.seed = 2;
  EXPECT_NE(one.embedded, fit(texts, seeded).embedded);
}

TEST(Lsa, ModelEmbedsWhatTheFitterEmbedded) {
  const auto texts = themed(600);
  const Fitted fitted = fit(texts, {.dimension = 24});
  std::vector<float> out(24);
  for (std::size_t i = 0; i < texts.size(); i += 37) {
    fitted.model.embed(document(texts[i]), out);
    EXPECT_EQ(std::memcmp(out.data(), fitted.embedded.data() + i * 24, 24 * sizeof(float)), 0) << i;
  }
}

TEST(Lsa, DocumentsWithoutKnownWordsAreZero) {
  auto texts = themed(60);
  texts[10] = {};
  texts[20] = {"… — !", ""};
  texts[30] = {"le la les de", ""};
  const Fitted fitted = fit(texts, {.dimension = 8});
  for (const std::size_t i : {10, 20, 30}) {
    for (std::size_t j = 0; j < 8; ++j) {
      EXPECT_EQ(fitted.embedded[i * 8 + j], 0);
    }
  }
  std::vector<float> out(8, 7.0F);
  fitted.model.embed({}, out);
  EXPECT_EQ(out, std::vector<float>(8, 0.0F));
  fitted.model.embed(document({"inconnu", "Personne"}), out);
  EXPECT_EQ(out, std::vector<float>(8, 0.0F));
  EXPECT_THAT(fitted.model.top_terms({}, 5), IsEmpty());
}

TEST(Lsa, TinyCataloguesFitAndNeverGiveNaN) {
  for (const std::size_t count : {2, 3, 9, 10, 11, 49, 50}) {
    for (const bool equal : {true, false}) {
      std::vector<Text> texts(count);
      for (std::size_t i = 0; i < count; ++i) {
        texts[i].title = equal ? "baleine" : "baleine mot" + std::to_string(100 + i % 5);
      }
      LsaFitter fitter({.dimension = 128});
      std::vector<Document> documents;
      for (const Text& text : texts) {
        documents.push_back(document(text));
      }
      fitter.add_batch(documents);
      const auto model = fitter.fit();
      if (!model) {
        EXPECT_TRUE(equal && count >= 10) << count;
        continue;
      }
      ASSERT_EQ(fitter.embedded().size(), count * 128);
      for (const float value : fitter.embedded()) {
        EXPECT_TRUE(std::isfinite(value));
      }
    }
  }
}

TEST(Lsa, RefusesFewerThanTwoDocumentsWithWords) {
  for (const std::vector<Text>& texts :
       {std::vector<Text>{}, std::vector<Text>{{"baleine", ""}}, std::vector<Text>(5)}) {
    LsaFitter fitter({.dimension = 4});
    for (const Text& text : texts) {
      const Document one = document(text);
      fitter.add_batch({&one, 1});
    }
    const auto model = fitter.fit();
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().code, Code::kFailedPrecondition);
  }
}

TEST(Lsa, TopTermsAreWordsThatPeopleRead) {
  std::vector<Text> texts(20);
  for (std::size_t i = 0; i < 20; ++i) {
    texts[i].title = i % 2 == 0 ? "Tragédie grecque" : "Une tragédie, des tragédies en Himalaya";
    texts[i].author = i % 4 == 0 ? "Jean Anouilh" : "";
  }
  LsaFitter fitter({.max_share = 1, .dimension = 4});
  std::vector<Document> documents;
  for (const Text& text : texts) {
    documents.push_back(document(text));
  }
  fitter.add_batch(documents);
  const auto model = fitter.fit();
  ASSERT_TRUE(model);
  std::vector<std::string> words;
  for (const TermWeight& term : model->top_terms(documents[1], 9)) {
    words.emplace_back(term.term);
  }
  EXPECT_THAT(words, testing::UnorderedElementsAre("tragédie", "Himalaya"));
  const auto entries = model->tfidf(documents[0]);
  EXPECT_TRUE(std::ranges::any_of(entries, [&](const SparseEntry& entry) {
    return model->term(entry.term) == "Jean Anouilh";
  }));
  for (const SparseEntry& entry : fitter.top_terms(0, 9)) {
    EXPECT_NE(model->term(entry.term), "Jean Anouilh");
  }
}

TEST(Lsa, UnknownLanguageIsReadAsBoth) {
  const Fitted fitted = fit(themed(40), {.dimension = 4});
  std::vector<Text> texts(20);
  for (std::size_t i = 0; i < 20; ++i) {
    texts[i].title = i % 2 == 0 ? "tragédies grecques" : "romans noirs";
  }
  const Fitted french = fit(texts, {.max_share = 1, .dimension = 4});
  std::vector<float> known(4);
  std::vector<float> unknown(4);
  french.model.embed(document({"tragédie", ""}, "fr"), known);
  french.model.embed(document({"tragédie", ""}, ""), unknown);
  EXPECT_GT(dot(known, unknown), 0.99F);
}

}  // namespace
}  // namespace bookreco
