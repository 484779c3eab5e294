#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/evaluator/dataset.h"

namespace bookreco {

enum class SplitMethod {
  kRandom,    ///< a share of each reader's interactions
  kLastOut,   ///< each reader's latest
  kTemporal,  ///< everything from a date on
  kReaders,   ///< strong generalisation: readers that training does not know
  kCold,      ///< all interactions of some books
};

struct SplitRequest {
  std::string input;
  Path output;  ///< a folder, made when missing
  SplitMethod method = SplitMethod::kRandom;
  DatasetOptions data;
  double test_share = 0.2;    ///< random, temporal without a date, readers
  std::uint32_t last = 1;     ///< last-out
  std::string from;           ///< temporal: the first date of the test
  std::uint64_t readers = 0;  ///< readers: so many are tested; 0: one in ten
  std::uint32_t fold_in_at_most = 0;
  double cold_share = 0;  ///< 0: none, but cold takes 0.1
  std::uint64_t seed = 1;
};

struct SplitFile {
  std::string name;  ///< "train.csv"
  std::uint64_t entries = 0;
  std::uint64_t readers = 0;
  std::uint64_t items = 0;
  std::string digest;  ///< hash128_hex of its bytes
};

struct SplitReport {
  DatasetFile input;
  std::uint64_t readers = 0;  ///< after the rows were chosen
  std::uint64_t items = 0;
  std::uint64_t entries = 0;
  std::uint64_t left_out = 0;
  std::vector<SplitFile> files;
  std::string manifest;  ///< split.json, as written
};

const char* split_method_name(SplitMethod method);

/// Reads, cuts and writes train.csv, test.csv and where readers are unknown to training fold_in.csv
/// ("reader,item,value,time" with a header, as far as the input has them), and split.json that says
/// what was done. Each file appears whole. The same input, request and version write the same
/// bytes.
Result<SplitReport> split_file(const SplitRequest& request,
                               RejectFile* rejects,
                               const ProgressFn& progress);

}  // namespace bookreco
