#include <array>
#include <cmath>
#include <vector>

#include "kernels/codes.h"
#include "support.h"

using namespace bookreco;

namespace {

constexpr std::size_t kRows = 5;
constexpr double kEpsilon = 1.2e-7;

/// A float of at most 1000, from two bytes.
float take_value(fuzz::Input& input) {
  return static_cast<float>(input.take<std::int16_t>()) / 32.0F;
}

bool near(double got, double expected, double magnitude, std::size_t stride) {
  return std::abs(got - expected) <=
         kEpsilon * static_cast<double>(stride + 4) * (magnitude + 1e-30);
}

}  // namespace

/// The vector kernels against sums in fp64, within what fp32 may lose.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t stride = kStrideUnit * (1 + input.take<std::uint8_t>() % 12);
  std::vector<float> query(stride);
  std::vector<float> scales(stride);
  std::vector<std::int8_t> codes(stride * kRows);
  std::ranges::generate(query, [&] { return take_value(input); });
  std::ranges::generate(scales, [&] { return std::abs(take_value(input)); });
  std::ranges::generate(codes, [&] { return input.take<std::int8_t>(); });
  std::array<float, kRows> dots{};
  std::array<float, kRows> squares{};
  std::array<float, kRows> taxis{};
  codes_dot(query.data(), codes.data(), stride, kRows, dots.data());
  codes_squared_l2(query.data(), scales.data(), codes.data(), stride, kRows, squares.data());
  codes_l1(query.data(), scales.data(), codes.data(), stride, kRows, taxis.data());
  for (std::size_t row = 0; row < kRows; ++row) {
    double dot = 0, dot_size = 0, square = 0, square_size = 0, taxi = 0, taxi_size = 0;
    for (std::size_t d = 0; d < stride; ++d) {
      const double code = codes[row * stride + d], value = scales[d] * code, gap = query[d] - value;
      const double gap_size = std::abs(query[d]) + std::abs(value);
      dot += query[d] * code, dot_size += std::abs(query[d] * code);
      square += gap * gap, square_size += gap_size * gap_size;
      taxi += std::abs(gap), taxi_size += gap_size;
    }
    BOOKRECO_CHECK(near(dots[row], dot, dot_size, stride));
    BOOKRECO_CHECK(near(squares[row], square, square_size, stride));
    BOOKRECO_CHECK(near(taxis[row], taxi, taxi_size, stride));
  }
  return 0;
}
