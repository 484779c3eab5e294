#include <algorithm>
#include <array>

#include "domain/fold.h"
#include "services/ingest/converters.h"

namespace bookreco {
namespace {

struct Shelf {
  std::string_view shelf;  ///< folded
  std::string_view label;
};

// Spellings of one kind of book; other shelves become their own words.
constexpr std::array kShelves{
    Shelf{"sci fi", "Science fiction"},
    Shelf{"scifi", "Science fiction"},
    Shelf{"sf", "Science fiction"},
    Shelf{"science fiction", "Science fiction"},
    Shelf{"sci fi fantasy", "Science fiction and fantasy"},
    Shelf{"fantasy sci fi", "Science fiction and fantasy"},
    Shelf{"scifi fantasy", "Science fiction and fantasy"},
    Shelf{"fantasy scifi", "Science fiction and fantasy"},
    Shelf{"sff", "Science fiction and fantasy"},
    Shelf{"science fiction fantasy", "Science fiction and fantasy"},
    Shelf{"sci fi and fantasy", "Science fiction and fantasy"},
    Shelf{"sf fantasy", "Science fiction and fantasy"},
    Shelf{"ya", "Young adult"},
    Shelf{"ya fiction", "Young adult"},
    Shelf{"ya books", "Young adult"},
    Shelf{"ya lit", "Young adult"},
    Shelf{"young adult fiction", "Young adult"},
    Shelf{"teen", "Young adult"},
    Shelf{"teen fiction", "Young adult"},
    Shelf{"ya fantasy", "Young adult fantasy"},
    Shelf{"non fiction", "Nonfiction"},
    Shelf{"non fic", "Nonfiction"},
    Shelf{"nonfiction", "Nonfiction"},
    Shelf{"classic", "Classics"},
    Shelf{"classic literature", "Classics"},
    Shelf{"classic fiction", "Classics"},
    Shelf{"children", "Children"},
    Shelf{"childrens", "Children"},
    Shelf{"children s", "Children"},
    Shelf{"kids", "Children"},
    Shelf{"kids books", "Children"},
    Shelf{"childrens books", "Children"},
    Shelf{"children s books", "Children"},
    Shelf{"children books", "Children"},
    Shelf{"children s literature", "Children"},
    Shelf{"childrens literature", "Children"},
    Shelf{"children s lit", "Children"},
    Shelf{"childrens lit", "Children"},
    Shelf{"children s fiction", "Children"},
    Shelf{"juvenile fiction", "Children"},
    Shelf{"juvenile", "Children"},
    Shelf{"kid lit", "Children"},
    Shelf{"mysteries", "Mystery"},
    Shelf{"thrillers", "Thriller"},
    Shelf{"mystery thriller", "Mystery and thriller"},
    Shelf{"thriller mystery", "Mystery and thriller"},
    Shelf{"mystery suspense", "Mystery and suspense"},
    Shelf{"mystery crime", "Crime"},
    Shelf{"crime mystery", "Crime"},
    Shelf{"crime fiction", "Crime"},
    Shelf{"crime thriller", "Crime"},
    Shelf{"humour", "Humor"},
    Shelf{"funny", "Humor"},
    Shelf{"humorous", "Humor"},
    Shelf{"comedy", "Humor"},
    Shelf{"memoirs", "Memoir"},
    Shelf{"biographies", "Biography"},
    Shelf{"biography memoir", "Biography"},
    Shelf{"memoir biography", "Biography"},
    Shelf{"historical", "Historical fiction"},
    Shelf{"dystopia", "Dystopian"},
    Shelf{"dystopias", "Dystopian"},
    Shelf{"vampire", "Vampires"},
    Shelf{"chicklit", "Chick lit"},
    Shelf{"chic lit", "Chick lit"},
    Shelf{"literary", "Literary fiction"},
    Shelf{"graphic novel", "Graphic novels"},
    Shelf{"short story", "Short stories"},
    Shelf{"american lit", "American literature"},
    Shelf{"brit lit", "British literature"},
    Shelf{"pnr", "Paranormal romance"},
    Shelf{"memoir", "Memoir"},
};

// Words that make a shelf about the reader, not about the book.
constexpr std::array<std::string_view, 62> kReaderWords{
    "read",      "reads",      "reading",   "reread",     "own",         "owned",      "my",
    "mine",      "have",       "i",         "buy",        "bought",      "wish",       "wishlist",
    "want",      "kindle",     "nook",      "ebook",      "ebooks",      "e",          "audio",
    "audiobook", "audiobooks", "audible",   "library",    "bookshelf",   "shelf",      "shelfari",
    "calibre",   "default",    "favorite",  "favorites",  "favourite",   "favourites", "faves",
    "favs",      "fav",        "loved",     "abandoned",  "finish",      "finished",   "unfinished",
    "dnf",       "tbr",        "unread",    "star",       "stars",       "club",       "bookclub",
    "group",     "borrowed",   "maybe",     "currently",  "recommended", "reviewed",   "hold",
    "paperback", "hardcover",  "overdrive", "collection", "challenge",   "arc"};

constexpr std::array<std::string_view, 44> kEmptyShelves{"books",
                                                         "book",
                                                         "fiction to read",
                                                         "general",
                                                         "series",
                                                         "part of a series",
                                                         "first in series",
                                                         "first in a series",
                                                         "stand alone",
                                                         "standalone",
                                                         "novel",
                                                         "novels",
                                                         "adult",
                                                         "english",
                                                         "other",
                                                         "school",
                                                         "for school",
                                                         "high school",
                                                         "college",
                                                         "childhood",
                                                         "childhood books",
                                                         "female author",
                                                         "female authors",
                                                         "lit",
                                                         "literature",
                                                         "fun",
                                                         "love",
                                                         "all time",
                                                         "must",
                                                         "gave up",
                                                         "gave up on",
                                                         "listened to",
                                                         "guilty pleasures",
                                                         "20th century",
                                                         "21st century",
                                                         "19th century",
                                                         "american",
                                                         "british",
                                                         "usa",
                                                         "uk",
                                                         "america",
                                                         "made me cry",
                                                         "translated",
                                                         "modern"};

bool has_digit(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos;
}

bool is_about_the_reader(std::string_view folded) {
  while (!folded.empty()) {
    const std::size_t end = folded.find(' ');
    if (std::find(kReaderWords.begin(), kReaderWords.end(), folded.substr(0, end)) !=
        kReaderWords.end()) {
      return true;
    }
    folded = end == std::string_view::npos ? std::string_view() : folded.substr(end + 1);
  }
  return false;
}

}  // namespace

std::string shelf_label(std::string_view shelf) {
  const std::string folded = fold(shelf);
  const auto* known = std::find_if(
      kShelves.begin(), kShelves.end(), [&](const Shelf& entry) { return entry.shelf == folded; });
  if (known != kShelves.end()) {
    return std::string(known->label);
  }
  if (folded.size() < 3 || folded.size() > 40 || has_digit(folded) || is_about_the_reader(folded) ||
      std::find(kEmptyShelves.begin(), kEmptyShelves.end(), folded) != kEmptyShelves.end()) {
    return {};
  }
  std::string label = folded;
  label[0] = static_cast<char>(label[0] >= 'a' && label[0] <= 'z' ? label[0] - 32 : label[0]);
  return label;
}

}  // namespace bookreco
