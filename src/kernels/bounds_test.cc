#include "kernels/bounds.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace bookreco {
namespace {

TEST(Bounds, hold_what_the_terms_say_for_any_number_of_rows) {
  Random random(4);
  const BoundTerms terms{0.5F, 0.25F, 0x1.0p-20F};
  for (const std::size_t rows : {1U, 3U, 16U, 21U, 64U}) {
    std::vector<std::int32_t> sums(rows);
    std::vector<float> errors(rows);
    std::vector<float> norms(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      sums[i] = static_cast<std::int32_t>(random.below(2'000'000)) - 1'000'000;
      errors[i] = static_cast<float>(random.uniform());
      norms[i] = static_cast<float>(random.uniform()) + 0.5F;
    }
    std::vector<float> lower(rows);
    std::vector<float> upper(rows);
    const auto expect = [&](std::size_t i, double middle, double half) {
      const double rounding = std::fabs(middle) * 0x1.0p-18 + 1e-6;
      EXPECT_LE(lower[i], middle - half + 1e-9);
      EXPECT_GE(upper[i], middle + half - 1e-9);
      EXPECT_NEAR(lower[i], middle - half, rounding);
      EXPECT_NEAR(upper[i], middle + half, rounding);
    };
    bound_products(
        terms, sums.data(), errors.data(), norms.data(), rows, lower.data(), upper.data());
    for (std::size_t i = 0; i < rows; ++i) {
      expect(i, 0.5 * sums[i] * double{norms[i]}, (errors[i] + 0.25) * double{norms[i]});
    }
    for (std::int32_t& sum : sums) {
      sum = std::abs(sum);
    }
    for (const bool root : {false, true}) {
      bound_distances(terms, sums.data(), root, errors.data(), rows, lower.data(), upper.data());
      for (std::size_t i = 0; i < rows; ++i) {
        expect(i, -0.5 * (root ? std::sqrt(double(sums[i])) : sums[i]), errors[i] + 0.25);
      }
    }
  }
}

TEST(Bits, tell_which_of_64_values_pass) {
  Random random(9);
  std::vector<float> floats(64);
  std::vector<std::int32_t> numbers(64);
  for (std::size_t i = 0; i < 64; ++i) {
    floats[i] = static_cast<float>(random.below(5));
    numbers[i] = static_cast<std::int32_t>(random.below(7)) - 3;
  }
  floats[17] = std::numeric_limits<float>::quiet_NaN();
  numbers[5] = std::numeric_limits<std::int32_t>::min();
  numbers[6] = std::numeric_limits<std::int32_t>::max();
  const std::uint64_t reached = reaching(floats.data(), 2);
  const std::uint64_t inside = within(numbers.data(), -1, 2);
  const std::uint64_t all = within(numbers.data(), numbers[5], numbers[6]);
  for (std::size_t i = 0; i < 64; ++i) {
    EXPECT_EQ((reached >> i) & 1, !(floats[i] < 2) ? 1U : 0U) << i;
    EXPECT_EQ((inside >> i) & 1, numbers[i] >= -1 && numbers[i] <= 2 ? 1U : 0U) << i;
  }
  EXPECT_EQ(all, ~std::uint64_t{0});
}

}  // namespace
}  // namespace bookreco
