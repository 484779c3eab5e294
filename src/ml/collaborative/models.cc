#include "ml/collaborative/models.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "ml/collaborative/content.h"
#include "ml/collaborative/ease.h"
#include "ml/collaborative/hybrid.h"
#include "ml/collaborative/ials.h"
#include "ml/collaborative/model_recipe.h"
#include "ml/collaborative/model_sections.h"
#include "ml/collaborative/neighbours.h"
#include "ml/collaborative/popularity.h"

namespace bookreco {
namespace {

constexpr std::string_view kContainer = "recommender";
constexpr std::uint32_t kVersion = 1;

std::span<const ModelRecipe> recipes() {
  static const std::array all = {popularity_recipe(),
                                 trending_recipe(),
                                 item_knn_recipe(),
                                 bm25_knn_recipe(),
                                 p3alpha_recipe(),
                                 rp3beta_recipe(),
                                 ease_recipe(),
                                 ials_recipe(),
                                 content_recipe(),
                                 hybrid_recipe()};
  return all;
}

Result<const ModelRecipe*> find_recipe(std::string_view name) {
  for (const ModelRecipe& recipe : recipes()) {
    if (recipe.kind.name == name) {
      return &recipe;
    }
  }
  std::string known;
  for (const ModelKind& kind : model_kinds()) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", kind.name);
  }
  return fail(Code::kInvalidArgument, "there is no model {}; there are {}", name, known);
}

Result<const ModelRecipe*> find_fit(std::string_view name) {
  BOOKRECO_TRY(const ModelRecipe* recipe, find_recipe(name));
  if (recipe->fit == nullptr) {
    return fail(Code::kInvalidArgument, "{} is made of other models: fit those first", name);
  }
  return recipe;
}

/// The parameters given over the initial ones, all within their bounds.
Result<Parameters> complete(const ModelKind& kind, const Parameters& given) {
  Parameters out;
  for (const ModelParameter& parameter : kind.parameters) {
    out.emplace(parameter.name, parameter.initial);
  }
  for (const auto& [name, value] : given) {
    const auto known = std::ranges::find(kind.parameters, name, &ModelParameter::name);
    if (known == kind.parameters.end()) {
      std::string names;
      for (const ModelParameter& parameter : kind.parameters) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", parameter.name);
      }
      return fail(
          Code::kInvalidArgument, "{} has no parameter {}; it has {}", kind.name, name, names);
    }
    const bool whole = known->scale == ModelParameter::Scale::kInteger;
    if (!(value >= known->least && value <= known->most) || (whole && value != std::floor(value))) {
      return fail(Code::kInvalidArgument,
                  "{} of {} is {}; it is {} from {} to {}",
                  name,
                  kind.name,
                  value,
                  whole ? "a whole number" : "a number",
                  known->least,
                  known->most);
    }
    out[name] = value;
  }
  return out;
}

Status check_vectors(const ModelKind& kind,
                     const InteractionMatrix& matrix,
                     const ItemVectors* vectors) {
  if (vectors == nullptr) {
    return kind.needs_vectors
               ? Status(fail(Code::kInvalidArgument,
                             "{} learns from the books' vectors: fit the vectorizer first",
                             kind.name))
               : Status();
  }
  if (vectors->dimension == 0 || vectors->space.empty() ||
      vectors->values.size() / vectors->dimension != matrix.columns() ||
      vectors->values.size() % vectors->dimension != 0) {
    return fail(Code::kInvalidArgument,
                "{} values are not vectors of dimension {} for {} books in a named space",
                vectors->values.size(),
                vectors->dimension,
                matrix.columns());
  }
  if (!std::ranges::all_of(vectors->values, [](float value) { return std::isfinite(value); })) {
    return fail(Code::kInvalidArgument, "a vector holds NaN or infinity: embed the books again");
  }
  return {};
}

ModelInfo describe(const ModelKind& kind,
                   const InteractionMatrix& matrix,
                   const Parameters& parameters) {
  ModelInfo info;
  info.kind = kind.name;
  info.parameters = parameters;
  info.metrics["readers"] = static_cast<double>(matrix.rows());
  info.metrics["items"] = static_cast<double>(matrix.columns());
  info.metrics["entries"] = static_cast<double>(matrix.entries());
  info.data = matrix.fingerprint();
  return info;
}

bool all_positive(const InteractionMatrix& matrix) {
  return std::ranges::all_of(matrix.values(), [](float value) { return value > 0; });
}

std::string gigabytes(std::uint64_t bytes) {
  return fmt::format("{:.2f} GB", static_cast<double>(bytes) * 1e-9);
}

}  // namespace

std::span<const ModelKind> model_kinds() {
  static const std::vector<ModelKind> all = [] {
    std::vector<ModelKind> kinds;
    for (const ModelRecipe& recipe : recipes()) {
      if (recipe.fit != nullptr) {
        kinds.push_back(recipe.kind);
      }
    }
    return kinds;
  }();
  return all;
}

const ModelKind* find_model_kind(std::string_view name) {
  const auto kinds = model_kinds();
  const auto found = std::ranges::find(kinds, name, &ModelKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

Parameters suggested_parameters(std::string_view kind, const InteractionMatrix& matrix) {
  const auto entries = static_cast<double>(std::max<std::size_t>(matrix.entries(), 1));
  const auto rows = static_cast<double>(std::max<std::size_t>(matrix.rows(), 1));
  const auto columns = static_cast<double>(std::max<std::size_t>(matrix.columns(), 1));
  if (kind == "ease") {
    // Twice the readers that an item has on average.
    return {{"lambda", std::clamp(2 * entries / columns, 5.0, 1'000.0)}};
  }
  if (kind == "ials") {
    // The pairs that nobody observed weigh sixteen times those that somebody did, together.
    return {{"unobserved", std::clamp(16 * entries / (rows * columns), 1e-4, 1.0)}};
  }
  return {};
}

Result<std::unique_ptr<CollaborativeModel>> fit_model(std::string_view kind,
                                                      const InteractionMatrix& matrix,
                                                      const Parameters& parameters,
                                                      const FitContext& context) {
  BOOKRECO_TRY(const ModelRecipe* recipe, find_fit(kind));
  BOOKRECO_TRY(const Parameters full, complete(recipe->kind, parameters));
  BOOKRECO_TRY_VOID(check_vectors(recipe->kind, matrix, context.vectors));
  const bool clean = all_positive(matrix);
  const InteractionMatrix filtered = clean ? InteractionMatrix() : matrix.positives();
  const InteractionMatrix& source = clean ? matrix : filtered;
  if (source.entries() == 0) {
    return fail(Code::kInvalidArgument,
                "nobody liked anything: there is nothing for {} to learn from",
                kind);
  }
  FitInput input{source, full, context, describe(recipe->kind, source, full)};
  const std::uint64_t needed = recipe->memory(input);
  if (context.memory_limit != 0 && needed > context.memory_limit) {
    return fail(Code::kResourceExhausted,
                "{} on {} readers and {} books needs {} and may take {}: {}",
                kind,
                source.rows(),
                source.columns(),
                gigabytes(needed),
                gigabytes(context.memory_limit),
                recipe->otherwise);
  }
  if (context.stop()) {
    return fail(Code::kCancelled, "the fit was cancelled");
  }
  return recipe->fit(std::move(input));
}

Result<std::uint64_t> fit_memory(std::string_view kind,
                                 const InteractionMatrix& matrix,
                                 const Parameters& parameters,
                                 const FitContext& context) {
  BOOKRECO_TRY(const ModelRecipe* recipe, find_fit(kind));
  BOOKRECO_TRY(const Parameters full, complete(recipe->kind, parameters));
  BOOKRECO_TRY_VOID(check_vectors(recipe->kind, matrix, context.vectors));
  return recipe->memory({matrix, full, context, {}});
}

Status save_model(const CollaborativeModel& model, const Path& path) {
  BOOKRECO_TRY(auto writer, SectionWriter::to_file(path, kContainer, kVersion));
  BOOKRECO_TRY_VOID(model.write(writer, ""));
  BOOKRECO_TRY_VOID(writer.finish());
  return {};
}

Result<std::unique_ptr<CollaborativeModel>> load_model(const Path& path) {
  BOOKRECO_TRY(const SectionFile file, SectionFile::open(path, kContainer, kVersion));
  auto model = read_model(file, "");
  if (!model) {
    return in_context(path.string(), model.error());
  }
  return model;
}

ModelResult read_model(const SectionFile& file, std::string_view prefix) {
  BOOKRECO_TRY(ModelInfo info, read_info(file, prefix));
  BOOKRECO_TRY(const ModelRecipe* recipe, find_recipe(info.kind));
  return recipe->read(file, prefix, std::move(info));
}

}  // namespace bookreco
