#include "base/config.h"
#include "support.h"

using namespace bookreco;

namespace {

struct Settings {
  std::string text = "here";
  std::string choice = "info";
  bool truth = true;
  std::int64_t number = 8000;
  double share = 0.5;
  std::vector<std::string> list;
  Config config;

  Settings() {
    config.bind("data.dir", text, "a folder");
    config.bind("log.level", choice, "how much is told", {"debug", "info"});
    config.bind("clusterer.balanced", truth, "equal sizes");
    config.bind("server.port", number, "a port", 0, 65'535);
    config.bind("server.share", share, "a share", 0, 1);
    config.bind("server.cors_origins", list, "origins");
  }
};

}  // namespace

/// What is accepted prints as YAML that gives the same settings.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Settings settings;
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  if (const Status status = settings.config.load_yaml(file.path()); !status) {
    BOOKRECO_CHECK(!status.error().message.empty());
    return 0;
  }
  BOOKRECO_CHECK(settings.number >= 0 && settings.number <= 65'535 && settings.share >= 0 &&
                 settings.share <= 1);
  Settings again;
  const fuzz::MemoryFile printed(settings.config.to_yaml());
  BOOKRECO_CHECK(again.config.load_yaml(printed.path()));
  BOOKRECO_CHECK(again.text == settings.text && again.choice == settings.choice &&
                 again.truth == settings.truth);
  BOOKRECO_CHECK(again.number == settings.number && again.share == settings.share &&
                 again.list == settings.list);
  return 0;
}
