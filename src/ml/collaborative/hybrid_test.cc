#include "ml/collaborative/hybrid.h"

#include <cmath>

#include <gtest/gtest.h>

#include "ml/collaborative/planted.h"

namespace bookreco {
namespace {

constexpr std::size_t kItems = 60;

/// Vectors that tell the taste of an item and little else.
std::vector<float> planted_vectors() {
  std::vector<float> values;
  Random random(5);
  for (std::size_t item = 0; item < kItems; ++item) {
    for (std::size_t c = 0; c < 5; ++c) {
      values.push_back(static_cast<float>((c == item % 3 ? 1 : 0) + 0.2 * random.normal()));
    }
  }
  return values;
}

class HybridTest : public testing::Test {
 protected:
  HybridTest() {
    InteractionMatrixBuilder warm;  // every tenth item has no reader
    for (std::size_t r = 0; r < 300; ++r) {
      const auto row = all_.row(r);
      HeldOutReader reader;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::uint32_t item = row.columns[i];
        if (r >= 200) {
          (i % 3 == 0 ? void(reader.targets.push_back(item))
                      : void(reader.history.push_back({item, 1})));
        } else if (item % 10 != 9) {
          EXPECT_TRUE(warm.add(static_cast<std::uint32_t>(r), item));
        }
      }
      if (r >= 200) {
        held_out_.push_back(reader);
      }
    }
    train_ = warm.build(200, kItems).value();
    readers_ = train_.column_counts();
    context_.vectors = &vectors_;
    for (const char* kind : {"ease", "content", "popularity"}) {
      parts_.emplace_back(fit_model(kind, train_, {}, context_).value());
      pointers_.push_back(parts_.back().get());
    }
  }

  const InteractionMatrix all_ = planted_readers(300, kItems);
  const std::vector<float> values_ = planted_vectors();
  const ItemVectors vectors_{"space-1", 5, values_};
  InteractionMatrix train_;
  std::vector<std::uint32_t> readers_;
  std::vector<HeldOutReader> held_out_;
  FitContext context_;
  HybridParts parts_;
  std::vector<const CollaborativeModel*> pointers_;
};

TEST_F(HybridTest, IsNoWorseThanItsPartsAndTheSameForAnyNumberOfThreads) {
  std::vector<HybridFit> fits;
  for (const std::size_t threads : {1U, 2U, 3U}) {
    context_.threads = threads;
    fits.push_back(learn_hybrid(pointers_, readers_, held_out_, context_).value());
  }
  EXPECT_EQ(fits[0].weights.values, fits[1].weights.values);
  EXPECT_EQ(fits[0].weights.values, fits[2].weights.values);
  EXPECT_GT(fits[0].quality, 0);
  for (const double own : fits[0].part_quality) {
    EXPECT_GE(fits[0].quality, own - 0.02);  // what a hundred readers cannot tell apart
  }
}

TEST_F(HybridTest, ComesBackWithItsPartsAndExplainsItself) {
  const auto fit = learn_hybrid(pointers_, readers_, held_out_, context_).value();
  const auto model = make_hybrid(parts_, fit.weights, readers_).value();
  EXPECT_EQ(model->info().space, "space-1");
  EXPECT_TRUE(check_space(*model, "space-1"));
  EXPECT_EQ(check_space(*model, "space-2").error().code, Code::kFailedPrecondition);
  const TemporaryFolder folder;
  ASSERT_TRUE(save_model(*model, folder.path() / "model"));
  const auto loaded = load_model(folder.path() / "model").value();
  for (const HeldOutReader& reader : std::span(held_out_).first(5)) {
    EXPECT_EQ(scores_of(*model, reader.history), scores_of(*loaded, reader.history));
    EXPECT_EQ(model->explain(7, reader.history), loaded->explain(7, reader.history));
  }
}

TEST_F(HybridTest, RanksColdBooksByContent) {
  const auto fit = learn_hybrid(pointers_, readers_, held_out_, context_).value();
  const auto model = make_hybrid(parts_, fit.weights, readers_).value();
  std::size_t right = 0;
  std::size_t asked = 0;
  for (const HeldOutReader& reader : held_out_) {
    const auto scores = scores_of(*model, reader.history);
    const auto content = scores_of(*parts_[1], reader.history);
    for (std::uint32_t a = 9; a < kItems; a += 10) {
      for (std::uint32_t b = a + 10; b < kItems; b += 10) {
        right += (scores[a] > scores[b]) == (content[a] > content[b]) ? 1 : 0;
        ++asked;
      }
    }
  }
  EXPECT_EQ(right, asked);
}

TEST_F(HybridTest, EaseGivesColdBooksWeightsFromTheirContent) {
  const auto plain = fit_model("ease", train_, {{"lambda", 5}}, context_).value();
  const auto sided =
      fit_model("ease", train_, {{"lambda", 5}, {"content", 5'000}}, context_).value();
  EXPECT_EQ(plain->info().space, "");
  EXPECT_EQ(sided->info().space, "space-1");
  std::vector<HistoryItem> history;  // every warm book of taste 2
  for (std::uint32_t item = 2; item < kItems; item += 3) {
    if (item % 10 != 9) {
      history.push_back({item, 1});
    }
  }
  const auto without = scores_of(*plain, history);
  const auto with = scores_of(*sided, history);
  double alike = 0;
  double others = 0;
  for (std::uint32_t cold = 9; cold < kItems; cold += 10) {
    EXPECT_EQ(without[cold], 0);
    (cold % 3 == 2 ? alike : others) += static_cast<double>(with[cold]) / (cold % 3 == 2 ? 2 : 4);
  }
  EXPECT_GT(alike, others + 0.05);
}

TEST_F(HybridTest, RefusesPartsThatDoNotFit) {
  HybridParts parts = parts_;
  EXPECT_FALSE(make_hybrid({}, HybridWeights(0), readers_));
  EXPECT_FALSE(make_hybrid(parts, HybridWeights(2), readers_));
  const ItemVectors other{"space-2", 5, values_};
  context_.vectors = &other;
  parts.emplace_back(fit_model("content", train_, {}, context_).value());
  EXPECT_EQ(make_hybrid(parts, HybridWeights(4), readers_).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(learn_hybrid(pointers_, readers_, {}, context_));
  EXPECT_FALSE(fit_model("hybrid", train_, {}, context_));
}

TEST_F(HybridTest, ContentRefusesVectorsThatDoNotFit) {
  context_.vectors = nullptr;
  EXPECT_EQ(fit_model("content", train_, {}, context_).error().code, Code::kInvalidArgument);
  const ItemVectors few{"space-1", 5, std::span(values_).first(40)};
  context_.vectors = &few;
  EXPECT_FALSE(fit_model("content", train_, {}, context_));
  std::vector<float> bad = values_;
  bad[3] = std::nanf("");
  const ItemVectors unknown{"space-1", 5, bad};
  context_.vectors = &unknown;
  EXPECT_FALSE(fit_model("content", train_, {}, context_));
}

TEST_F(HybridTest, ContentExplainsItselfForLongHistoriesToo) {
  std::vector<HistoryItem> history;
  for (std::uint32_t i = 0; i < 600; ++i) {
    history.push_back({i, i % 7 == 0 ? -0.5F : 1.0F});
  }
  for (const std::size_t length : {20U, 600U}) {
    const ItemHistory own = std::span(history).first(length);
    const auto scores = scores_of(*parts_[1], own);
    float sum = 0;
    for (const ScoredItem& part : parts_[1]->explain(11, own)) {
      sum += part.score;
    }
    EXPECT_NEAR(sum, scores[11], 1e-3 * (1 + std::abs(sum)));
  }
}

}  // namespace
}  // namespace bookreco
