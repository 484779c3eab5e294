#include <fstream>

#include "index/snapshot.h"
#include "support.h"

using namespace bookreco;

/// Any bytes as the snapshot.json of a folder that holds no other file: nothing opens, and the
/// reason says why.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const TemporaryFolder kFolder;
  std::ofstream(kFolder.path() / "snapshot.json") << fuzz::text_of(data, size);
  const auto snapshot = open_snapshot(kFolder.path());
  BOOKRECO_CHECK(!snapshot && !snapshot.error().message.empty());
  const Code code = snapshot.error().code;
  BOOKRECO_CHECK(code == Code::kDataLoss || code == Code::kFailedPrecondition ||
                 code == Code::kNotFound);
  return 0;
}
