#pragma once

#include <cmath>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "index/segment.h"

namespace bookreco {

/// Rows for tests: books with vectors, clusters and terms, kept alive together.
class TestRows {
 public:
  explicit TestRows(std::size_t dimension) : dimension_(dimension) {}

  Book& add(Book book,
            std::vector<float> vector,
            std::uint32_t cluster = 0,
            std::vector<std::string> terms = {}) {
    float squares = 0;
    for (const float x : vector) {
      squares += x * x;
    }
    vector.resize(dimension_, 0.0F);
    for (float& x : vector) {
      x = squares > 0 ? x / std::sqrt(squares) : 0;
    }
    rows_.push_back({std::move(book), std::move(vector), cluster, std::move(terms), {}});
    return rows_.back().book;
  }

  std::size_t size() const { return rows_.size(); }
  const Book& book(std::size_t i) const { return rows_[i].book; }
  Book& book(std::size_t i) { return rows_[i].book; }
  std::size_t dimension() const { return dimension_; }

  /// The rows for which `keep(i)`, as a builder takes them.
  template <class Keep>
  std::vector<SegmentRow> where(const Keep& keep) {
    std::vector<SegmentRow> chosen;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (keep(i)) {
        Row& row = rows_[i];
        row.views.assign(row.terms.begin(), row.terms.end());
        chosen.push_back({&row.book, row.vector, row.cluster, row.views});
      }
    }
    return chosen;
  }
  std::vector<SegmentRow> all() {
    return where([](std::size_t) { return true; });
  }

  SegmentOptions options() const {
    return {.dimension = dimension_, .neighbours = 20, .neighbours_up_to = 50'000, .threads = 2};
  }

  /// Books with random but repeating attributes, in the order of their ids.
  static TestRows random(std::size_t count, std::size_t dimension, std::uint64_t seed) {
    static constexpr std::string_view kWords[] = {
        "sea", "night", "house", "garden", "letter", "winter", "road", "king"};
    TestRows rows(dimension);
    Random random(seed);
    const auto word = [&] { return kWords[random.below(8)]; };
    for (std::size_t i = 0; i < count; ++i) {
      Book book;
      book.id = fmt::format("b{:06}", i);
      book.work_id = fmt::format("w{}", i - (random.below(10) == 0 && i > 0 ? 1 : 0));
      book.title = fmt::format("The {} of the {} {}", word(), word(), random.below(count));
      book.authors = {fmt::format("Author {}", random.below(count / 4 + 1))};
      book.labels = {fmt::format("label {}", random.below(6)),
                     fmt::format("label {}", random.below(40))};
      book.collection = random.below(3) == 0 ? fmt::format("Collection {}", random.below(5)) : "";
      book.description = fmt::format("A {} and a {} by the {}.", word(), word(), word());
      book.language = random.below(2) == 0 ? "fr" : "en";
      if (random.below(4) != 0) {
        book.page_count = static_cast<int>(random.below(900));
      }
      std::vector<float> vector(dimension);
      for (float& x : vector) {
        x = static_cast<float>(random.normal());
      }
      rows.add(std::move(book),
               std::move(vector),
               static_cast<std::uint32_t>(random.below(7)),
               {std::string(word()), std::string(word())});
    }
    return rows;
  }

 private:
  struct Row {
    Book book;
    std::vector<float> vector;
    std::uint32_t cluster;
    std::vector<std::string> terms;
    std::vector<std::string_view> views;
  };
  std::size_t dimension_;
  std::deque<Row> rows_;
};

inline Segment build_in_memory(std::span<const SegmentRow> rows, const SegmentOptions& options) {
  SegmentBuilder builder = SegmentBuilder::to_memory(options);
  const Status added = builder.add_batch(rows);
  EXPECT_TRUE(added) << added.error().message;
  Result<Segment> segment = builder.finish();
  EXPECT_TRUE(segment) << segment.error().message;
  return std::move(*segment);
}

}  // namespace bookreco
