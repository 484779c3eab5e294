#include "app/vectorizer_settings.h"

namespace bookreco {

VectorizerSettings vectorizer_settings(const Settings& settings) {
  const Settings::Vectorizer& from = settings.vectorizer;
  VectorizerSettings to;
  to.lsa.vocabulary = static_cast<std::size_t>(from.vocabulary);
  to.lsa.dimension = static_cast<std::size_t>(from.dimension);
  to.lsa.seed = static_cast<std::uint64_t>(from.seed);
  to.lsa.threads = settings.threads();
  to.documents = {static_cast<float>(from.title_weight),
                  static_cast<float>(from.description_weight),
                  static_cast<float>(from.author_weight),
                  static_cast<float>(from.collection_weight),
                  static_cast<float>(from.publisher_weight),
                  static_cast<float>(from.series_weight),
                  static_cast<float>(from.label_weight)};
  return to;
}

}  // namespace bookreco
