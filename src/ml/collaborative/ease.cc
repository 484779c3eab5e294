#include "ml/collaborative/ease.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>

#include "base/threads.h"
#include "kernels/gemm.h"
#include "ml/collaborative/content.h"
#include "ml/collaborative/item_weights.h"
#include "ml/symmetric_inverse.h"

namespace bookreco {
namespace {

constexpr std::size_t kMostItems = 100'000;  // 40 GB
constexpr std::size_t kRowsPerTask = 16;
constexpr std::size_t kProductRows = 256;
constexpr std::size_t kPanelFloats = 768;  // per item, of invert_symmetric

constexpr ModelParameter kParameters[] = {
    {"lambda", 125, 1e-3, 1e6, ModelParameter::Scale::kLog},
    {"popular_ridge", 0, 0, 2},
    {"dropout", 0, 0, 0.95},
    {"reader_power", 0, 0, 1},
    {"target_power", 0, -1, 1},
    {"content", 0, 0, 1e4, ModelParameter::Scale::kLog, true, true},
    {"neighbours", 200, 1, 100'000, ModelParameter::Scale::kInteger, false},
};

using Matrix = std::unique_ptr<float[]>;

/// The lower triangle of Xᵀ A X, A the weights of readers.
void add_gram(const InteractionMatrix& readers,
              const InteractionMatrix& items,
              std::span<const float> reader_weights,
              float* gram,
              const FitContext& context) {
  const std::size_t n = items.rows();
  parallel_blocks(n, kRowsPerTask, context.threads, [&](Range range, std::size_t) {
    if (context.stop()) {
      return;
    }
    for (std::size_t i = range.begin; i < range.end; ++i) {
      float* out = gram + i * n;
      std::fill_n(out, n, 0.0F);
      const auto column = items.row(i);
      for (std::size_t r = 0; r < column.size(); ++r) {
        const auto row = readers.row(column.columns[r]);
        const float weight = column.values[r] * reader_weights[column.columns[r]];
        for (std::size_t k = 0; k < row.size() && row.columns[k] <= i; ++k) {
          out[row.columns[k]] += weight * row.values[k];
        }
      }
    }
  });
}

/// The lower triangle of content · V Vᵀ, as if each dimension were a reader.
void add_content(const FitInput& input, float* gram) {
  const Factors vectors = centred_vectors(*input.context.vectors);
  const std::size_t n = vectors.rows;
  const auto content = static_cast<float>(input.number("content"));
  std::vector<float> packed(packed_size(n, vectors.stride));
  pack_rows(0, n, n, vectors.stride, vectors.values.data(), vectors.stride, packed.data());
  parallel_blocks(n, kProductRows, input.context.threads, [&](Range range, std::size_t) {
    multiply_packed(range.end - range.begin,
                    range.end,
                    vectors.stride,
                    content,
                    vectors.row(range.begin),
                    vectors.stride,
                    packed.data(),
                    n,
                    1,
                    gram + range.begin * n,
                    n);
  });
}

std::vector<float> reader_weights(const InteractionMatrix& readers, double power) {
  std::vector<float> weights(readers.rows(), 1.0F);
  for (std::size_t r = 0; r < readers.rows(); ++r) {
    const auto entries = static_cast<double>(std::max<std::size_t>(readers.row(r).size(), 1));
    weights[r] = static_cast<float>(std::pow(entries, -power));
  }
  return weights;
}

void add_ridge(const FitInput& input, float* gram) {
  const std::size_t n = input.matrix.columns();
  const double dropout = input.number("dropout");
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    total += gram[i * n + i];
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double own = gram[i * n + i];
    const double share = own * static_cast<double>(n) / total;
    const double power = input.number("popular_ridge");
    const double scaled = power == 0 ? 1 : std::max(std::pow(share, power), 1e-3);
    gram[i * n + i] =
        static_cast<float>(own + input.number("lambda") * scaled + own * dropout / (1 - dropout));
  }
}

InteractionMatrix prune(const FitInput& input, const float* inverse) {
  const std::size_t n = input.matrix.columns();
  const auto counts = input.matrix.column_counts();
  IncomingWeights weights(n, input.count("neighbours"));
  parallel_blocks(n, kRowsPerTask, input.context.threads, [&](Range range, std::size_t) {
    std::vector<float> incoming(n);
    for (std::size_t j = range.begin; j < range.end; ++j) {
      const float* row = inverse + j * n;
      const double popular = std::max<double>(counts[j], 1);
      const auto factor = static_cast<float>(-std::pow(popular, -input.number("target_power")) /
                                             static_cast<double>(row[j]));
      std::transform(row, row + n, incoming.begin(), [&](float value) { return factor * value; });
      incoming[j] = 0;
      weights.put_dense(j, incoming);
    }
  });
  return weights.take();
}

std::uint64_t memory(const FitInput& input) {
  const std::uint64_t n = input.matrix.columns();
  const std::uint64_t transposed = input.matrix.entries() * (sizeof(std::uint32_t) + sizeof(float));
  return n * n * sizeof(float) + n * kPanelFloats * sizeof(float) + transposed +
         IncomingWeights::bytes(n, input.count("neighbours"));
}

ModelResult fit(FitInput input) {
  const std::size_t n = input.matrix.columns();
  const FitContext& context = input.context;
  if (n > kMostItems) {
    return fail(Code::kResourceExhausted,
                "{} books are too many for ease, which takes {}: use rp3beta or ials",
                n,
                kMostItems);
  }
  const Matrix gram(new (std::nothrow) float[n * n]);
  if (gram == nullptr) {
    return fail(Code::kResourceExhausted,
                "there is no memory for {} × {} weights: use rp3beta or ials",
                n,
                n);
  }
  report(context.progress, "gram", 0, 1);
  add_gram(input.matrix,
           input.matrix.transposed(),
           reader_weights(input.matrix, input.number("reader_power")),
           gram.get(),
           context);
  if (context.vectors != nullptr && input.number("content") > 0) {
    add_content(input, gram.get());
    input.info.space = context.vectors->space;
  }
  report(context.progress, "gram", 1, 1);
  add_ridge(input, gram.get());
  const Status inverted =
      invert_symmetric(gram.get(), n, n, context.threads, context.progress, context.cancelled);
  if (!inverted && inverted.error().code == Code::kInvalidArgument) {
    return fail(Code::kInvalidArgument,
                "lambda {} is too small for this data: try ten times as much",
                input.number("lambda"));
  }
  BOOKRECO_TRY_VOID(inverted);
  InteractionMatrix weights = prune(input, gram.get());
  return make_item_weights_model(std::move(input.info), std::move(weights));
}

}  // namespace

ModelRecipe ease_recipe() {
  return {{"ease", "Weights between books solved at once over all readers.", kParameters, false},
          memory,
          "raise the limit, leave out the least read books, or use rp3beta or ials",
          fit,
          read_item_weights_model};
}

}  // namespace bookreco
