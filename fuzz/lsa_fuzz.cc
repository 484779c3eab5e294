#include <cmath>
#include <fstream>

#include "base/hash.h"
#include "ml/lsa.h"
#include "support.h"

using namespace bookreco;

namespace {

struct Saved {
  TemporaryFolder folder;
  std::string binary;
  std::string json;

  Saved() {
    LsaFitter fitter({.min_documents = 1, .max_share = 1, .dimension = 2});
    for (const std::string_view text :
         {"mer bateau voyage", "mer tempête île", "roi reine château", "roi guerre"}) {
      const Document document{{{text}}, "fr"};
      fitter.add_batch({&document, 1});
    }
    const auto model = fitter.fit();
    BOOKRECO_CHECK(model && model->save(folder.path()));
    binary = *read_file(folder.path() / "lsa.bin");
    json = *read_file(folder.path() / "model.json");
  }
};

void check_model(const LsaModel& model) {
  std::vector<float> vector(model.dimension());
  const Document document{{{"le roi prend la mer", 1}, {"voyage", 2, Document::Kind::kWhole}},
                          "fr"};
  model.embed(document, vector);
  double length = 0;
  for (const float value : vector) {
    length += static_cast<double>(value) * value;
  }
  BOOKRECO_CHECK(length == 0 || std::abs(length - 1) < 1e-3);
  for (const SparseEntry& entry : model.tfidf(document)) {
    BOOKRECO_CHECK(entry.term < model.vocabulary());
    model.term(entry.term);
  }
  model.top_terms(document, 3);
}

}  // namespace

/// First byte even: edits of lsa.bin (place u16, value u32), with its checksum and digest put
/// right. Odd: the bytes are model.json, DIGEST in it being the right one.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Saved kSaved;
  fuzz::Input input(data, size);
  std::string binary = kSaved.binary;
  std::string json = kSaved.json;
  const std::string digest = hash128_hex(binary);
  if (input.take<std::uint8_t>() % 2 == 0) {
    while (!input.empty()) {
      const std::size_t place = input.take<std::uint16_t>() % (binary.size() / 4) * 4;
      const auto value = input.take<std::uint32_t>();
      std::memcpy(binary.data() + place, &value, std::min(sizeof(value), binary.size() - place));
    }
    const std::uint64_t checksum = hash64(std::string_view(binary).substr(0, binary.size() - 8));
    std::memcpy(binary.data() + binary.size() - 8, &checksum, 8);
    json.replace(json.find(digest), digest.size(), hash128_hex(binary));
  } else {
    json = input.rest();
    if (const auto at = json.find("DIGEST"); at != std::string::npos) {
      json.replace(at, 6, digest);
    }
  }
  std::ofstream(kSaved.folder.path() / "lsa.bin") << binary;
  std::ofstream(kSaved.folder.path() / "model.json") << json;
  const auto model = LsaModel::load(kSaved.folder.path());
  if (model) {
    check_model(*model);
  } else {
    BOOKRECO_CHECK(model.error().code == Code::kDataLoss ||
                   model.error().code == Code::kFailedPrecondition);
  }
  return 0;
}
