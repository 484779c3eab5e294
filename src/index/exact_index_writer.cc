#include <algorithm>
#include <cmath>
#include <limits>

#include "index/exact_index.h"
#include "index/exact_scan.h"
#include "kernels/codes.h"

namespace bookreco {
namespace {

constexpr std::size_t kRowsPerWrite = 1024;

/// 1 / norm; infinite where fp32 has no normal number for it, so that such rows are always compared
/// in fp64.
float inverse(double norm) {
  if (norm == 0) {
    return 0;
  }
  const double value = 1 / norm;
  return value < std::numeric_limits<float>::min() ? std::numeric_limits<float>::infinity()
                                                   : static_cast<float>(value);
}

struct Coded {
  std::vector<std::int8_t> codes;
  std::vector<float> l2_errors;
  std::vector<float> l1_errors;
  std::vector<float> norms;

  void add(std::span<const float> row, double scale) {
    double squares = 0;
    double l2 = 0;
    double l1 = 0;
    for (const double value : row) {
      const double code = code_of(value, scale);
      const double error = value - scale * code;
      codes.push_back(static_cast<std::int8_t>(code));
      squares += value * value;
      l2 += error * error;
      l1 += std::fabs(error);
    }
    l2_errors.push_back(rounded_up(std::sqrt(l2)));
    l1_errors.push_back(rounded_up(l1));
    norms.push_back(inverse(std::sqrt(squares)));
  }
};

/// Streams rows to the section "vectors", keeps them, and answers the largest absolute value.
Result<float> write_vectors(SectionWriter& writer,
                            std::vector<float>& vectors,
                            std::size_t rows,
                            std::size_t dimension,
                            std::size_t stride,
                            const std::function<Status(std::size_t, std::span<float>)>& row) {
  float largest = 0;
  BOOKRECO_TRY_VOID(writer.begin("vectors"));
  for (std::size_t i = 0; i < rows; ++i) {
    const std::span<float> out = std::span(vectors).subspan(i * stride, stride);
    BOOKRECO_TRY_VOID(row(i, out.first(dimension)));
    for (std::size_t at = 0; at < dimension; ++at) {
      if (!std::isfinite(out[at])) {
        return fail(Code::kInvalidArgument,
                    "value {} of vector {} is {}, not a finite number",
                    at,
                    i,
                    out[at]);
      }
      largest = std::max(largest, std::fabs(out[at]));
    }
    BOOKRECO_TRY_VOID(writer.append_array<float>(out));
  }
  return largest;
}

}  // namespace

Status ExactIndex::write(SectionWriter& writer,
                         std::size_t rows,
                         std::size_t dimension,
                         const std::function<Status(std::size_t, std::span<float>)>& row) {
  if (dimension == 0 || dimension > kMaxStride || rows > UINT32_MAX) {
    return fail(
        Code::kInvalidArgument, "an exact index cannot hold {} rows of {} values", rows, dimension);
  }
  const std::size_t stride = (dimension + kStrideUnit - 1) / kStrideUnit * kStrideUnit;
  const std::array<std::uint64_t, 2> shape = {rows, dimension};
  BOOKRECO_TRY_VOID(writer.add<std::uint64_t>("shape", shape));
  std::vector<float> vectors(rows * stride, 0.0F);
  BOOKRECO_TRY(const float largest, write_vectors(writer, vectors, rows, dimension, stride, row));
  const float scale = largest / 127;
  BOOKRECO_TRY_VOID(writer.add<float>("scale", std::span(&scale, 1)));
  BOOKRECO_TRY_VOID(writer.begin("codes"));
  Coded coded;
  for (std::size_t i = 0; i < rows; ++i) {
    coded.add(std::span(vectors).subspan(i * stride, stride), scale);
    if (i + 1 == rows || (i + 1) % kRowsPerWrite == 0) {
      BOOKRECO_TRY_VOID(writer.append_array<std::int8_t>(coded.codes));
      coded.codes.clear();
    }
  }
  BOOKRECO_TRY_VOID(writer.begin("errors"));
  BOOKRECO_TRY_VOID(writer.append_array<float>(coded.l2_errors));
  BOOKRECO_TRY_VOID(writer.append_array<float>(coded.l1_errors));
  return writer.add<float>("norms", coded.norms);
}

}  // namespace bookreco
