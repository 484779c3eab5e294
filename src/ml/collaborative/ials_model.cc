#include "ml/collaborative/ials_model.h"

#include <cmath>

#include <Eigen/Cholesky>

#include "kernels/gathered.h"
#include "ml/collaborative/ials_solver.h"
#include "ml/collaborative/model_sections.h"

namespace bookreco {
namespace {

class IalsModel final : public CollaborativeModel {
 public:
  IalsModel(ModelInfo info, Factors factors, Basis basis)
      : CollaborativeModel(std::move(info)),
        factors_(std::move(factors)),
        basis_(std::move(basis)),
        unobserved_(static_cast<float>(this->info().parameters.at("unobserved"))) {}

  std::size_t items() const override { return factors_.rows; }
  std::size_t bytes() const override { return factors_.values.size() * sizeof(float); }

  void score(ItemHistory history, std::span<float> out) const override {
    const Known known = read(history);
    std::vector<float> reader(factors_.stride);
    IalsSolver solver(factors_, basis_, unobserved_);
    solver.solve({known.ids, known.weights, known.ridge}, reader);
    row_dots(factors_.values.data(), factors_.rows, factors_.stride, reader.data(), out.data());
  }

  /// A score is f · A⁻¹ Σ weight · f(i): linear in the liked items once A is made of all of them.
  std::vector<std::vector<ScoredItem>> explain_each(std::span<const std::uint32_t> asked,
                                                    ItemHistory history) const override {
    const Known known = read(history);
    const auto d = static_cast<Eigen::Index>(factors_.dimension);
    Eigen::MatrixXd system = Eigen::MatrixXd::Zero(d, d);
    for (Eigen::Index c = 0; c < d; ++c) {
      const double eigenvalue = basis_.eigenvalues[static_cast<std::size_t>(c)];
      system(c, c) = unobserved_ * eigenvalue + known.ridge;
    }
    for (std::size_t i = 0; i < known.ids.size(); ++i) {
      const Eigen::VectorXd row = vector(known.ids[i]);
      system += (std::abs(known.weights[i]) * row) * row.transpose();
    }
    const auto solver = system.selfadjointView<Eigen::Lower>().llt();
    std::vector<std::vector<ScoredItem>> reasons;
    for (const std::uint32_t item : asked) {
      const Eigen::VectorXd influence =
          item < items() ? solver.solve(vector(item)).eval() : Eigen::VectorXd::Zero(d).eval();
      std::vector<ScoredItem>& parts = reasons.emplace_back();
      for (const auto& [source, weight] : history) {
        const bool counts = source < items() && weight > 0;
        const double part = counts ? weight * vector(source).dot(influence) : 0;
        parts.push_back({source, static_cast<float>(part)});
      }
    }
    return reasons;
  }

  Status write(SectionWriter& writer, std::string_view prefix) const override {
    BOOKRECO_TRY_VOID(write_info(writer, prefix, info()));
    const std::uint64_t shape[] = {factors_.rows, factors_.dimension};
    BOOKRECO_TRY_VOID(
        writer.add(section_name(prefix, "shape"), std::span<const std::uint64_t>(shape)));
    BOOKRECO_TRY_VOID(
        writer.add(section_name(prefix, "factors"), std::span<const float>(factors_.values)));
    return writer.add(section_name(prefix, "eigenvalues"),
                      std::span<const float>(basis_.eigenvalues));
  }

 private:
  struct Known {
    std::vector<std::uint32_t> ids;
    std::vector<float> weights;
    float ridge = 0;
  };

  Known read(ItemHistory history) const {
    Known known;
    for (const auto& [item, weight] : history) {
      if (item < items() && weight != 0) {
        known.ids.push_back(item);
        known.weights.push_back(weight);
      }
    }
    known.ridge = ials_ridge(info().parameters, known.ids.size(), items());
    return known;
  }
  Eigen::VectorXd vector(std::uint32_t item) const {
    const auto d = static_cast<Eigen::Index>(factors_.dimension);
    return Eigen::Map<const Eigen::VectorXf>(factors_.row(item), d).cast<double>();
  }

  Factors factors_;
  Basis basis_;
  float unobserved_;
};

}  // namespace

float ials_ridge(const std::map<std::string, double>& parameters,
                 std::size_t entries,
                 std::size_t others) {
  const double seen =
      static_cast<double>(entries) + parameters.at("unobserved") * static_cast<double>(others);
  return static_cast<float>(parameters.at("lambda") * std::pow(seen, parameters.at("nu")));
}

std::unique_ptr<CollaborativeModel> make_ials_model(ModelInfo info,
                                                    Factors items,
                                                    std::size_t threads) {
  Basis basis = turn_to_eigenbasis(items, threads);
  basis.axes = {};
  return std::make_unique<IalsModel>(std::move(info), std::move(items), std::move(basis));
}

ModelResult read_ials_model(const SectionFile& file, std::string_view prefix, ModelInfo info) {
  constexpr std::uint64_t kMostRows = 0xffffffff;
  constexpr std::uint64_t kMostDimensions = 1 << 16;
  BOOKRECO_TRY(const auto shape, read_array<std::uint64_t>(file, prefix, "shape", 2));
  if (shape[0] > kMostRows || shape[1] == 0 || shape[1] > kMostDimensions) {
    return fail(Code::kDataLoss, "{} × {} factors: train the model again", shape[0], shape[1]);
  }
  for (const char* name : {"lambda", "unobserved", "nu"}) {
    if (!info.parameters.contains(name)) {
      return fail(Code::kDataLoss, "it has no {}: train the model again", name);
    }
  }
  Factors factors;
  factors.rows = shape[0];
  factors.dimension = shape[1];
  factors.stride = (factors.dimension + 15) / 16 * 16;
  BOOKRECO_TRY(factors.values,
               read_array<float>(file, prefix, "factors", factors.rows * factors.stride));
  Basis basis;
  BOOKRECO_TRY(basis.eigenvalues, read_array<float>(file, prefix, "eigenvalues", factors.stride));
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(factors.values, finite) ||
      !std::ranges::all_of(basis.eigenvalues, finite)) {
    return fail(Code::kDataLoss, "a factor is not a finite number: train the model again");
  }
  return std::make_unique<IalsModel>(std::move(info), std::move(factors), std::move(basis));
}

}  // namespace bookreco
