#include "conformance/stores_factory.h"

#include "adapters/sqlite/sqlite_stores.h"
#include "base/files.h"

namespace bookreco {
namespace {

class SqliteHome final : public StoresHome {
 public:
  Result<std::unique_ptr<Stores>> open(const Clock& clock) override {
    return open_sqlite_stores(folder_.path() / "stores.db", {}, clock);
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

std::vector<StoresFactory> stores_factories() {
  return {{"sqlite", [] { return std::make_unique<SqliteHome>(); }}};
}

Book whole_book(int number) {
  Book book;
  book.ean = fmt::format("97800000{:05}", number);
  book.isbn13 = book.ean;
  book.id = book.ean;
  book.work_id = fmt::format("w{}", number / 2);
  book.title = fmt::format("L'Étranger, tome {}", number);
  book.authors = {"Albert Camus", fmt::format("Coauteur {}", number)};
  book.description = fmt::format("Un récit « à part » en {} chapitres.\n\"Aujourd'hui…\"", number);
  book.labels = {"Roman", "Littérature française"};
  book.cover_url = fmt::format("https://example.org/{}.jpg", number);
  book.collection = "Folio";
  book.series = "Cycle de l'absurde";
  book.series_number = number + 0.5;
  book.language = number % 2 == 0 ? "fr" : "en";
  book.published_on = PartialDate{static_cast<std::int16_t>(1900 + number % 100), 6, 8};
  book.publisher = "Gallimard";
  book.format = "Poche";
  book.binding = "Broché";
  book.page_count = 100 + number;
  book.weight_kg = 0.125;
  book.width_cm = 10.8;
  book.height_cm = 17.8;
  book.depth_cm = 1.1 + number;
  book.available = number % 3 != 0;
  return book;
}

Book bare_book(const std::string& id) {
  Book book;
  book.id = id;
  book.title = "Title of " + id;
  return book;
}

}  // namespace bookreco
