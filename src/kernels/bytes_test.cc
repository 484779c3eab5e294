#include "kernels/bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "kernels/bytes_targets.h"

namespace bookreco {
namespace {

struct alignas(kByteStride) Line {
  std::uint8_t bytes[kByteStride];
};

struct Case {
  std::vector<std::int8_t> query;
  std::vector<Line> lines;
  ByteRows rows;
  std::vector<std::uint32_t> picked;
  std::vector<std::int32_t> expected;

  Case(std::size_t stride, std::size_t gap, std::size_t count, std::uint64_t seed, bool extreme)
      : query(stride) {
    constexpr std::size_t kRows = 37;
    Random random(seed);
    lines.resize(kRows * (stride + gap) / kByteStride);
    rows = {lines.front().bytes, stride + gap, stride};
    for (Line& line : lines) {
      for (std::uint8_t& byte : line.bytes) {
        byte = extreme ? 255 : static_cast<std::uint8_t>(random.below(256));
      }
    }
    for (std::int8_t& value : query) {
      value = static_cast<std::int8_t>(extreme ? -128 : static_cast<int>(random.below(256)) - 128);
    }
    for (std::size_t i = 0; i < count; ++i) {
      picked.push_back(static_cast<std::uint32_t>(random.below(kRows)));
      std::int32_t sum = 0;
      for (std::size_t at = 0; at < stride; ++at) {
        const std::size_t place = picked.back() * rows.spacing + at;
        sum += query[at] * lines[place / kByteStride].bytes[place % kByteStride];
      }
      expected.push_back(sum);
    }
  }

  template <class Kernel>
  std::vector<std::int32_t> run(const Kernel& kernel) const {
    std::vector<std::int32_t> out(picked.size());
    kernel(query.data(), rows, picked, out.data());
    return out;
  }
};

template <class Kernel>
void expect_scalar_sums(const Kernel& kernel) {
  for (const std::size_t stride : {64U, 128U, 192U, 640U}) {
    for (const std::size_t gap : {0U, 128U}) {
      for (const std::size_t count : {0U, 1U, 2U, 3U, 4U, 5U, 8U, 31U, 64U}) {
        const Case c(stride, gap, count, stride + gap + count, false);
        EXPECT_EQ(c.run(kernel), c.expected) << "stride " << stride << ", " << count << " rows";
      }
    }
  }
}

TEST(Bytes, equal_the_scalar_sums) {
  expect_scalar_sums(byte_dots);
}

TEST(Bytes, every_way_equals_the_scalar_sums) {
  expect_scalar_sums(byte_dots_portable);
  if (has_vnni()) {
    expect_scalar_sums(byte_dots_vnni);
  }
}

TEST(Bytes, the_largest_sum_fits) {
  const Case c(65'536, 0, 5, 1, true);
  EXPECT_EQ(c.run(byte_dots), c.expected);
  EXPECT_EQ(c.run(byte_dots_portable), c.expected);
}

}  // namespace
}  // namespace bookreco
