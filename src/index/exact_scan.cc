#include "index/exact_scan.h"

#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>

#include "base/threads.h"
#include "kernels/codes.h"

namespace bookreco {
namespace {

constexpr std::size_t kBlock = CodeBounds::kBlock;
constexpr std::size_t kChunkBlocks = 64;        ///< blocks that a thread takes at once: 4,096 rows
constexpr std::size_t kRowsPerThread = 50'000;  ///< fewer are scanned sooner than a thread starts
constexpr int kSparseBits =
    12;  ///< allowed rows of a block below which they are compared one by one
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr double kUnit = 0x1.0p-24;      ///< half a unit in the last place of fp32, relative
constexpr float kRelative = 0x1.0p-20F;  ///< covers the few roundings of the bound itself

/// Inlined with a constant `rows` for whole blocks, where the loop then runs on vectors.
[[gnu::always_inline]] inline void bound_cosine(float* lower,
                                                float* upper,
                                                const float* errors,
                                                const float* norms,
                                                float slack,
                                                float relative,
                                                std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    const float middle = upper[i] * norms[i];
    const float half =
        ((errors[i] + slack) * norms[i] + std::fabs(middle) * relative) * (1 + kRelative);
    lower[i] = middle - half;
    upper[i] = middle + half;
  }
}

[[gnu::always_inline]] inline void bound_distance(float* lower,
                                                  float* upper,
                                                  const float* errors,
                                                  float slack,
                                                  float relative,
                                                  std::size_t rows) {
  for (std::size_t i = 0; i < rows; ++i) {
    const float distance = upper[i];
    const float half = (errors[i] + slack + distance * relative) * (1 + kRelative);
    lower[i] = -distance - half;
    upper[i] = -distance + half;
  }
}

int count_reaching(const CodeBounds::Block& block, float threshold) {
  int count = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    count += static_cast<int>(!(block.upper[i] < threshold));
  }
  return count;
}

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
    if (rows == kBlock && count_reaching(block_, buffer_.threshold()) == 0) {
      return;
    }
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

// The rounding of a sum of n products in fp32 is at most γ · Σ|terms|, γ = n·u / (1 − n·u) (Higham
// 2002, section 3.1), in any order; products and sums below the smallest normal number add at most
// n of those.
CodeBounds::CodeBounds(const ExactColumns& columns, std::span<const float> query, Metric metric)
    : columns_(columns), metric_(metric), query_(columns.stride, 0.0F) {
  const auto terms = static_cast<double>(columns.stride + 16);
  const double gamma = terms * kUnit / (1 - terms * kUnit);
  double spread = 0;
  if (metric == Metric::kCosine) {
    double squares = 0;
    for (const float value : query) {
      squares += double{value} * double{value};
    }
    const double norm = std::sqrt(squares);
    for (std::size_t i = 0; i < query.size(); ++i) {
      query_[i] = static_cast<float>(double{query[i]} / norm * double{columns.scales[i]});
      spread += 127 * std::fabs(double{query_[i]});
    }
    slack_ = static_cast<float>(2 * gamma * spread + 256 * terms * FLT_MIN);
    relative_ = kRelative;
    return;
  }
  std::ranges::copy(query, query_.begin());
  const bool squared = metric == Metric::kEuclidean;
  for (const float scale : columns.scales) {
    spread += squared ? 127.0 * 127.0 * scale * scale : 127.0 * scale;
  }
  spread = squared ? std::sqrt(spread) : spread;
  const double underflow = squared ? std::sqrt(terms) * 0x1.0p-72 : 256 * terms * FLT_MIN;
  slack_ = static_cast<float>(4 * kUnit * spread + underflow);
  relative_ = static_cast<float>(2 * gamma) + kRelative;
}

void CodeBounds::compute(std::size_t first, std::size_t rows, Block& out) const {
  const std::int8_t* codes = columns_.codes.data() + first * columns_.stride;
  const float* scales = columns_.scales.data();
  float* sums = out.upper;
  if (metric_ == Metric::kCosine) {
    codes_dot(query_.data(), codes, columns_.stride, rows, sums);
    const float* errors = columns_.l2_errors.data() + first;
    const float* norms = columns_.norms.data() + first;
    if (rows == kBlock) {
      bound_cosine(out.lower, sums, errors, norms, slack_, relative_, kBlock);
    } else {
      bound_cosine(out.lower, sums, errors, norms, slack_, relative_, rows);
    }
    return;
  }
  const float* errors = columns_.l1_errors.data() + first;
  if (metric_ == Metric::kEuclidean) {
    codes_squared_l2(query_.data(), scales, codes, columns_.stride, rows, sums);
    for (std::size_t i = 0; i < rows; ++i) {
      sums[i] = std::sqrt(sums[i]);
    }
    errors = columns_.l2_errors.data() + first;
  } else {
    codes_l1(query_.data(), scales, codes, columns_.stride, rows, sums);
  }
  if (rows == kBlock) {
    bound_distance(out.lower, sums, errors, slack_, relative_, kBlock);
  } else {
    bound_distance(out.lower, sums, errors, slack_, relative_, rows);
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
                                  const RowSet* allowed,
                                  std::size_t threads) {
  const std::size_t blocks = (columns.rows + kBlock - 1) / kBlock;
  threads =
      std::clamp<std::size_t>(columns.rows / kRowsPerThread, 1, std::max<std::size_t>(threads, 1));
  std::vector<std::vector<Candidate>> found(threads);
  std::atomic<std::size_t> next{0};
  std::atomic<float> threshold{-kInfinity};
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
