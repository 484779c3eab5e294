#include "services/vectorizer/documents.h"

namespace bookreco {
namespace {

/// The last word of a name: the one that descriptions of other books mention ("Anouilh"), where
/// first names only confuse.
std::string_view last_name(std::string_view author) {
  const std::size_t space = author.rfind(' ');
  return space == std::string_view::npos ? author : author.substr(space + 1);
}

}  // namespace

Document document_of(const Book& book, const DocumentOptions& options) {
  Document document;
  document.language = book.language;
  document.fields.reserve(6 + 2 * book.authors.size() + book.labels.size());
  using enum Document::Kind;
  auto add = [&](std::string_view text, float weight, Document::Kind kind) {
    if (!text.empty() && weight > 0) {
      document.fields.push_back({text, weight, kind});
    }
  };
  add(book.title, options.title, kText);
  add(book.description, options.description, kText);
  for (const std::string& author : book.authors) {
    add(author, options.author, kWhole);
    add(last_name(author), options.author / 2, kText);
  }
  add(book.collection, options.collection, kWhole);
  add(book.publisher, options.publisher, kWhole);
  add(book.series, options.series, kWhole);
  for (const std::string& label : book.labels) {
    add(label, options.label, kLabel);
  }
  return document;
}

}  // namespace bookreco
