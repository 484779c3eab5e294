#include "domain/merge.h"

#include "domain/labels.h"

namespace bookreco {
namespace {

template <class T>
void fill(std::optional<T>& into, const std::optional<T>& other) {
  if (!into) {
    into = other;
  }
}

template <class Sequence>
void fill(Sequence& into, const Sequence& other) {
  if (into.empty()) {
    into = other;
  }
}

}  // namespace

void merge(Book& into, const Book& other) {
  if (other.description.size() > into.description.size()) {
    into.description = other.description;
  }
  into.labels.insert(into.labels.end(), other.labels.begin(), other.labels.end());
  into.labels = clean_labels(into.labels);
  fill(into.authors, other.authors);
  fill(into.cover_url, other.cover_url);
  fill(into.collection, other.collection);
  if (into.series.empty()) {
    into.series = other.series;
    into.series_number = other.series_number;
  }
  fill(into.language, other.language);
  fill(into.published_on, other.published_on);
  fill(into.ean, other.ean);
  fill(into.isbn13, other.isbn13);
  fill(into.publisher, other.publisher);
  fill(into.format, other.format);
  fill(into.binding, other.binding);
  fill(into.page_count, other.page_count);
  fill(into.weight_kg, other.weight_kg);
  fill(into.width_cm, other.width_cm);
  fill(into.height_cm, other.height_cm);
  fill(into.depth_cm, other.depth_cm);
  fill(into.available, other.available);
}

}  // namespace bookreco
