#include "ml/label_head.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/linear.h"

namespace bookreco {
namespace {

/// 300 rows of words w0 … w29 and one collection. A row of kind k (0 or 1) holds its collection
/// "=c<k>", its word "w<k>", a word of its own chance, and its label "#<k>" where `labelled`.
struct Catalogue {
  StringTable terms;
  SparseRows rows;
  std::vector<std::uint32_t> kinds;

  explicit Catalogue(bool labelled = true, std::size_t count = 300) {
    for (int i = 0; i < 30; ++i) {
      terms.insert("w" + std::to_string(i));
    }
    for (const char* field : {"=c0", "=c1", "#0", "#1"}) {
      terms.insert(field);
    }
    rows.columns = terms.size();
    Random random(5);
    for (std::size_t row = 0; row < count; ++row) {
      const auto kind = static_cast<std::uint32_t>(row % 2);
      kinds.push_back(kind);
      put(kind);
      put(static_cast<std::uint32_t>(2 + random.below(28)));
      put(30 + kind);
      if (labelled) {
        put(32 + kind);
      }
      rows.offsets.push_back(rows.ids.size());
    }
  }
  void put(std::uint32_t term) {
    rows.ids.push_back(term);
    rows.values.push_back(0.5F);
  }
};

std::vector<float> foretold(const DenseBlock& head, std::vector<std::uint32_t> ids) {
  std::vector<float> out(head.stride);
  gather_rows(head.values.data(), ids, std::vector<float>(ids.size(), 1.0F), out);
  return out;
}

float cosine(std::vector<float> a, std::vector<float> b) {
  normalise(a);
  normalise(b);
  return dot(a, b);
}

TEST(LabelHead, TermsForetellLabels) {
  const Catalogue catalogue;
  const DenseBlock head = fit_label_head(catalogue.rows, catalogue.terms, {});
  ASSERT_EQ(head.rows, catalogue.terms.size());
  ASSERT_EQ(head.columns, 2U);
  EXPECT_GT(cosine(foretold(head, {0, 10}), foretold(head, {0, 11})), 0.9F);
  EXPECT_LT(cosine(foretold(head, {0, 10}), foretold(head, {1, 10})), -0.9F);
}

TEST(LabelHead, ATermTellsByWhatItGoesWith) {
  const Catalogue catalogue;
  const DenseBlock head = fit_label_head(catalogue.rows, catalogue.terms, {});
  const auto length = [&](std::uint32_t term) {
    return std::sqrt(dot(foretold(head, {term}), foretold(head, {term})));
  };
  EXPECT_GT(length(0), 5 * length(7));   // a word of one kind, a word of both
  EXPECT_GT(length(30), 2 * length(0));  // the collection is heard louder than the word
}

TEST(LabelHead, LabelsThemselvesForetellNothing) {
  const Catalogue catalogue;
  const DenseBlock head = fit_label_head(catalogue.rows, catalogue.terms, {});
  for (const std::uint32_t label : {32U, 33U}) {
    for (const float value : foretold(head, {label})) {
      EXPECT_EQ(value, 0);
    }
  }
}

TEST(LabelHead, RowsWithoutLabelsTeachNothing) {
  Catalogue catalogue;
  const DenseBlock taught = fit_label_head(catalogue.rows, catalogue.terms, {});
  for (int i = 0; i < 40; ++i) {
    catalogue.put(static_cast<std::uint32_t>(i % 30));
    catalogue.rows.offsets.push_back(catalogue.rows.ids.size());
  }
  catalogue.rows.offsets.push_back(catalogue.rows.ids.size());  // and an empty row
  EXPECT_EQ(fit_label_head(catalogue.rows, catalogue.terms, {}).values, taught.values);
}

TEST(LabelHead, NothingToLearnGivesNoColumns) {
  for (const Catalogue& catalogue : {Catalogue(false), Catalogue(true, 0), Catalogue(true, 1)}) {
    const DenseBlock head = fit_label_head(catalogue.rows, catalogue.terms, {});
    EXPECT_EQ(head.columns, 0U);
    EXPECT_EQ(head.rows, catalogue.terms.size());
  }
  const Catalogue catalogue;
  EXPECT_EQ(fit_label_head(catalogue.rows, catalogue.terms, {.rank = 0}).columns, 0U);
  EXPECT_EQ(fit_label_head(catalogue.rows, catalogue.terms, {.rank = 1}).columns, 1U);
}

TEST(LabelHead, SolvesTheRidgeEquations) {
  // With as many iterations as it takes: (XᵀX + λ) · W = Xᵀ · Y, here one feature and two labels of
  // opposite direction, y = ±1/√2 along the axis between them once centred.
  StringTable terms;
  for (const char* term : {"a", "b", "#x", "#y"}) {
    terms.insert(term);
  }
  SparseRows rows;
  rows.columns = 4;
  for (std::uint32_t i = 0; i < 8; ++i) {
    rows.ids.insert(rows.ids.end(), {i % 2, 2 + i % 2});
    rows.values.insert(rows.values.end(), {0.6F, 0.8F});
    rows.offsets.push_back(rows.ids.size());
  }
  const DenseBlock head = fit_label_head(rows, terms, {.ridge = 2, .iterations = 20});
  const auto a = foretold(head, {0});
  // XᵀX = 4, Xᵀy = 4 · 1/√2, so |w| = 4 / (4 + 2) / √2
  EXPECT_NEAR(std::sqrt(dot(a, a)), 4.0 / 6 / std::sqrt(2.0), 1e-5);
}

TEST(LabelHead, SameBytesForAnyThreads) {
  const Catalogue catalogue(true, 5'000);
  const DenseBlock one = fit_label_head(catalogue.rows, catalogue.terms, {.threads = 1});
  const DenseBlock three = fit_label_head(catalogue.rows, catalogue.terms, {.threads = 3});
  EXPECT_EQ(one.values, three.values);
}

}  // namespace
}  // namespace bookreco
