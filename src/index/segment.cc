#include "index/segment.h"

#include <utility>

#include "index/segment_impl.h"

namespace bookreco {

Status Segment::Impl::check_rows() const {
  const std::size_t rows = cards.rows();
  const auto check = [rows](SegmentFile file, std::size_t found) -> Status {
    if (found != rows) {
      return fail(Code::kDataLoss,
                  "{} has {} rows, cards.brs has {}: they are not of one segment",
                  file_name(file),
                  found,
                  rows);
    }
    return {};
  };
  BOOKRECO_TRY_VOID(check(SegmentFile::kAttributes, attributes.rows()));
  BOOKRECO_TRY_VOID(check(SegmentFile::kClusters, clusters.rows()));
  BOOKRECO_TRY_VOID(check(SegmentFile::kVectors, vectors.rows()));
  BOOKRECO_TRY_VOID(check(SegmentFile::kNeighbours, neighbours.rows()));
  BOOKRECO_TRY_VOID(check(SegmentFile::kWords, words.rows()));
  return neighbours.check_shared(attributes);
}

/// A small segment's file has no sections.
Status Segment::Impl::open_graph(const Path& folder, SectionCheck check) {
  const Path path = folder / file_name(SegmentFile::kGraph);
  BOOKRECO_TRY(const SectionFile sections,
               SectionFile::open(path, kind_of(SegmentFile::kGraph), kSegmentVersion, check));
  if (!sections.has("shape")) {
    return {};
  }
  auto opened = HnswIndex::open(sections, vectors);
  if (!opened) {
    return in_context(path.string(), opened.error());
  }
  graph = *std::move(opened);
  return {};
}

Result<Segment> Segment::open(const Path& folder, SectionCheck check) {
  auto impl = std::make_shared<Impl>();
  const auto load = [&]<class Part>(SegmentFile file, Part& part) -> Status {
    const Path path = folder / file_name(file);
    BOOKRECO_TRY(const SectionFile sections,
                 SectionFile::open(path, kind_of(file), kSegmentVersion, check));
    auto opened = Part::open(sections);
    if (!opened) {
      return in_context(path.string(), opened.error());
    }
    part = std::move(*opened);
    return {};
  };
  BOOKRECO_TRY_VOID(load(SegmentFile::kCards, impl->cards));
  BOOKRECO_TRY_VOID(load(SegmentFile::kAttributes, impl->attributes));
  BOOKRECO_TRY_VOID(load(SegmentFile::kClusters, impl->clusters));
  BOOKRECO_TRY_VOID(load(SegmentFile::kVectors, impl->vectors));
  BOOKRECO_TRY_VOID(impl->open_graph(folder, check));
  BOOKRECO_TRY_VOID(load(SegmentFile::kNeighbours, impl->neighbours));
  BOOKRECO_TRY_VOID(load(SegmentFile::kWords, impl->words));
  if (Status status = impl->check_rows(); !status) {
    return in_context(folder.string(), status.error());
  }
  Segment segment;
  segment.impl_ = std::move(impl);
  return segment;
}

std::size_t Segment::rows() const {
  return impl_->cards.rows();
}
const ExactIndex& Segment::vectors() const {
  return impl_->vectors;
}
const LexicalIndex& Segment::words() const {
  return impl_->words;
}
const Attributes& Segment::attributes() const {
  return impl_->attributes;
}
const Clusters& Segment::clusters() const {
  return impl_->clusters;
}

std::string_view Segment::id(std::uint32_t row) const {
  return impl_->cards.id(row);
}
std::string_view Segment::card(std::uint32_t row) const {
  return impl_->cards.card(row);
}
std::string_view Segment::title(std::uint32_t row) const {
  return impl_->cards.title(row);
}
std::string_view Segment::work_id(std::uint32_t row) const {
  return impl_->cards.work_id(row);
}
std::uint64_t Segment::work_key(std::uint32_t row) const {
  return impl_->cards.work_key(row);
}
bool Segment::has_editions(std::uint32_t row) const {
  const RowSet& rows = impl_->cards.with_editions();
  return rows.rows() != 0 && rows.contains(row);
}
std::span<const std::uint32_t> Segment::editions(std::uint64_t work_key) const {
  return impl_->cards.editions(work_key);
}
std::uint32_t Segment::cluster(std::uint32_t row) const {
  return impl_->clusters.cluster(row);
}
std::span<const std::uint32_t> Segment::by_title() const {
  return impl_->cards.by_title();
}

std::optional<std::uint32_t> Segment::find(std::string_view id) const {
  return impl_->cards.find(id);
}

std::vector<Neighbour> Segment::nearest(std::span<const float> query,
                                        Metric metric,
                                        std::size_t k,
                                        const RowSet* allowed,
                                        std::size_t threads,
                                        std::span<const Neighbour> guesses) const {
  return impl_->graph ? impl_->graph->search(query, metric, k, allowed, threads)
                      : impl_->vectors.search(query, metric, k, allowed, threads, guesses);
}

std::span<const Neighbour> Segment::neighbours(std::uint32_t row) const {
  return impl_->neighbours.of(row);
}

std::span<const SharedCode> Segment::shared(std::uint32_t row, std::size_t place) const {
  return impl_->neighbours.shared(row, place);
}

std::size_t Segment::explained() const {
  return impl_->neighbours.explained();
}

std::span<const std::uint32_t> Segment::values(FacetKind kind, std::uint32_t row) const {
  return impl_->attributes.values(column_of(kind), row);
}

std::string_view Segment::value_name(FacetKind kind, std::uint32_t value) const {
  return impl_->attributes.name(column_of(kind), value);
}

std::optional<std::uint32_t> Segment::value_number(FacetKind kind, std::string_view name) const {
  return impl_->attributes.find(column_of(kind), attribute_key(name));
}

std::span<const std::uint32_t> Segment::terms(std::uint32_t row) const {
  return impl_->attributes.values(kTermColumn, row);
}

std::string_view Segment::term_name(std::uint32_t term) const {
  return impl_->attributes.name(kTermColumn, term);
}

std::optional<RowSet> Segment::filter(const BookFilter& filter) const {
  return impl_->attributes.filter(filter);
}

}  // namespace bookreco
