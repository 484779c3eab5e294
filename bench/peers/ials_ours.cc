// ials_ours FOLDER FACTORS EPOCHS THREADS [name=value …]: our iALS on the readers × items matrix
// that ials_peers.py wrote to FOLDER (offsets.u64, columns.u32), all values 1. Tells the seconds of
// wall and CPU of each epoch.

#include <cstdlib>
#include <ctime>

#include "base/clock.h"
#include "base/files.h"
#include "ml/collaborative/models.h"

namespace bookreco {
namespace {

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <class T>
Result<std::vector<T>> read_values(const Path& path) {
  BOOKRECO_TRY(const MappedFile file, MappedFile::open(path));
  const auto* first = reinterpret_cast<const T*>(file.bytes().data());
  return std::vector<T>(first, first + file.bytes().size() / sizeof(T));
}

Result<InteractionMatrix> read_matrix(const Path& folder) {
  BOOKRECO_TRY(auto offsets, read_values<std::uint64_t>(folder / "offsets.u64"));
  BOOKRECO_TRY(auto columns, read_values<std::uint32_t>(folder / "columns.u32"));
  const std::size_t items = columns.empty() ? 0 : std::ranges::max(columns) + std::size_t{1};
  std::vector<float> values(columns.size(), 1);
  return InteractionMatrix::from_rows(
      items, std::move(offsets), std::move(columns), std::move(values));
}

Status run(std::span<char*> arguments) {
  BOOKRECO_TRY(const InteractionMatrix matrix, read_matrix(arguments[1]));
  Parameters parameters = {{"factors", std::strtod(arguments[2], nullptr)},
                           {"epochs", std::strtod(arguments[3], nullptr)}};
  for (const std::string_view argument : arguments.subspan(5)) {
    const std::size_t equals = std::min(argument.find('='), argument.size() - 1);
    parameters[std::string(argument.substr(0, equals))] =
        std::strtod(argument.data() + equals + 1, nullptr);
  }
  FitContext context;
  context.threads = std::strtoul(arguments[4], nullptr, 10);
  double cpu = cpu_seconds();
  Stopwatch watch;
  double wall = 0;
  context.progress = [&](const Progress&) {
    const double now = watch.seconds();
    const double spent = cpu_seconds();
    fmt::print("{{\"seconds\": {:.3f}, \"cpu_seconds\": {:.3f}}}\n", now - wall, spent - cpu);
    wall = now;
    cpu = spent;
  };
  BOOKRECO_TRY_VOID(fit_model("ials", matrix, parameters, context));
  return {};
}

}  // namespace
}  // namespace bookreco

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: {} FOLDER FACTORS EPOCHS THREADS [name=value …]\n", argv[0]);
    return 64;
  }
  const auto status = bookreco::run({argv, static_cast<std::size_t>(argc)});
  if (!status) {
    fmt::print(stderr, "ials_ours: {}\n", status.error().message);
    return 1;
  }
  return 0;
}
