#include "index/hnsw_index.h"

#include <cmath>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/threads.h"

namespace bookreco {
namespace {

using Rows = std::vector<std::vector<float>>;

ExactIndex exact_of(const Rows& rows, std::size_t dimension) {
  SectionWriter writer = SectionWriter::to_memory("vectors", 1);
  EXPECT_TRUE(
      ExactIndex::write(writer, rows.size(), dimension, [&](std::size_t i, std::span<float> out) {
        std::ranges::copy(rows[i], out.begin());
        return Status{};
      }));
  return *ExactIndex::open(*writer.finish());
}

SectionFile graph_of(const ExactIndex& vectors, const HnswOptions& options = {}) {
  SectionWriter writer = SectionWriter::to_memory("graph", 1);
  const Status written = HnswIndex::write(writer, vectors, options);
  EXPECT_TRUE(written) << written.error().message;
  return *writer.finish();
}

HnswIndex index_of(const ExactIndex& vectors, const HnswOptions& options = {}) {
  auto index = HnswIndex::open(graph_of(vectors, options), vectors);
  EXPECT_TRUE(index) << index.error().message;
  return *std::move(index);
}

void normalise(std::vector<float>& row) {
  double squares = 0;
  for (const float value : row) {
    squares += double{value} * double{value};
  }
  for (float& value : row) {
    value = static_cast<float>(value / std::sqrt(squares));
  }
}

/// Clusters of few intrinsic dimensions, and noise.
class Clusters {
 public:
  static constexpr std::size_t kDimension = 48;

  explicit Clusters(std::size_t count, std::uint64_t seed = 5) : random_(seed), axes_(count) {
    for (auto& axes : axes_) {
      axes.resize((kIntrinsic + 1) * kDimension);
      std::ranges::generate(axes, [&] { return static_cast<float>(random_.normal()); });
    }
  }

  std::vector<float> row(std::size_t cluster, bool unit = true) {
    const auto& axes = axes_[cluster];
    std::vector<float> row(axes.begin(), axes.begin() + kDimension);
    for (std::size_t axis = 1; axis <= kIntrinsic; ++axis) {
      const double weight = random_.normal() / std::sqrt(kIntrinsic);
      for (std::size_t at = 0; at < kDimension; ++at) {
        row[at] += static_cast<float>(weight) * axes[axis * kDimension + at];
      }
    }
    for (float& value : row) {
      value += static_cast<float>(0.1 * random_.normal());
    }
    if (unit) {
      normalise(row);
    }
    return row;
  }
  Rows rows(std::size_t count, bool unit = true) {
    Rows all;
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(row(random_.below(axes_.size()), unit));
    }
    return all;
  }

 private:
  static constexpr std::size_t kIntrinsic = 12;
  Random random_;
  std::vector<std::vector<float>> axes_;
};

struct Corpus {
  ExactIndex vectors;
  HnswIndex index;
  Rows queries;
  Metric metric;

  explicit Corpus(Metric asked) : metric(asked) {
    Clusters clusters(60);
    const bool unit = metric == Metric::kCosine;
    vectors = exact_of(clusters.rows(20'000, unit), Clusters::kDimension);
    HnswOptions options;
    options.metric = metric;
    options.threads = 2;
    index = index_of(vectors, options);
    queries = clusters.rows(200, unit);
  }
};

const Corpus& cosine_corpus() {
  static const Corpus kCorpus(Metric::kCosine);
  return kCorpus;
}

const Corpus& euclidean_corpus() {
  static const Corpus kCorpus(Metric::kEuclidean);
  return kCorpus;
}

/// The share of the true nearest rows that are found; scores must be those of the exact index.
double recall(const Corpus& corpus,
              std::size_t k,
              std::size_t breadth,
              const RowSet* allowed = nullptr) {
  std::size_t found = 0;
  std::size_t wanted = 0;
  for (const auto& query : corpus.queries) {
    const auto truth = corpus.vectors.search(query, corpus.metric, k, allowed);
    const auto got = corpus.index.search(query, corpus.metric, k, allowed, 1, breadth);
    EXPECT_EQ(got.size(), truth.size());
    EXPECT_TRUE(std::ranges::is_sorted(got, [&](const Neighbour& a, const Neighbour& b) {
      return corpus.metric == Metric::kCosine ? a.score > b.score : a.score < b.score;
    }));
    for (const Neighbour& each : got) {
      EXPECT_EQ(each.score, corpus.vectors.score(query, corpus.metric, each.row));
      EXPECT_TRUE(allowed == nullptr || allowed->contains(each.row));
      found += static_cast<std::size_t>(std::ranges::count(truth, each));
    }
    wanted += truth.size();
  }
  return static_cast<double>(found) / static_cast<double>(wanted);
}

RowSet some_rows(std::size_t rows, double share) {
  Random random(3);
  RowSet some(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (random.uniform() < share) {
      some.insert(row);
    }
  }
  return some;
}

// The floors: a change that finds less is a fault.

TEST(HnswIndex, recall_has_a_floor) {
  for (const Corpus* corpus : {&cosine_corpus(), &euclidean_corpus()}) {
    EXPECT_GE(recall(*corpus, 10, 16), 0.95);
    EXPECT_GE(recall(*corpus, 10, 32), 0.98);
    EXPECT_GE(recall(*corpus, 10, HnswIndex::kDefaultBreadth), 0.995);
    EXPECT_GE(recall(*corpus, 51, HnswIndex::kDefaultBreadth), 0.98);
    EXPECT_GE(recall(*corpus, 1, HnswIndex::kDefaultBreadth), 0.995);
  }
}

TEST(HnswIndex, filtered_recall_has_a_floor) {
  for (const Corpus* corpus : {&cosine_corpus(), &euclidean_corpus()}) {
    for (const double share : {0.99, 0.5, 0.1, 0.01, 0.0005}) {
      const RowSet allowed = some_rows(corpus->vectors.rows(), share);
      EXPECT_GE(recall(*corpus, 10, HnswIndex::kDefaultBreadth, &allowed), 0.99) << share;
      EXPECT_GE(recall(*corpus, 10, 16, &allowed), 0.95) << share;
    }
  }
}

TEST(HnswIndex, rows_far_from_the_query_are_found_through_others) {
  Clusters clusters(40);
  Rows rows;
  for (std::size_t i = 0; i < 12'000; ++i) {
    rows.push_back(clusters.row(i % 40));
  }
  Corpus corpus = cosine_corpus();
  corpus.vectors = exact_of(rows, Clusters::kDimension);
  corpus.index = index_of(corpus.vectors);
  corpus.queries.clear();
  for (int i = 0; i < 50; ++i) {
    corpus.queries.push_back(clusters.row(3));
  }
  RowSet allowed(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (row % 40 != 3 && row % 2 == 0) {
      allowed.insert(row);
    }
  }
  EXPECT_GE(recall(corpus, 10, HnswIndex::kDefaultBreadth, &allowed), 0.95);
}

TEST(HnswIndex, rows_find_themselves) {
  const Corpus& corpus = cosine_corpus();
  std::size_t missed = 0;
  for (std::size_t row = 0; row < corpus.vectors.rows(); ++row) {
    const auto hits = corpus.index.search(corpus.vectors.vector(row), Metric::kCosine, 1);
    missed += hits.front().row == row ? 0 : 1;
  }
  EXPECT_LE(missed, corpus.vectors.rows() / 2'000);
}

TEST(HnswIndex, answers_other_metrics_too) {
  const Corpus& cosine = cosine_corpus();
  const Corpus& euclidean = euclidean_corpus();
  std::size_t found = 0;
  for (const auto& query : cosine.queries) {
    EXPECT_EQ(cosine.index.search(query, Metric::kTaxicab, 5),
              cosine.vectors.search(query, Metric::kTaxicab, 5));
    EXPECT_EQ(euclidean.index.search(query, Metric::kCosine, 5),
              euclidean.vectors.search(query, Metric::kCosine, 5));
    // Rows of unit length: the order is the same.
    const auto truth = cosine.vectors.search(query, Metric::kEuclidean, 5);
    for (const Neighbour& each : cosine.index.search(query, Metric::kEuclidean, 5)) {
      found += static_cast<std::size_t>(std::ranges::count(truth, each));
    }
  }
  EXPECT_GE(found, cosine.queries.size() * 5 * 98 / 100);
}

TEST(HnswIndex, a_query_far_from_all_rows_is_answered) {
  const Corpus& corpus = euclidean_corpus();
  for (const float size : {10.0F, 1e4F, 1e30F}) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < 20; ++i) {
      std::vector<float> query = corpus.queries[i];
      for (float& value : query) {
        value *= size;
      }
      const auto truth = corpus.vectors.search(query, Metric::kEuclidean, 10);
      for (const Neighbour& each : corpus.index.search(query, Metric::kEuclidean, 10)) {
        found += static_cast<std::size_t>(std::ranges::count_if(truth, [&](const Neighbour& one) {
                                            return one.score == each.score;
                                          }) > 0);
      }
    }
    EXPECT_GE(found, 20U * 10 * 9 / 10) << size;
  }
}

std::string bytes_of(const SectionFile& file) {
  std::string all;
  for (const char* name : {"shape",
                           "centre",
                           "step",
                           "blocks",
                           "squares",
                           "levels",
                           "upper",
                           "heads",
                           "next",
                           "nodes",
                           "rest"}) {
    const auto bytes = *file.section(name);
    all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return all;
}

TEST(HnswIndex, the_same_bytes_on_any_number_of_threads) {
  Clusters clusters(20);
  Rows rows = clusters.rows(6'000);
  for (std::size_t i = 0; i < 500; ++i) {
    rows.push_back(rows[i % 100]);
  }
  const ExactIndex vectors = exact_of(rows, Clusters::kDimension);
  HnswOptions options;
  const std::string one = bytes_of(graph_of(vectors, options));
  for (const std::size_t threads : {2U, 3U}) {
    options.threads = threads;
    EXPECT_TRUE(bytes_of(graph_of(vectors, options)) == one) << threads << " threads";
  }
  options.seed = 2;
  EXPECT_FALSE(bytes_of(graph_of(vectors, options)) == one);
}

TEST(HnswIndex, a_mapped_file_answers_as_memory_does_from_many_threads) {
  const TemporaryFolder folder;
  const Path path = folder.path() / "graph.brs";
  Clusters clusters(20);
  const ExactIndex vectors = exact_of(clusters.rows(5'000), Clusters::kDimension);
  auto writer = SectionWriter::to_file(path, "graph", 1);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(HnswIndex::write(*writer, vectors, {}));
  ASSERT_TRUE(writer->finish());
  const auto file = SectionFile::open(path, "graph", 1);
  ASSERT_TRUE(file) << file.error().message;
  const auto mapped = HnswIndex::open(*file, vectors);
  ASSERT_TRUE(mapped) << mapped.error().message;
  const HnswIndex in_memory = index_of(vectors);
  const Rows queries = clusters.rows(100);
  parallel_for(queries.size(), 3, [&](std::size_t i) {
    EXPECT_EQ(mapped->search(queries[i], Metric::kCosine, 10),
              in_memory.search(queries[i], Metric::kCosine, 10));
  });
}

TEST(HnswIndex, duplicates_are_all_found) {
  Clusters clusters(20);
  Rows rows = clusters.rows(4'000);
  for (std::size_t i = 0; i < 3'000; ++i) {
    rows.push_back(rows[7]);
  }
  const ExactIndex vectors = exact_of(rows, Clusters::kDimension);
  const HnswIndex index = index_of(vectors);
  for (const std::size_t k : {1U, 10U, 100U}) {
    EXPECT_EQ(index.search(rows[7], Metric::kCosine, k),
              vectors.search(rows[7], Metric::kCosine, k));
  }
  RowSet odd(rows.size());
  for (std::size_t row = 1; row < rows.size(); row += 2) {
    odd.insert(row);
  }
  EXPECT_EQ(index.search(rows[7], Metric::kCosine, 20, &odd),
            vectors.search(rows[7], Metric::kCosine, 20, &odd));
  const auto near = index.search(rows[11], Metric::kCosine, 1);
  EXPECT_EQ(near.front().row, 11U);
}

TEST(HnswIndex, equal_rows_are_answered_in_order) {
  const Rows rows(2'000, {1, 2, 3});
  const ExactIndex vectors = exact_of(rows, 3);
  for (const Metric metric : {Metric::kCosine, Metric::kEuclidean}) {
    HnswOptions options;
    options.metric = metric;
    const HnswIndex index = index_of(vectors, options);
    for (const std::size_t k : {1U, 3U, 2'000U, 5'000U}) {
      EXPECT_EQ(index.search(rows[0], metric, k), vectors.search(rows[0], metric, k));
    }
  }
}

TEST(HnswIndex, all_zero_rows_are_similar_to_nothing) {
  Clusters clusters(5);
  Rows rows = clusters.rows(1'000);
  for (std::size_t i = 0; i < rows.size(); i += 3) {
    rows[i].assign(Clusters::kDimension, 0.0F);
  }
  const ExactIndex vectors = exact_of(rows, Clusters::kDimension);
  const HnswIndex index = index_of(vectors);
  const std::vector<float> nothing(Clusters::kDimension, 0.0F);
  EXPECT_EQ(index.search(nothing, Metric::kCosine, 4), vectors.search(nothing, Metric::kCosine, 4));
  std::vector<float> away = rows[1];
  for (float& value : away) {
    value = -value;
  }
  RowSet few(rows.size());
  for (std::size_t row = 0; row < 30; ++row) {
    few.insert(row);
  }
  EXPECT_EQ(index.search(away, Metric::kCosine, 12, &few),
            vectors.search(away, Metric::kCosine, 12, &few));
  const Rows all_zero(50, nothing);
  const ExactIndex zeros = exact_of(all_zero, Clusters::kDimension);
  EXPECT_EQ(index_of(zeros).search(rows[1], Metric::kCosine, 3).size(), 3U);
}

TEST(HnswIndex, small_and_odd_sizes_equal_the_exact_index) {
  Random random(9);
  for (const std::size_t count : {0U, 1U, 2U, 16U, 17U, 18U, 40U, 300U}) {
    for (const std::size_t dimension : {1U, 3U, 64U, 65U}) {
      Rows rows(count, std::vector<float>(dimension));
      for (auto& row : rows) {
        std::ranges::generate(row, [&] { return static_cast<float>(random.normal()); });
      }
      const ExactIndex vectors = exact_of(rows, dimension);
      const HnswIndex index = index_of(vectors);
      const std::vector<float> query(dimension, 0.5F);
      for (const std::size_t k : {std::size_t{0}, count, 2 * count + 5}) {
        EXPECT_EQ(index.search(query, Metric::kCosine, k),
                  vectors.search(query, Metric::kCosine, k));
      }
      EXPECT_EQ(index.search(query, Metric::kCosine, 1, nullptr, 1, 100).size(),
                std::min<std::size_t>(count, 1));
    }
  }
}

TEST(HnswIndex, answers_nothing_to_what_is_no_number) {
  const Corpus& corpus = cosine_corpus();
  std::vector<float> query = corpus.queries[0];
  query[3] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(corpus.index.search(query, Metric::kCosine, 10).empty());
  query[3] = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(corpus.index.search(query, Metric::kCosine, 10).empty());
}

// Bad input to the build and to open().

/// The sections of an index with some of them replaced.
class Forgery {
 public:
  Forgery() {
    Clusters clusters(4);
    Rows rows = clusters.rows(300);
    rows[17] = rows[4];
    rows[200] = rows[4];
    rows[30].assign(Clusters::kDimension, 0.0F);
    vectors_ = exact_of(rows, Clusters::kDimension);
    file_ = graph_of(vectors_);
  }

  const ExactIndex& vectors() const { return vectors_; }

  template <class T>
  std::vector<T> section(std::string_view name) const {
    const auto values = *file_.array<T>(name);
    return {values.begin(), values.end()};
  }

  template <class T>
  Code code_with(std::string_view changed, const std::vector<T>& values) const {
    SectionWriter writer = SectionWriter::to_memory("graph", 1);
    for (const std::string_view name : kNames) {
      EXPECT_TRUE(name == changed ? writer.add(name, std::span<const T>(values))
                                  : writer.add(name, *file_.section(name)));
    }
    const auto index = HnswIndex::open(*writer.finish(), vectors_);
    return index ? Code{} : index.error().code;
  }

  /// What comes of one number put in place of another.
  template <class T>
  Code code_with(std::string_view name, std::size_t place, T value) const {
    auto values = section<T>(name);
    values.at(place) = value;
    return code_with(name, values);
  }

  static constexpr std::string_view kNames[] = {"shape",
                                                "centre",
                                                "step",
                                                "blocks",
                                                "squares",
                                                "levels",
                                                "upper",
                                                "heads",
                                                "next",
                                                "nodes",
                                                "rest"};

 private:
  ExactIndex vectors_;
  SectionFile file_;
};

TEST(HnswIndexFile, intact_is_opened_and_a_missing_or_cut_section_is_data_loss) {
  const Forgery forgery;
  EXPECT_EQ(forgery.code_with<std::uint32_t>("none", {}), Code{});
  for (const std::string_view name : Forgery::kNames) {
    auto bytes = forgery.section<std::byte>(name);
    bytes.resize(bytes.size() + 64);
    EXPECT_EQ(forgery.code_with(name, bytes), Code::kDataLoss) << name;
    if (name != "rest") {
      bytes.resize(bytes.size() - 64 - 4);
      EXPECT_EQ(forgery.code_with(name, bytes), Code::kDataLoss) << name;
    }
  }
  EXPECT_EQ(HnswIndex::open(SectionFile(), forgery.vectors()).error().code, Code::kDataLoss);
}

TEST(HnswIndexFile, links_beyond_the_last_node_are_refused) {
  const Forgery forgery;
  const auto nodes = static_cast<std::uint32_t>(forgery.section<std::uint32_t>("squares").size());
  const std::size_t block = (64 + 32 * 4) / 4;
  for (const std::uint32_t bad : {nodes, nodes + 1, 0x80000000U, 0xfffffffeU}) {
    for (const std::size_t place : {std::size_t{16}, block - 1, nodes * block - 1}) {
      EXPECT_EQ(forgery.code_with("blocks", place, bad), Code::kDataLoss);
    }
    EXPECT_EQ(forgery.code_with("upper", 0, bad), Code::kDataLoss);
  }
  // A link of an upper level to a node that is not on it.
  EXPECT_EQ(forgery.code_with("upper", 0, nodes - 1), Code::kDataLoss);
}

TEST(HnswIndexFile, absurd_shapes_and_levels_are_refused) {
  const Forgery forgery;
  for (std::size_t place = 0; place < 6; ++place) {
    for (const std::uint64_t bad :
         {std::uint64_t{2}, std::uint64_t{1} << 31, std::uint64_t{1} << 62, ~std::uint64_t{0}}) {
      EXPECT_EQ(forgery.code_with("shape", place, bad), Code::kDataLoss) << place << ": " << bad;
    }
  }
  for (std::size_t place = 0; place < forgery.section<std::uint64_t>("levels").size(); ++place) {
    for (const std::uint64_t bad : {std::uint64_t{0}, ~std::uint64_t{0}, std::uint64_t{1} << 61}) {
      EXPECT_EQ(forgery.code_with("levels", place, bad), Code::kDataLoss) << place << ": " << bad;
    }
  }
  for (const float bad : {0.0F,
                          -1.0F,
                          std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(forgery.code_with("step", 0, bad), Code::kDataLoss);
  }
  EXPECT_EQ(forgery.code_with("centre", 3, std::numeric_limits<float>::infinity()),
            Code::kDataLoss);
}

TEST(HnswIndexFile, rows_that_no_node_or_two_nodes_have_are_refused) {
  const Forgery forgery;
  const auto heads = forgery.section<std::uint32_t>("heads");
  for (const std::uint32_t bad : {heads[1], 300U, 0x7fffffffU, 0xffffffffU}) {
    EXPECT_EQ(forgery.code_with("heads", 0, bad), Code::kDataLoss);
    EXPECT_EQ(forgery.code_with("nodes", 5, bad), Code::kDataLoss);
    EXPECT_EQ(forgery.code_with("rest", 0, bad), Code::kDataLoss);
  }
  ASSERT_EQ(forgery.section<std::uint32_t>("next")[4], 17U);
  for (const std::uint32_t bad : {4U, 3U, 18U, 300U, 0xffffffffU}) {
    EXPECT_EQ(forgery.code_with("next", 4, bad), Code::kDataLoss) << bad;
  }
  EXPECT_EQ(forgery.code_with("next", 200, 4U), Code::kDataLoss);
  EXPECT_EQ(forgery.code_with("next", 9, 10U), Code::kDataLoss);
}

TEST(HnswIndexFile, another_index_of_vectors_is_refused) {
  const Forgery forgery;
  const SectionFile graph = graph_of(forgery.vectors());
  Clusters clusters(4);
  const Rows fewer = clusters.rows(299);
  EXPECT_EQ(HnswIndex::open(graph, exact_of(fewer, Clusters::kDimension)).error().code,
            Code::kDataLoss);
  const Rows flat(300, {1, 2});
  EXPECT_EQ(HnswIndex::open(graph, exact_of(flat, 2)).error().code, Code::kDataLoss);
}

TEST(HnswIndexFile, rows_that_are_not_numbers_are_refused_at_the_build) {
  SectionWriter vectors = SectionWriter::to_memory("vectors", 1);
  std::vector<float> values(3 * 64, 1.0F);
  values[2 * 64 + 1] = std::numeric_limits<float>::quiet_NaN();
  ASSERT_TRUE(vectors.add<std::uint64_t>("shape", std::vector<std::uint64_t>{3, 2}));
  ASSERT_TRUE(vectors.add<float>("vectors", values));
  ASSERT_TRUE(vectors.add<std::int8_t>("codes", std::vector<std::int8_t>(3 * 64)));
  ASSERT_TRUE(vectors.add<float>("scale", std::vector<float>(1)));
  ASSERT_TRUE(vectors.add<float>("norms", std::vector<float>(3)));
  ASSERT_TRUE(vectors.add<float>("errors", std::vector<float>(6)));
  const ExactIndex exact = *ExactIndex::open(*vectors.finish());
  SectionWriter writer = SectionWriter::to_memory("graph", 1);
  const Status status = HnswIndex::write(writer, exact, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_THAT(status.error().message, testing::HasSubstr("vector 2"));
}

TEST(HnswIndexFile, options_out_of_range_are_refused) {
  const ExactIndex vectors = exact_of({{1, 2}, {2, 1}}, 2);
  const auto code_of = [&](const HnswOptions& options, const ExactIndex& rows) {
    SectionWriter writer = SectionWriter::to_memory("graph", 1);
    const Status status = HnswIndex::write(writer, rows, options);
    return status ? Code{} : status.error().code;
  };
  EXPECT_EQ(code_of({}, vectors), Code{});
  EXPECT_EQ(code_of({.metric = Metric::kTaxicab}, vectors), Code::kInvalidArgument);
  for (const std::size_t degree : {0U, 16U, 33U, 40U, 4096U}) {
    EXPECT_EQ(code_of({.degree = degree}, vectors), Code::kInvalidArgument) << degree;
  }
  EXPECT_EQ(code_of({.breadth = 0}, vectors), Code::kInvalidArgument);
}

}  // namespace
}  // namespace bookreco
