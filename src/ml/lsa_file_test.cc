#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"
#include "kernels/linear.h"
#include "ml/lsa.h"

namespace bookreco {
namespace {

constexpr auto kLabel = Document::Kind::kLabel;
constexpr std::array kLabels = {"Roman", "Théâtre", "Voyage", "Poésie"};

class LsaFile : public testing::Test {
 protected:
  LsaFile() {
    LsaFitter fitter({.dimension = 20});
    for (int i = 0; i < 40; ++i) {
      texts_.push_back(i % 3 == 0   ? "Tragédie grecque d'Antigone"
                       : i % 3 == 1 ? "roman de marine"
                                    : "roman d'Antigone");
    }
    std::vector<Document> documents;
    for (const std::string& text : texts_) {
      documents.push_back({{{text, 1},
                            {"Jean Anouilh", 1, Document::Kind::kWhole},
                            {kLabels[documents.size() % 4], 1, kLabel}},
                           "fr"});
    }
    fitter.add_batch(documents);
    document_ = documents[0];
    model_ = fitter.fit().value();
    EXPECT_TRUE(model_.save(folder_.path()));
    bytes_ = read_file(folder_.path() / "lsa.bin").value();
    json_ = read_file(folder_.path() / "model.json").value();
  }

  /// Loads with `bytes` as lsa.bin, its checksum and its digest in model.json made right where
  /// `seal`ed.
  Code code_of(std::string bytes, bool seal = false) {
    std::string json = json_;
    if (seal) {
      const std::size_t covered = bytes.size() - 8;
      const std::uint64_t sum = hash64(std::string_view(bytes).substr(0, covered));
      std::memcpy(bytes.data() + covered, &sum, 8);
      json.replace(json.find(hash128_hex(bytes_)), 32, hash128_hex(bytes));
    }
    put("lsa.bin", bytes);
    put("model.json", json);
    const auto loaded = LsaModel::load(folder_.path());
    return loaded ? Code{} : loaded.error().code;
  }

  /// Without the sync of write_file: there are hundreds of them.
  void put(const char* name, const std::string& bytes) {
    std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
  }

  TemporaryFolder folder_;
  std::vector<std::string> texts_;
  Document document_;
  LsaModel model_;
  std::string bytes_;
  std::string json_;
};

TEST_F(LsaFile, LoadsWhatWasSaved) {
  const auto loaded = LsaModel::load(folder_.path());
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->dimension(), 20U);
  EXPECT_EQ(loaded->vocabulary(), model_.vocabulary());
  std::vector<float> expected(20);
  std::vector<float> actual(20);
  model_.embed(document_, expected);
  loaded->embed(document_, actual);
  EXPECT_EQ(expected, actual);
  for (std::uint32_t id = 0; id < model_.vocabulary(); ++id) {
    EXPECT_EQ(loaded->term(id), model_.term(id));
  }
  auto metrics = model_.metrics();
  metrics.erase("seconds");
  EXPECT_EQ(loaded->metrics(), metrics);
  TemporaryFolder again;
  ASSERT_TRUE(loaded->save(again.path() / "deeper"));
  EXPECT_EQ(read_file(again.path() / "deeper" / "lsa.bin").value(), bytes_);
  EXPECT_EQ(read_file(again.path() / "deeper" / "model.json").value(), json_);
}

TEST_F(LsaFile, EveryTruncationIsDataLoss) {
  for (std::size_t size = 0; size < bytes_.size(); size += size < 200 ? 1 : 97) {
    EXPECT_EQ(code_of(bytes_.substr(0, size)), Code::kDataLoss) << size;
  }
  EXPECT_EQ(code_of(bytes_ + "x"), Code::kDataLoss);
}

TEST_F(LsaFile, EveryFlippedBitIsDataLoss) {
  Random random(4);
  for (std::size_t i = 0; i < 400; ++i) {
    const std::size_t bit = i < 256 ? i : random.below(bytes_.size() * 8);
    std::string bytes = bytes_;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(code_of(bytes), Code::kDataLoss) << bit;
  }
}

TEST_F(LsaFile, AbsurdSizesAreDataLossBeforeAnythingIsAllocated) {
  for (const std::size_t place : {12, 16, 20, 24, 28}) {
    for (const std::uint32_t value :
         {0U, 1U, 0x7fffffffU, std::numeric_limits<std::uint32_t>::max()}) {
      std::string bytes = bytes_;
      std::memcpy(bytes.data() + place, &value, sizeof value);
      if (bytes != bytes_) {
        EXPECT_EQ(code_of(bytes, true), Code::kDataLoss) << place << ' ' << value;
      }
    }
  }
}

TEST_F(LsaFile, OtherVersionsAreRefusedAsSuch) {
  std::string bytes = bytes_;
  bytes[8] = 2;
  EXPECT_EQ(code_of(bytes, true), Code::kFailedPrecondition);
  std::string json = json_;
  json.replace(json.find("\"schema\":2"), 10, "\"schema\":9");
  ASSERT_TRUE(write_file(folder_.path() / "lsa.bin", bytes_));
  ASSERT_TRUE(write_file(folder_.path() / "model.json", json));
  EXPECT_EQ(LsaModel::load(folder_.path()).error().code, Code::kFailedPrecondition);
}

TEST_F(LsaFile, ModelsOfSchemaOneKnewNoLabels) {
  std::string json = json_;
  json.replace(json.find("\"schema\":2"), 10, "\"schema\":1");
  const std::size_t begin = json.find("\"label_dimensions\"");
  json.erase(begin, json.find("\"sample\"") - begin);
  put("model.json", json);
  const auto loaded = LsaModel::load(folder_.path());
  ASSERT_TRUE(loaded);
  // All dimensions are scaled as one, as that program did.
  std::vector<float> old(20);
  std::vector<float> now(20);
  loaded->embed(document_, old);
  model_.embed(document_, now);
  EXPECT_NE(old, now);
  EXPECT_NEAR(dot(old, old), 1, 1e-5);
}

TEST_F(LsaFile, LabelsThatCannotBeAreDataLoss) {
  for (const char* bad : {"\"label_dimensions\":20",
                          "\"label_dimensions\":4000000000",
                          "\"label_share\":1.5",
                          "\"label_share\":-0.5"}) {
    const std::string text = bad;
    std::string json = json_;
    const std::size_t at = json.find(text.substr(0, text.find(':')));
    json.replace(at, json.find(',', at) - at, text);
    put("model.json", json);
    const auto loaded = LsaModel::load(folder_.path());
    ASSERT_FALSE(loaded) << bad;
    EXPECT_EQ(loaded.error().code, Code::kDataLoss);
  }
}

TEST_F(LsaFile, DamagedDescriptionsAreDataLoss) {
  for (const std::string& json :
       {std::string(),
        std::string("{"),
        std::string("[]"),
        std::string("{}"),
        json_.substr(0, json_.size() / 2),
        std::string(R"({"kind":"lsa","schema":1})"),
        std::string(R"({"kind":"lsa","schema":1,"files":{"lsa.bin":"00"}})")}) {
    ASSERT_TRUE(write_file(folder_.path() / "model.json", json));
    const auto loaded = LsaModel::load(folder_.path());
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::kDataLoss) << json;
  }
}

TEST_F(LsaFile, MissingFilesAreNotFound) {
  EXPECT_EQ(LsaModel::load(folder_.path() / "none").error().code, Code::kNotFound);
}

}  // namespace
}  // namespace bookreco
