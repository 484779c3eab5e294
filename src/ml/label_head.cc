#include "ml/label_head.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "base/threads.h"
#include "kernels/linear.h"
#include "ml/randomized_svd.h"
#include "ml/tokenizer.h"

namespace bookreco {
namespace {

constexpr std::size_t kOversampling = 10;
constexpr std::size_t kPowerIterations = 4;

/// The label entries of each row, labels numbered from 0, each row of length 1.
SparseRows label_rows(const SparseRows& rows, const StringTable& terms) {
  std::vector<std::uint32_t> numbers(terms.size(), StringTable::kNone);
  SparseRows labels;
  for (std::uint32_t term = 0; term < terms.size(); ++term) {
    if (Tokenizer::is_label(terms.at(term))) {
      numbers[term] = static_cast<std::uint32_t>(labels.columns++);
    }
  }
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const std::size_t first = labels.ids.size();
    for (std::size_t i = rows.offsets[row]; i < rows.offsets[row + 1]; ++i) {
      if (numbers[rows.ids[i]] != StringTable::kNone) {
        labels.ids.push_back(numbers[rows.ids[i]]);
        labels.values.push_back(rows.values[i]);
      }
    }
    normalise(std::span(labels.values).subspan(first));
    labels.offsets.push_back(labels.ids.size());
  }
  return labels;
}

/// How loud each term is heard: labels not at all.
std::vector<float> loudness(const StringTable& terms, double field_scale) {
  std::vector<float> scales(terms.size());
  for (std::uint32_t term = 0; term < terms.size(); ++term) {
    const std::string_view text = terms.at(term);
    scales[term] = Tokenizer::is_word(text)    ? 1.0F
                   : Tokenizer::is_label(text) ? 0.0F
                                               : static_cast<float>(field_scale);
  }
  return scales;
}

/// The regression of label directions on terms. The feature rows are never stored: row i is
/// rows[i] · scales, divided by its length.
class Regression {
 public:
  Regression(const SparseRows& rows,
             const SparseRows& labels,
             const StringTable& terms,
             const LabelHeadOptions& options)
      : rows_(rows),
        labels_(labels),
        options_(options),
        scales_(loudness(terms, options.field_scale)),
        inverse_lengths_(rows.rows(), 0.0F) {
    for (std::size_t row = 0; row < rows.rows(); ++row) {
      double sum = 0;
      for (std::size_t i = rows.offsets[row]; i < rows.offsets[row + 1]; ++i) {
        const double value = double{rows.values[i]} * double{scales_[rows.ids[i]]};
        sum += value * value;
      }
      if (sum > 0 && !labels.ids_of(row).empty()) {
        inverse_lengths_[row] = static_cast<float>(1 / std::sqrt(sum));
        ++examples_;
      }
    }
  }

  std::size_t examples() const { return examples_; }

  /// Xᵀ · (labels · axes, centred); `axes` has `columns` columns.
  DenseBlock moments(const std::vector<float>& axes, std::size_t columns) const {
    DenseBlock mean(1, columns);
    std::vector<float> sum(mean.stride);
    for (std::size_t row = 0; row < rows_.rows(); ++row) {
      if (inverse_lengths_[row] > 0) {
        gather_rows(axes.data(), labels_.ids_of(row), labels_.values_of(row), sum);
        axpy(1 / static_cast<float>(examples_), sum, mean.values);
      }
    }
    return scaled(transposed_product(
        rows_,
        columns,
        [&](std::size_t row, std::span<float> out) {
          gather_rows(axes.data(), labels_.ids_of(row), labels_.values_of(row), out);
          axpy(-1, mean.values, out);
          scale(inverse_lengths_[row], out);
        },
        options_.threads));
  }

  /// (XᵀX + ridge) · block
  DenseBlock apply(const DenseBlock& block) const {
    const DenseBlock heard = scaled(block);
    DenseBlock out = scaled(transposed_product(
        rows_,
        block.columns,
        [&](std::size_t row, std::span<float> dense) {
          gather_rows(heard.values.data(), rows_.ids_of(row), rows_.values_of(row), dense);
          scale(inverse_lengths_[row] * inverse_lengths_[row], dense);
        },
        options_.threads));
    axpy(static_cast<float>(options_.ridge), block.values, out.values);
    return out;
  }

  /// Rows of `block` times how loud their terms are heard.
  DenseBlock scaled(DenseBlock block) const {
    for (std::size_t term = 0; term < block.rows; ++term) {
      scale(scales_[term], {block.values.data() + term * block.stride, block.stride});
    }
    return block;
  }

 private:
  const SparseRows& rows_;
  const SparseRows& labels_;
  const LabelHeadOptions& options_;
  std::vector<float> scales_;
  std::vector<float> inverse_lengths_;  ///< 0 for a row that is no example
  std::size_t examples_ = 0;
};

/// The inner product of each column of `a` with that of `b`.
std::vector<double> column_products(const DenseBlock& a, const DenseBlock& b) {
  std::vector<double> sums(a.columns, 0.0);
  for (std::size_t row = 0; row < a.rows; ++row) {
    for (std::size_t column = 0; column < a.columns; ++column) {
      const std::size_t i = row * a.stride + column;
      sums[column] += double{a.values[i]} * double{b.values[i]};
    }
  }
  return sums;
}

/// y = α · x + β · y, each column with its own factors.
void combine(const std::vector<double>& alpha,
             const DenseBlock& x,
             const std::vector<double>& beta,
             DenseBlock& y) {
  for (std::size_t row = 0; row < y.rows; ++row) {
    for (std::size_t column = 0; column < y.columns; ++column) {
      const std::size_t i = row * y.stride + column;
      y.values[i] = static_cast<float>((alpha[column] * double{x.values[i]}) +
                                       (beta[column] * double{y.values[i]}));
    }
  }
}

std::vector<double> quotients(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out(a.size());
  std::ranges::transform(a, b, out.begin(), [](double x, double y) { return y > 0 ? x / y : 0; });
  return out;
}

DenseBlock solve(const Regression& regression,
                 DenseBlock residual,
                 std::size_t iterations,
                 const ProgressFn& progress) {
  const std::vector<double> ones(residual.columns, 1.0);
  DenseBlock weights(residual.rows, residual.columns);
  DenseBlock direction = residual;
  std::vector<double> length = column_products(residual, residual);
  for (std::size_t i = 0; i < iterations; ++i) {
    report(progress, "labels", i, iterations);
    const DenseBlock image = regression.apply(direction);
    std::vector<double> step = quotients(length, column_products(direction, image));
    combine(step, direction, ones, weights);
    std::ranges::transform(step, step.begin(), std::negate<>());
    combine(step, image, ones, residual);
    std::vector<double> next = column_products(residual, residual);
    combine(ones, residual, quotients(next, length), direction);
    length = std::move(next);
  }
  report(progress, "labels", iterations, iterations);
  return regression.scaled(std::move(weights));
}

}  // namespace

DenseBlock fit_label_head(const SparseRows& rows,
                          const StringTable& terms,
                          const LabelHeadOptions& options,
                          const ProgressFn& progress) {
  DenseBlock nothing(terms.size(), 0);
  const SparseRows labels = label_rows(rows, terms);
  const Regression regression(rows, labels, terms, options);
  const std::size_t rank = std::min(options.rank, labels.columns);
  if (rank == 0 || labels.columns < 2 || regression.examples() < 2) {
    return nothing;
  }
  const TruncatedSvd axes = randomized_svd(
      labels, {rank, kOversampling, kPowerIterations, options.seed, options.threads});
  const auto columns = static_cast<std::size_t>(
      std::ranges::count_if(axes.singular_values, [](double value) { return value > 0; }));
  DenseBlock kept(labels.columns, columns);
  for (std::size_t row = 0; row < kept.rows; ++row) {
    std::copy_n(axes.vectors.begin() + static_cast<std::ptrdiff_t>(row * axes.stride),
                columns,
                kept.values.begin() + static_cast<std::ptrdiff_t>(row * kept.stride));
  }
  return solve(regression, regression.moments(kept.values, columns), options.iterations, progress);
}

}  // namespace bookreco
