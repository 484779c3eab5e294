#include "domain/facts.h"

#include <array>

#include "domain/fold.h"

namespace bookreco {
namespace {

struct Name {
  std::string_view name;
  Fact fact;
};

// The first name of a fact is ours; the others are folded.
constexpr std::array kNames{
    Name{"cover_url", Fact::kCoverUrl},
    Name{"collection", Fact::kCollection},
    Name{"series", Fact::kSeries},
    Name{"series_number", Fact::kSeriesNumber},
    Name{"language", Fact::kLanguage},
    Name{"published_on", Fact::kPublishedOn},
    Name{"ean", Fact::kEan},
    Name{"isbn13", Fact::kIsbn},
    Name{"publisher", Fact::kPublisher},
    Name{"format", Fact::kFormat},
    Name{"binding", Fact::kBinding},
    Name{"page_count", Fact::kPageCount},
    Name{"weight_kg", Fact::kWeight},
    Name{"width_cm", Fact::kWidth},
    Name{"height_cm", Fact::kHeight},
    Name{"depth_cm", Fact::kDepth},
    Name{"dimensions", Fact::kDimensions},
    Name{"available", Fact::kAvailable},
    Name{"id", Fact::kIgnored},
    Name{"work_id", Fact::kIgnored},
    Name{"date de parution", Fact::kPublishedOn},
    Name{"date de publication", Fact::kPublishedOn},
    Name{"publication date", Fact::kPublishedOn},
    Name{"published on", Fact::kPublishedOn},
    Name{"published", Fact::kPublishedOn},
    Name{"editeur", Fact::kPublisher},
    Name{"presentation", Fact::kBinding},
    Name{"reliure", Fact::kBinding},
    Name{"nb de pages", Fact::kPageCount},
    Name{"nombre de pages", Fact::kPageCount},
    Name{"pages", Fact::kPageCount},
    Name{"page count", Fact::kPageCount},
    Name{"poids", Fact::kWeight},
    Name{"weight", Fact::kWeight},
    Name{"weight kg", Fact::kWeight},
    Name{"largeur", Fact::kWidth},
    Name{"width", Fact::kWidth},
    Name{"width cm", Fact::kWidth},
    Name{"hauteur", Fact::kHeight},
    Name{"height", Fact::kHeight},
    Name{"height cm", Fact::kHeight},
    Name{"epaisseur", Fact::kDepth},
    Name{"depth", Fact::kDepth},
    Name{"depth cm", Fact::kDepth},
    Name{"isbn", Fact::kIsbn},
    Name{"isbn 13", Fact::kIsbn},
    Name{"isbn10", Fact::kIsbn},
    Name{"isbn 10", Fact::kIsbn},
    Name{"ean13", Fact::kEan},
    Name{"ean 13", Fact::kEan},
    Name{"gtin13", Fact::kEan},
    Name{"langue", Fact::kLanguage},
    Name{"lang", Fact::kLanguage},
    Name{"serie", Fact::kSeries},
    Name{"series number", Fact::kSeriesNumber},
    Name{"cover url", Fact::kCoverUrl},
    Name{"cover", Fact::kCoverUrl},
    Name{"image", Fact::kCoverUrl},
    Name{"image url", Fact::kCoverUrl},
    Name{"availability", Fact::kAvailable},
    Name{"disponibilite", Fact::kAvailable},
    Name{"disponible", Fact::kAvailable},
    Name{"in stock", Fact::kAvailable},
    Name{"en stock", Fact::kAvailable},
    Name{"stock", Fact::kAvailable},
};

}  // namespace

std::optional<Fact> parse_fact(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) {
      return known.fact;
    }
  }
  const std::string folded = fold(name);
  for (const Name& known : kNames) {
    if (known.name == folded) {
      return known.fact;
    }
  }
  return std::nullopt;
}

std::string_view fact_name(Fact fact) {
  for (const Name& known : kNames) {
    if (known.fact == fact) {
      return known.name;
    }
  }
  return "";
}

}  // namespace bookreco
