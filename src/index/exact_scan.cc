#include "index/exact_scan.h"

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>

#include "base/threads.h"
#include "kernels/bounds.h"
#include "kernels/codes.h"

namespace bookreco {
namespace {

constexpr std::size_t kBlock = CodeBounds::kBlock;
constexpr std::size_t kChunkBlocks = 64;        ///< blocks that a thread takes at once: 4,096 rows
constexpr std::size_t kRowsPerThread = 50'000;  ///< fewer are scanned sooner than a thread starts
constexpr int kSparseBits =
    12;  ///< allowed rows of a block below which they are compared one by one
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kRelative = 0x1.0p-20F;  ///< covers the few fp32 roundings of a bound

/// One thread's share of a scan.
class Scanner {
 public:
  Scanner(const CodeBounds& bounds, std::size_t rows, std::size_t k, const RowSet* allowed)
      : bounds_(bounds), rows_(rows), allowed_(allowed), buffer_(k) {
    std::fill(std::begin(block_.upper), std::end(block_.upper), -kInfinity);
  }

  CandidateBuffer& buffer() { return buffer_; }

  void scan(std::size_t block) {
    const std::size_t first = block * kBlock;
    const std::size_t rows = std::min(kBlock, rows_ - first);
    std::uint64_t wanted = rows == kBlock ? ~std::uint64_t{0} : (std::uint64_t{1} << rows) - 1;
    if (allowed_ != nullptr) {
      wanted &= allowed_->words()[block];
      if (std::popcount(wanted) < kSparseBits) {
        return scan_sparse(first, wanted);
      }
    }
    bounds_.compute(first, rows, block_);
    wanted &= reaching(block_.upper, buffer_.threshold());
    for (; wanted != 0; wanted &= wanted - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(wanted));
      buffer_.offer(static_cast<std::uint32_t>(first + i), block_.lower[i], block_.upper[i]);
    }
  }

 private:
  void scan_sparse(std::size_t first, std::uint64_t wanted) {
    for (; wanted != 0; wanted &= wanted - 1) {
      const std::size_t row = first + static_cast<std::size_t>(std::countr_zero(wanted));
      bounds_.compute(row, 1, block_);
      buffer_.offer(static_cast<std::uint32_t>(row), block_.lower[0], block_.upper[0]);
    }
  }

  const CodeBounds& bounds_;
  std::size_t rows_;
  const RowSet* allowed_;
  CandidateBuffer buffer_;
  CodeBounds::Block block_;
};

void raise(std::atomic<float>& shared, float value) {
  float seen = shared.load(std::memory_order_relaxed);
  while (seen < value && !shared.compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

}  // namespace

double code_of(double value, double scale) {
  return scale == 0 ? 0 : std::clamp(std::nearbyint(value / scale), -127.0, 127.0);
}

float rounded_up(double value) {
  const double roomy = value * (1 + 1e-6);
  const auto nearest = static_cast<float>(roomy);
  return double{nearest} < roomy ? std::nextafter(nearest, kInfinity) : nearest;
}

CodeBounds::CodeBounds(const ExactColumns& columns, std::span<const float> query, Metric metric)
    : columns_(columns), metric_(metric) {
  if (metric == Metric::kCosine) {
    code_for_dot(query);
  } else {
    code_for_distance(query);
  }
}

// Integer weights as fine as 16 bits and a sum below 2^31 allow. Added to the slack: the least
// normal number, for products that underflow.
void CodeBounds::code_for_dot(std::span<const float> query) {
  double squares = 0;
  double largest = 0;
  double sum = 0;
  for (const float value : query) {
    const double size = std::fabs(double{value});
    squares += size * size;
    largest = std::max(largest, size);
    sum += size;
  }
  const double to_weight = double{columns_.scale} / std::sqrt(squares);
  const auto places = static_cast<double>(columns_.stride);
  const double finest = std::max(largest / 32'767, sum * 127 / (0x1.0p31 - 128 * places));
  unit_ = rounded_up(finest * to_weight);
  weights_.assign(columns_.stride, 0);
  double error = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const double weight = double{query[i]} * to_weight;
    const double whole = unit_ == 0 ? 0 : std::nearbyint(weight / double{unit_});
    weights_[i] = static_cast<std::int16_t>(whole);
    error += std::fabs(weight - whole * double{unit_});
  }
  slack_ = rounded_up(127 * error + FLT_MIN);
}

void CodeBounds::code_for_distance(std::span<const float> query) {
  codes_.assign(columns_.stride, 0);
  unit_ = columns_.scale;
  double l2 = 0;
  double l1 = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const double code = code_of(query[i], unit_);
    const double error = double{query[i]} - code * double{unit_};
    codes_[i] = static_cast<std::int8_t>(code);
    l2 += error * error;
    l1 += std::fabs(error);
  }
  slack_ = rounded_up((metric_ == Metric::kEuclidean ? std::sqrt(l2) : l1) + FLT_MIN);
}

void CodeBounds::compute(std::size_t first, std::size_t rows, Block& out) const {
  const std::int8_t* codes = columns_.codes.data() + first * columns_.stride;
  const BoundTerms terms{unit_, slack_, kRelative};
  alignas(64) std::int32_t sums[kBlock];
  if (metric_ == Metric::kCosine) {
    codes_dot(weights_.data(), codes, columns_.stride, rows, sums);
    const float* errors = columns_.l2_errors.data() + first;
    const float* norms = columns_.norms.data() + first;
    bound_products(terms, sums, errors, norms, rows, out.lower, out.upper);
  } else if (metric_ == Metric::kEuclidean) {
    codes_squared_l2(codes_.data(), codes, columns_.stride, rows, sums);
    const float* errors = columns_.l2_errors.data() + first;
    bound_distances(terms, sums, true, errors, rows, out.lower, out.upper);
  } else {
    codes_l1(codes_.data(), codes, columns_.stride, rows, sums);
    const float* errors = columns_.l1_errors.data() + first;
    bound_distances(terms, sums, false, errors, rows, out.lower, out.upper);
  }
}

CandidateBuffer::CandidateBuffer(std::size_t k)
    : k_(k), prune_at_(std::max<std::size_t>(4 * k, 4096)) {
  best_.reserve(k);
}

void CandidateBuffer::offer(std::uint32_t row, float lower, float upper) {
  if (upper < threshold_) {
    return;
  }
  if (!(lower <= upper)) {
    lower = -kInfinity;
    upper = kInfinity;
  }
  if (found_.size() == prune_at_) {
    prune();
  }
  found_.push_back({upper, row});
  if (best_.size() == k_) {
    if (lower <= best_.front()) {
      return;
    }
    std::ranges::pop_heap(best_, std::greater<>());
    best_.back() = lower;
  } else {
    best_.push_back(lower);
  }
  std::ranges::push_heap(best_, std::greater<>());
  if (best_.size() == k_) {
    raise(best_.front());
  }
}

void CandidateBuffer::prune() {
  std::erase_if(found_,
                [this](const Candidate& candidate) { return candidate.upper < threshold_; });
  prune_at_ = std::max(prune_at_, 2 * found_.size());
}

std::span<const Candidate> CandidateBuffer::finish() {
  prune();
  return found_;
}

std::vector<Candidate> scan_codes(const ExactColumns& columns,
                                  const CodeBounds& bounds,
                                  std::size_t k,
                                  float reached,
                                  const RowSet* allowed,
                                  std::size_t threads) {
  const std::size_t blocks = (columns.rows + kBlock - 1) / kBlock;
  threads =
      std::clamp<std::size_t>(columns.rows / kRowsPerThread, 1, std::max<std::size_t>(threads, 1));
  std::vector<std::vector<Candidate>> found(threads);
  std::atomic<std::size_t> next{0};
  std::atomic<float> threshold{reached};
  parallel_for(threads, threads, [&](std::size_t share) {
    Scanner scanner(bounds, columns.rows, k, allowed);
    for (;;) {
      const std::size_t begin = next.fetch_add(kChunkBlocks, std::memory_order_relaxed);
      if (begin >= blocks) {
        break;
      }
      scanner.buffer().raise(threshold.load(std::memory_order_relaxed));
      for (std::size_t block = begin; block < std::min(blocks, begin + kChunkBlocks); ++block) {
        scanner.scan(block);
      }
      raise(threshold, scanner.buffer().threshold());
    }
    const auto candidates = scanner.buffer().finish();
    found[share].assign(candidates.begin(), candidates.end());
  });
  for (std::size_t share = 1; share < threads; ++share) {
    found[0].insert(found[0].end(), found[share].begin(), found[share].end());
  }
  return std::move(found[0]);
}

}  // namespace bookreco
