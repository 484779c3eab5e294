#include "services/vectorizer/documents.h"

namespace bookreco {

Document document_of(const Book& book, const DocumentOptions& options) {
  Document document;
  document.language = book.language;
  document.fields.reserve(6 + 2 * book.authors.size() + book.labels.size());
  auto add = [&](const std::string& text, float weight, bool whole) {
    if (!text.empty() && weight > 0) {
      document.fields.push_back({text, weight, whole});
    }
  };
  add(book.title, options.title, false);
  add(book.description, options.description, false);
  for (const std::string& author : book.authors) {
    add(author, options.author, true);
    add(author, options.author / 2, false);
  }
  add(book.collection, options.collection, true);
  add(book.collection, options.collection / 2, false);
  add(book.publisher, options.publisher, true);
  add(book.series, options.series, true);
  for (const std::string& label : book.labels) {
    add(label, options.label, true);
  }
  return document;
}

}  // namespace bookreco
