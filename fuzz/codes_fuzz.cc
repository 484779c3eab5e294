#include <array>
#include <cstdlib>
#include <vector>

#include "kernels/codes.h"
#include "support.h"

using namespace bookreco;

namespace {

constexpr std::size_t kRows = 5;

}  // namespace

/// The vector kernels against sums of 64 bits.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t stride = kStrideUnit * (1 + input.take<std::uint8_t>() % 6);
  std::vector<std::int16_t> weights(stride);
  std::vector<std::int8_t> query(stride);
  std::vector<std::int8_t> codes(stride * kRows);
  const auto code = [&] { return std::max<std::int8_t>(input.take<std::int8_t>(), -127); };
  std::ranges::generate(weights, [&] { return input.take<std::int16_t>(); });
  std::ranges::generate(query, code);
  std::ranges::generate(codes, code);
  std::array<std::int32_t, kRows> dots{};
  std::array<std::int32_t, kRows> squares{};
  std::array<std::int32_t, kRows> taxis{};
  codes_dot(weights.data(), codes.data(), stride, kRows, dots.data());
  codes_squared_l2(query.data(), codes.data(), stride, kRows, squares.data());
  codes_l1(query.data(), codes.data(), stride, kRows, taxis.data());
  for (std::size_t row = 0; row < kRows; ++row) {
    std::int64_t dot = 0, square = 0, taxi = 0;
    for (std::size_t at = 0; at < stride; ++at) {
      const std::int64_t value = codes[row * stride + at], gap = query[at] - value;
      dot += weights[at] * value, square += gap * gap, taxi += std::abs(gap);
    }
    BOOKRECO_CHECK(dots[row] == dot && squares[row] == square && taxis[row] == taxi);
  }
  return 0;
}
