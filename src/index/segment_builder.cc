#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "index/segment.h"
#include "index/segment_impl.h"

namespace bookreco {
namespace {

// How much a word counts where it stands.
constexpr float kTitleWeight = 4;
constexpr float kAuthorWeight = 3;
constexpr float kSeriesWeight = 2;
constexpr float kLabelWeight = 1.5F;
constexpr float kDescriptionWeight = 1;
constexpr float kPublisherWeight = 0.5F;

LexicalIndexBuilder::Row words_of(const Book& book) {
  LexicalIndexBuilder::Row row;
  row.language = book.language;
  row.fields.reserve(5 + book.authors.size() + book.labels.size());
  row.fields.push_back({book.title, kTitleWeight});
  for (const std::string& author : book.authors) {
    row.fields.push_back({author, kAuthorWeight});
  }
  row.fields.push_back({book.series, kSeriesWeight});
  row.fields.push_back({book.collection, kSeriesWeight});
  for (const std::string& label : book.labels) {
    row.fields.push_back({label, kLabelWeight});
  }
  row.fields.push_back({book.description, kDescriptionWeight});
  row.fields.push_back({book.publisher, kPublisherWeight});
  return row;
}

Result<SectionWriter> open_writer(const std::optional<Path>& folder, SegmentFile file) {
  if (folder) {
    return SectionWriter::to_file(*folder / file_name(file), kind_of(file), kSegmentVersion);
  }
  return SectionWriter::to_memory(kind_of(file), kSegmentVersion);
}

/// Vectors of the batches, given out row by row; a batch is let go once it is written.
class VectorQueue {
 public:
  explicit VectorQueue(std::size_t dimension) : dimension_(dimension) {}

  void begin_batch(std::size_t rows) { batches_.emplace_back().reserve(rows * dimension_); }
  void push(std::span<const float> vector) {
    batches_.back().insert(batches_.back().end(), vector.begin(), vector.end());
  }
  void pop(std::span<float> out) {
    while (begin_ == batches_.front().size()) {
      batches_.pop_front();
      begin_ = 0;
    }
    const std::span vector = std::span(batches_.front()).subspan(begin_, dimension_);
    std::copy(vector.begin(), vector.end(), out.begin());
    begin_ += dimension_;
  }

 private:
  std::size_t dimension_;
  std::deque<std::vector<float>> batches_;
  std::size_t begin_ = 0;
};

}  // namespace

struct SegmentBuilder::Impl {
  SegmentOptions options;
  std::optional<Path> folder;
  CardsBuilder cards;
  AttributesBuilder attributes;
  ClustersBuilder clusters;
  VectorQueue vectors;
  LexicalIndexBuilder words;

  Impl(const SegmentOptions& segment_options, std::optional<Path> path, SectionWriter cards_writer)
      : options(segment_options),
        folder(std::move(path)),
        cards(std::move(cards_writer)),
        clusters(options.dimension),
        vectors(options.dimension),
        words(options.threads) {}

  Status check(const SegmentRow& row) const;
  Status add(const SegmentRow& row);
  Result<SectionFile> write_vectors();
  Status write_graph(Segment::Impl& parts, const ProgressFn& progress);
  Result<SectionFile> write_words();
  // Each lets its builder go, which may be large.
  Result<SectionFile> write_cards();
  Result<SectionFile> write_attributes();
  Result<SectionFile> write_clusters();
};

Status SegmentBuilder::Impl::check(const SegmentRow& row) const {
  BOOKRECO_CHECK(row.book != nullptr);
  if (row.book->id.empty()) {
    return fail(Code::kInvalidArgument, "a book titled \"{}\" has no id", row.book->title);
  }
  if (row.vector.size() != options.dimension) {
    return fail(Code::kInvalidArgument,
                "the vector of book {} has {} dimensions, not {}",
                row.book->id,
                row.vector.size(),
                options.dimension);
  }
  if (!std::all_of(
          row.vector.begin(), row.vector.end(), [](float x) { return std::isfinite(x); })) {
    return fail(Code::kInvalidArgument, "the vector of book {} is not finite", row.book->id);
  }
  if (row.cluster > kMaxCluster && row.cluster != kNoCluster) {
    return fail(Code::kInvalidArgument,
                "book {} is in cluster {}, the largest number is {}",
                row.book->id,
                row.cluster,
                kMaxCluster);
  }
  return {};
}

Status SegmentBuilder::Impl::add(const SegmentRow& row) {
  BOOKRECO_TRY_VOID(cards.add(*row.book));
  BOOKRECO_TRY_VOID(attributes.add(*row.book, row.terms));
  BOOKRECO_TRY_VOID(clusters.add(row.cluster, row.vector));
  vectors.push(row.vector);
  return {};
}

Result<SectionFile> SegmentBuilder::Impl::write_vectors() {
  BOOKRECO_TRY(SectionWriter writer, open_writer(folder, SegmentFile::kVectors));
  BOOKRECO_TRY_VOID(ExactIndex::write(
      writer, cards.rows(), options.dimension, [this](std::size_t, std::span<float> out) -> Status {
        vectors.pop(out);
        return {};
      }));
  return writer.finish();
}

Status SegmentBuilder::Impl::write_graph(Segment::Impl& parts, const ProgressFn& progress) {
  BOOKRECO_TRY(SectionWriter writer, open_writer(folder, SegmentFile::kGraph));
  if (parts.vectors.rows() < options.graph_from ||
      !HnswIndex::can_hold(parts.vectors.rows(), options.dimension)) {
    BOOKRECO_TRY_VOID(writer.finish());
    return {};
  }
  BOOKRECO_TRY_VOID(
      HnswIndex::write(writer, parts.vectors, {.threads = options.threads}, progress));
  BOOKRECO_TRY(const SectionFile file, writer.finish());
  BOOKRECO_TRY(parts.graph, HnswIndex::open(file, parts.vectors));
  return {};
}

Result<SectionFile> SegmentBuilder::Impl::write_words() {
  BOOKRECO_TRY(SectionWriter writer, open_writer(folder, SegmentFile::kWords));
  LexicalIndexBuilder ending = std::move(words);
  BOOKRECO_TRY_VOID(ending.write(writer));
  return writer.finish();
}

Result<SectionFile> SegmentBuilder::Impl::write_cards() {
  CardsBuilder ending = std::move(cards);
  return ending.finish();
}

Result<SectionFile> SegmentBuilder::Impl::write_attributes() {
  BOOKRECO_TRY(SectionWriter writer, open_writer(folder, SegmentFile::kAttributes));
  AttributesBuilder ending = std::move(attributes);
  return ending.finish(std::move(writer));
}

Result<SectionFile> SegmentBuilder::Impl::write_clusters() {
  BOOKRECO_TRY(SectionWriter writer, open_writer(folder, SegmentFile::kClusters));
  return clusters.finish(std::move(writer));
}

SegmentBuilder::SegmentBuilder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SegmentBuilder::~SegmentBuilder() = default;
SegmentBuilder::SegmentBuilder(SegmentBuilder&&) noexcept = default;
SegmentBuilder& SegmentBuilder::operator=(SegmentBuilder&&) noexcept = default;

Result<SegmentBuilder> SegmentBuilder::to_folder(const Path& folder,
                                                 const SegmentOptions& options) {
  BOOKRECO_CHECK(options.dimension > 0);
  BOOKRECO_TRY_VOID(make_folders(folder));
  BOOKRECO_TRY(SectionWriter writer, open_writer(folder, SegmentFile::kCards));
  return SegmentBuilder(std::make_unique<Impl>(options, folder, std::move(writer)));
}

SegmentBuilder SegmentBuilder::to_memory(const SegmentOptions& options) {
  BOOKRECO_CHECK(options.dimension > 0);
  return SegmentBuilder(std::make_unique<Impl>(
      options,
      std::nullopt,
      SectionWriter::to_memory(kind_of(SegmentFile::kCards), kSegmentVersion)));
}

Status SegmentBuilder::add_batch(std::span<const SegmentRow> rows) {
  for (const SegmentRow& row : rows) {
    BOOKRECO_TRY_VOID(impl_->check(row));
  }
  impl_->vectors.begin_batch(rows.size());
  std::vector<LexicalIndexBuilder::Row> texts;
  texts.reserve(rows.size());
  for (const SegmentRow& row : rows) {
    BOOKRECO_TRY_VOID(impl_->add(row));
    texts.push_back(words_of(*row.book));
  }
  impl_->words.add_batch(texts);
  return {};
}

Result<Segment> SegmentBuilder::finish(const ProgressFn& progress) {
  const std::unique_ptr<Impl> build = std::move(impl_);
  auto parts = std::make_shared<Segment::Impl>();
  const std::size_t rows = build->cards.rows();
  const SegmentOptions& options = build->options;

  BOOKRECO_TRY(const SectionFile words, build->write_words());
  BOOKRECO_TRY(parts->words, LexicalIndex::open(words));
  report(progress, "words", rows, rows);

  BOOKRECO_TRY(const SectionFile vectors, build->write_vectors());
  BOOKRECO_TRY(parts->vectors, ExactIndex::open(vectors));
  report(progress, "vectors", rows, rows);

  BOOKRECO_TRY(const SectionFile cards, build->write_cards());
  BOOKRECO_TRY(parts->cards, Cards::open(cards));
  BOOKRECO_TRY(const SectionFile attributes, build->write_attributes());
  BOOKRECO_TRY(parts->attributes, Attributes::open(attributes));
  BOOKRECO_TRY(const SectionFile clusters, build->write_clusters());
  BOOKRECO_TRY(parts->clusters, Clusters::open(clusters));
  report(progress, "cards", rows, rows);

  BOOKRECO_TRY_VOID(build->write_graph(*parts, progress));
  BOOKRECO_TRY(SectionWriter lists_writer, open_writer(build->folder, SegmentFile::kNeighbours));
  const std::size_t length = rows <= options.neighbours_up_to ? options.neighbours : 0;
  BOOKRECO_TRY(const SectionFile lists,
               NeighbourLists::write(std::move(lists_writer),
                                     {parts->vectors,
                                      parts->graph ? &*parts->graph : nullptr,
                                      parts->attributes,
                                      parts->clusters},
                                     length,
                                     options.threads,
                                     progress));
  BOOKRECO_TRY(parts->neighbours, NeighbourLists::open(lists));
  BOOKRECO_TRY_VOID(parts->check_rows());
  Segment segment;
  segment.impl_ = std::move(parts);
  return segment;
}

}  // namespace bookreco
