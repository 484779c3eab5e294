#include "index/hnsw_frame.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bookreco {
namespace {

constexpr std::size_t kSampleRows = 65'536;
constexpr std::size_t kBins = 2048;
constexpr int kMaxCode = 127;
// Conversion to integers cuts off: half up, on values made positive, is rounding.
constexpr int kRoundingInteger = 128;
constexpr double kRounding = kRoundingInteger + 0.5;

/// The step of least squared error for values of which bins[b] have a size of about
/// (b + ½) · width: a coarser one rounds more, a finer one cuts more off.
double best_step(std::span<const std::uint64_t> bins, double width) {
  double best = width;
  double least = std::numeric_limits<double>::infinity();
  double inside = 0;
  for (std::size_t cut = 0; cut < kBins; ++cut) {
    inside += static_cast<double>(bins[cut]);
    const double limit = static_cast<double>(cut + 1) * width;
    const double step = limit / kMaxCode;
    double error = inside * step * step / 12;
    for (std::size_t bin = cut + 1; bin < kBins && error < least; ++bin) {
      const double beyond = (static_cast<double>(bin) + 0.5) * width - limit;
      error += static_cast<double>(bins[bin]) * beyond * beyond;
    }
    if (error < least) {
      least = error;
      best = step;
    }
  }
  return best;
}

}  // namespace

double HnswFrame::length_of(std::span<const float> row) const {
  if (!unit_) {
    return 1;
  }
  double squares = 0;
  for (const float value : row) {
    squares += double{value} * double{value};
  }
  return std::sqrt(squares);
}

HnswFrame HnswFrame::fit(const ExactIndex& vectors, bool unit) {
  HnswFrame frame(std::vector<float>(vectors.dimension(), 0.0F), 1, unit);
  std::vector<float> centre(vectors.dimension(), 0.0F);
  const std::size_t sample = std::min(vectors.rows(), kSampleRows);
  const auto each = [&](const auto& visit) {
    for (std::size_t i = 0; i < sample; ++i) {
      const auto row = vectors.vector(i * vectors.rows() / sample);
      if (const double length = frame.length_of(row); length > 0) {
        visit(row, length);
      }
    }
  };
  std::vector<double> sums(vectors.dimension(), 0.0);
  std::size_t count = 0;
  each([&](std::span<const float> row, double length) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      sums[at] += double{row[at]} / length;
    }
    ++count;
  });
  for (std::size_t at = 0; count > 0 && at < sums.size(); ++at) {
    centre[at] = static_cast<float>(sums[at] / static_cast<double>(count));
  }
  double largest = 0;
  const auto gap = [&](std::span<const float> row, double length, std::size_t at) {
    return std::fabs(double{row[at]} / length - double{centre[at]});
  };
  each([&](std::span<const float> row, double length) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      largest = std::max(largest, gap(row, length, at));
    }
  });
  const double width = largest / kBins;
  if (!(width > 0) || !std::isfinite(largest)) {
    return {centre, 1, unit};
  }
  std::vector<std::uint64_t> bins(kBins, 0);
  each([&](std::span<const float> row, double length) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      ++bins[std::min(kBins - 1, static_cast<std::size_t>(gap(row, length, at) / width))];
    }
  });
  const auto step = static_cast<float>(best_step(bins, width));
  return {centre, std::isnormal(step) ? step : 1, unit};
}

HnswFrame::HnswFrame(std::span<const float> centre, float step, bool unit)
    : centre_(centre.begin(), centre.end()), step_(step), unit_(unit) {
  for (const float value : centre) {
    offsets_.push_back(double{value} / double{step});
  }
}

int HnswFrame::encode(std::span<const float> row, std::span<std::int8_t> out, int max_shift) const {
  const double scale = 1 / (length_of(row) * double{step_});
  double largest = 0;
  for (std::size_t at = 0; at < row.size(); ++at) {
    largest = std::max(largest, std::fabs(double{row[at]} * scale - offsets_[at]));
  }
  int shift = 0;
  while (shift < max_shift && largest > (kMaxCode + 0.5) * std::exp2(shift)) {
    ++shift;
  }
  const double fine = std::exp2(-shift);
  for (std::size_t at = 0; at < row.size(); ++at) {
    const double value = (double{row[at]} * scale - offsets_[at]) * fine;
    const double within = std::min(std::max(value, -double{kMaxCode}), double{kMaxCode});
    out[at] = static_cast<std::int8_t>(static_cast<int>(within + kRounding) - kRoundingInteger);
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(row.size()), out.end(), std::int8_t{0});
  return shift;
}

}  // namespace bookreco
