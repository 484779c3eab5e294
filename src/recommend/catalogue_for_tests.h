#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "index/segment_test_rows.h"
#include "index/snapshot.h"
#include "ports/recommender.h"

namespace bookreco {

/// A snapshot of `rows`: those for which in_delta(i) go to the delta, the rest to the base.
template <class InDelta>
std::shared_ptr<Snapshot> make_snapshot(TestRows& rows, const InDelta& in_delta) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->version = "test";
  snapshot->base = std::make_shared<const Segment>(
      build_in_memory(rows.where([&](std::size_t i) { return !in_delta(i); }), rows.options()));
  const auto newer = rows.where(in_delta);
  if (!newer.empty()) {
    snapshot->delta = std::make_shared<const Segment>(build_in_memory(newer, rows.options()));
  }
  snapshot->cluster_names = {"French novels", "Space and sand", "Crime", "Magic"};
  return snapshot;
}

inline std::shared_ptr<Snapshot> make_snapshot(TestRows& rows) {
  return make_snapshot(rows, [](std::size_t) { return false; });
}

inline std::vector<std::string_view> ids(const Hits& answer) {
  std::vector<std::string_view> found;
  for (const Hit& hit : answer.hits) {
    found.push_back(hit.id);
  }
  return found;
}

/// The values of the reasons of one kind.
inline std::vector<std::string_view> reasons(const Hit& hit, ReasonKind kind) {
  std::vector<std::string_view> values;
  for (const Reason& reason : hit.reasons) {
    if (reason.kind == kind) {
      values.push_back(reason.value);
    }
  }
  return values;
}

/// A small shelf. Axes of the vectors: French novels, science fiction, crime, magic.
inline TestRows shelf() {
  TestRows rows(4);
  const auto add = [&](const char* id,
                       const char* title,
                       const char* author,
                       std::vector<std::string> labels,
                       std::vector<float> vector,
                       std::uint32_t cluster,
                       std::vector<std::string> terms) -> Book& {
    Book book;
    book.id = id;
    book.work_id = std::string("w-") + id;
    book.title = title;
    book.authors = {author};
    book.labels = std::move(labels);
    book.language = "fr";
    return rows.add(std::move(book), std::move(vector), cluster, std::move(terms));
  };
  const std::vector<std::string> novel = {"Roman", "Classiques"};
  const std::vector<std::string> space = {"Roman", "Science-fiction"};
  const std::vector<std::string> crime = {"Roman", "Policier"};
  const std::vector<std::string> magic = {"Jeunesse", "Fantastique"};
  add("a1", "L'Étranger", "Albert Camus", novel, {10, 0, 1, 0}, 0, {"soleil", "meurtre"})
      .page_count = 186;
  Book& pocket =
      add("a2", "L'Étranger", "Albert Camus", novel, {10, 0, 1.2F, 0}, 0, {"soleil", "meurtre"});
  pocket.work_id = "w-a1";
  pocket.format = "Poche";
  add("a3", "La Peste", "Albert Camus", novel, {10, 0, 2, 0}, 0, {"peste", "soleil"}).collection =
      "Folio";
  add("a4", "La Chute", "Albert Camus", novel, {10, 0, 3, 0}, 0, {"juge"}).collection = "Folio";
  add("a5", "Noces", "Albert Camus", novel, {10, 1, 0, 0}, 0, {"soleil"});
  add("a6", "Germinal", "Émile Zola", novel, {9, 0, 3, 1}, 0, {"mine", "soleil"}).collection =
      "Folio";
  const auto volume = [&](const char* id,
                          const char* title,
                          const char* author,
                          const char* series,
                          double number,
                          std::vector<float> vector,
                          std::uint32_t cluster) {
    Book& book =
        add(id, title, author, cluster == 1 ? space : magic, std::move(vector), cluster, {"monde"});
    book.series = series;
    book.series_number = number;
    book.language = cluster == 1 ? "fr" : "en";
  };
  volume("d1", "Dune", "Frank Herbert", "Dune", 1, {0, 10, 1, 0}, 1);
  volume("d2", "Le Messie de Dune", "Frank Herbert", "Dune", 2, {0, 10, 2, 0}, 1);
  volume("d3", "Les Enfants de Dune", "Frank Herbert", "Dune", 3, {0, 10, 3, 0}, 1);
  volume("d4", "L'Empereur-Dieu de Dune", "Frank Herbert", "Dune", 4, {0, 10, 1.5F, 0}, 1);
  add("e1", "Fondation", "Isaac Asimov", space, {0, 9, 0, 2}, 1, {"monde", "empire"});
  add("e2", "Hypérion", "Dan Simmons", space, {1, 9, 0, 3}, 1, {"monde"});
  add("f1",
      "Le Crime de l'Orient-Express",
      "Agatha Christie",
      crime,
      {1, 0, 10, 0},
      2,
      {"meurtre", "train"});
  add("f2", "Dix petits nègres", "Agatha Christie", crime, {1, 0, 10, 1}, 2, {"meurtre", "île"});
  add("f3", "Mort sur le Nil", "Agatha Christie", crime, {1, 1, 10, 0}, 2, {"meurtre", "nil"});
  add("f4",
      "La Maison biscornue",
      "Agatha Christie",
      crime,
      {2, 0, 10, 0},
      2,
      {"meurtre", "maison"});
  volume("g1",
         "Harry Potter à l'école des sorciers",
         "J. K. Rowling",
         "Harry Potter",
         1,
         {0, 1, 0, 10},
         3);
  volume("g2",
         "Harry Potter et la chambre des secrets",
         "J. K. Rowling",
         "Harry Potter",
         2,
         {0, 1, 1, 10},
         3);
  Book& blank = add("z1", "Caligula", "Albert Camus", {"Théâtre", "Classiques"}, {}, 0, {});
  blank.collection = "Folio";
  return rows;
}

}  // namespace bookreco
