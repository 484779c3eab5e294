#include "app/book_vectors.h"

#include "base/hash.h"
#include "domain/clean.h"
#include "services/ingest/conversion.h"
#include "services/vectorizer/documents.h"

namespace bookreco {
namespace {

/// Keeps the books and what they are called; readers' rows and what cannot be read are passed over.
class Shelf final : public ConvertSink {
 public:
  Status book(RawBook&& raw) override {
    Cleaned cleaned = clean(raw);
    if (!cleaned.book) {
      return {};
    }
    const std::size_t row = books_.size();
    const Book& book = books_.emplace_back(*std::move(cleaned.book));
    const std::string own = raw.key.substr(raw.key.find(':') + 1);  // "goodbooks:12"
    for (const std::string& name : {own, book.id, book.ean, book.isbn13}) {
      if (!name.empty()) {
        rows_.emplace(name, row);
      }
    }
    return {};
  }
  Status interaction(RawInteraction&&) override { return {}; }
  Status reject(Reject&&) override { return {}; }

  std::vector<Book> books_;
  std::unordered_map<std::string, std::size_t> rows_;
};

}  // namespace

Result<NamedVectors> read_book_vectors(const std::vector<std::string>& files,
                                       const VectorizerSettings& settings,
                                       const ProgressFn& progress) {
  Shelf shelf;
  BOOKRECO_TRY_VOID(convert_files(files, {}, shelf, progress));
  std::vector<Document> documents;
  std::uint64_t fingerprint = 0;
  for (const Book& book : shelf.books_) {
    documents.push_back(document_of(book, settings.documents));
    for (const Document::Field& field : documents.back().fields) {
      fingerprint = hash64(field.text, fingerprint);
    }
  }
  LsaFitter fitter(settings.lsa);
  fitter.add_batch(documents);
  const auto model = fitter.fit(progress);
  if (!model) {
    return fail(Code::kInvalidArgument, "--books: {}", model.error().message);
  }
  NamedVectors out;
  out.space = "books-" + hex(fingerprint);
  out.dimension = model->dimension();
  const auto vectors = fitter.embedded();
  out.values.assign(vectors.begin(), vectors.end());
  out.rows = std::move(shelf.rows_);
  return out;
}

}  // namespace bookreco
