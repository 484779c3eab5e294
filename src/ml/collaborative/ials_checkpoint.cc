#include "ml/collaborative/ials_checkpoint.h"

#include <cstring>

#include "base/section_file.h"

namespace bookreco {
namespace {

constexpr std::string_view kKind = "ials state";
constexpr std::uint32_t kVersion = 1;

/// As it lies in the file.
struct Head {
  std::uint64_t key = 0;
  std::uint64_t epoch = 0;
  std::uint64_t readers = 0;
  std::uint64_t items = 0;
  std::uint64_t dimension = 0;
  std::uint64_t best_epoch = 0;
  double best_quality = 0;
  std::uint64_t finished = 0;
};

bool fill(const SectionFile& file,
          std::string_view name,
          std::size_t rows,
          std::size_t dimension,
          Factors& out) {
  const auto values = file.array<float>(name);
  if (!values || rows > values->size() || dimension > values->size() ||
      (dimension + 15) / 16 * 16 * rows != values->size()) {
    return false;
  }
  out = Factors(rows, dimension);
  std::ranges::copy(*values, out.values.begin());
  return true;
}

}  // namespace

std::optional<IalsState> load_state(const Path& path, std::uint64_t key) {
  if (path.empty()) {
    return std::nullopt;
  }
  const auto file = SectionFile::open(path, kKind, kVersion);
  if (!file) {
    return std::nullopt;
  }
  const auto heads = file->array<Head>("head");
  if (!heads || heads->size() != 1 || heads->front().key != key) {
    return std::nullopt;
  }
  const Head& head = heads->front();
  IalsState state;
  state.epoch = head.epoch;
  state.best_epoch = head.best_epoch;
  state.best_quality = head.best_quality;
  state.finished = head.finished != 0;
  const bool whole =
      fill(*file, "readers", head.readers, head.dimension, state.readers) &&
      fill(*file, "items", head.items, head.dimension, state.items) &&
      (!file->has("best") || fill(*file, "best", head.items, head.dimension, state.best));
  return whole ? std::optional(std::move(state)) : std::nullopt;
}

Status save_state(const Path& path, std::uint64_t key, const IalsState& state) {
  if (path.empty()) {
    return {};
  }
  BOOKRECO_TRY(auto writer, SectionWriter::to_file(path, kKind, kVersion));
  const Head head{key,
                  state.epoch,
                  state.readers.rows,
                  state.items.rows,
                  state.items.dimension,
                  state.best_epoch,
                  state.best_quality,
                  state.finished ? 1U : 0U};
  BOOKRECO_TRY_VOID(writer.add("head", std::span(&head, 1)));
  BOOKRECO_TRY_VOID(writer.add("readers", std::span<const float>(state.readers.values)));
  BOOKRECO_TRY_VOID(writer.add("items", std::span<const float>(state.items.values)));
  if (state.best.rows > 0) {
    BOOKRECO_TRY_VOID(writer.add("best", std::span<const float>(state.best.values)));
  }
  BOOKRECO_TRY_VOID(writer.finish());
  return {};
}

void remove_state(const Path& path) {
  if (!path.empty()) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace bookreco
