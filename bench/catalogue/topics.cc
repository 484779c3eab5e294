#include "catalogue/topics.h"

#include <array>

#include "catalogue/lexicon.h"

namespace bookreco::bench {
namespace {

struct Name {
  std::string_view french;
  std::string_view english;
};

constexpr auto kSections =
    std::to_array<Name>({{"Littérature", "Fiction"},
                         {"Sciences humaines", "Humanities"},
                         {"Sciences et techniques", "Science and technology"},
                         {"Arts et spectacles", "Arts"},
                         {"Vie pratique", "Home and leisure"},
                         {"Jeunesse et BD", "Children and comics"}});

constexpr auto kTopicNames =
    std::to_array<Name>({{"Roman policier", "Crime"},
                         {"Roman contemporain", "Contemporary novel"},
                         {"Science-fiction", "Science fiction"},
                         {"Fantasy", "Fantasy"},
                         {"Roman historique", "Historical novel"},
                         {"Théâtre", "Drama"},
                         {"Poésie", "Poetry"},
                         {"Nouvelles", "Short stories"},
                         {"Romance", "Romance"},
                         {"Aventure et mer", "Adventure and the sea"},
                         {"Histoire ancienne", "Ancient history"},
                         {"Histoire contemporaine", "Modern history"},
                         {"Philosophie", "Philosophy"},
                         {"Psychologie", "Psychology"},
                         {"Sociologie", "Sociology"},
                         {"Religions", "Religion"},
                         {"Politique", "Politics"},
                         {"Économie", "Economics"},
                         {"Droit", "Law"},
                         {"Langues", "Languages"},
                         {"Mathématiques", "Mathematics"},
                         {"Physique", "Physics"},
                         {"Chimie", "Chemistry"},
                         {"Biologie", "Biology"},
                         {"Médecine", "Medicine"},
                         {"Astronomie", "Astronomy"},
                         {"Informatique", "Computing"},
                         {"Ingénierie", "Engineering"},
                         {"Écologie", "Ecology"},
                         {"Géologie", "Geology"},
                         {"Peinture", "Painting"},
                         {"Photographie", "Photography"},
                         {"Musique", "Music"},
                         {"Cinéma", "Film"},
                         {"Architecture", "Architecture"},
                         {"Danse", "Dance"},
                         {"Mode", "Fashion"},
                         {"Design", "Design"},
                         {"Sculpture", "Sculpture"},
                         {"Opéra", "Opera"},
                         {"Cuisine", "Cookery"},
                         {"Jardinage", "Gardening"},
                         {"Voyages", "Travel"},
                         {"Sport", "Sport"},
                         {"Bricolage", "Do it yourself"},
                         {"Santé et bien-être", "Health and well-being"},
                         {"Animaux", "Animals"},
                         {"Loisirs créatifs", "Crafts"},
                         {"Vins", "Wine"},
                         {"Montagne", "Mountains"},
                         {"Albums", "Picture books"},
                         {"Contes", "Fairy tales"},
                         {"Premiers romans", "First readers"},
                         {"Romans jeunes adultes", "Young adult"},
                         {"Documentaires jeunesse", "Children's non-fiction"},
                         {"Manga", "Manga"},
                         {"Bande dessinée", "Graphic novel"},
                         {"Comics", "Superheroes"},
                         {"Humour", "Humour"},
                         {"Éveil", "Board books"}});
static_assert(kTopicNames.size() == Lexicon::kTopics);
static_assert(kSections.size() * kTopicsPerSection == kTopicNames.size());

std::string_view in(const Name& name, const Language& language) {
  return &language == &french() ? name.french : name.english;
}

}  // namespace

std::string_view section_name(std::size_t topic, const Language& language) {
  return in(kSections[topic / kTopicsPerSection], language);
}

std::string_view topic_name(std::size_t topic, const Language& language) {
  return in(kTopicNames[topic], language);
}

}  // namespace bookreco::bench
