#include "catalogue/catalogue.h"

#include <algorithm>
#include <cmath>

#include "catalogue/edition.h"
#include "catalogue/names.h"
#include "catalogue/topics.h"

namespace bookreco::bench {
namespace {

// Independent streams of one seed.
enum Stream : std::uint64_t {
  kText,
  kDuplicate,
  kAuthor,
  kAuthorName,
  kTheme,
  kSeries,
  kEdition,
  kPublisher,
  kCollection,
  kFrenchWords,
  kEnglishWords
};

constexpr double kFrenchShare = 0.6;
constexpr double kSecondAuthor = 0.12;
constexpr double kInSeries = 0.12;
constexpr double kInCollection = 0.65;

std::uint64_t mixed(std::uint64_t seed, std::uint64_t stream, std::uint64_t number) {
  return Random(Random(seed * 31 + stream).next() ^ number).next();
}

/// Of [0, count), 0 most often: P(i) falls as i^-exponent.
std::uint64_t draw_zipf(std::uint64_t count, double exponent, Random& random) {
  const double place = static_cast<double>(count) * std::pow(random.uniform(), 1 / (1 - exponent));
  return std::min(count - 1, static_cast<std::uint64_t>(place));
}

std::vector<double> topic_weights() {
  std::vector<double> weights(Lexicon::kTopics);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t section = i / kTopicsPerSection;
    const std::size_t place = i % kTopicsPerSection;
    weights[i] = 1.0 / static_cast<double>(place + section + 5);
  }
  return weights;
}

std::uint64_t count_of(double share, std::uint64_t books, std::uint64_t least, std::uint64_t most) {
  return std::clamp(static_cast<std::uint64_t>(share * static_cast<double>(books)), least, most);
}

}  // namespace

Result<Catalogue> Catalogue::create(const CatalogueOptions& options) {
  if (options.books == 0 || options.books > kMaxEditions) {
    return fail(
        Code::kInvalidArgument, "books is {}: expected 1 to {}", options.books, kMaxEditions);
  }
  if (options.vocabulary < 2000 || options.vocabulary > 20'000'000) {
    return fail(
        Code::kInvalidArgument, "vocabulary is {}: expected 2000 to 20000000", options.vocabulary);
  }
  if (options.words == 0 || options.words > 100'000) {
    return fail(Code::kInvalidArgument, "words is {}: expected 1 to 100000", options.words);
  }
  if (!(options.duplicates >= 0 && options.duplicates < 1)) {
    return fail(
        Code::kInvalidArgument, "duplicates is {}: expected 0 to less than 1", options.duplicates);
  }
  return Catalogue(options);
}

Catalogue::Catalogue(const CatalogueOptions& options)
    : options_(options),
      french_(french(), (options.vocabulary + 1) / 2, mixed(options.seed, kFrenchWords, 0)),
      english_(english(), (options.vocabulary + 1) / 2, mixed(options.seed, kEnglishWords, 0)),
      topics_(topic_weights()),
      authors_(count_of(0.4, options.books, 20, options.books + 20)),
      publishers_(
          count_of(0.5 / std::sqrt(static_cast<double>(options.books)), options.books, 12, 2000)),
      themes_(count_of(1.0 / (25 * Lexicon::kTopics), options.books, 4, 400)) {}

Random Catalogue::random_for(std::uint64_t stream, std::uint64_t number) const {
  return Random(mixed(options_.seed, stream, number));
}

std::uint64_t Catalogue::text_of(std::uint64_t number) const {
  Random random = random_for(kDuplicate, number);
  return number > 0 && random.uniform() < options_.duplicates ? random.below(number) : number;
}

Theme Catalogue::draw_theme(std::size_t topic, Random& random) const {
  return {topic, draw_zipf(themes_, 0.4, random)};
}

Subject Catalogue::draw_subject(const Theme& usual, Random& random) const {
  Subject subject;
  const double kind = random.uniform();
  subject.themes[0] = kind < 0.5   ? usual
                      : kind < 0.8 ? draw_theme(usual.topic, random)
                                   : draw_theme(topics_.draw(random), random);
  subject.count = 1 + (random.uniform() < 0.5 ? 1 : 0) + (random.uniform() < 0.2 ? 1 : 0);
  for (std::size_t i = 1; i < subject.count; ++i) {
    const bool near = random.uniform() < 0.5;
    subject.themes[i] = draw_theme(near ? usual.topic : topics_.draw(random), random);
  }
  return subject;
}

void Catalogue::fill_authors(std::uint64_t author,
                             const Language& language,
                             Random& random,
                             Book& book) const {
  book.authors.resize(random.uniform() < kSecondAuthor ? 2 : 1);
  for (std::string& name : book.authors) {
    write_person(name, language, random_for(kAuthorName, author));
    author = random.below(authors_);
  }
}

void Catalogue::fill_labels(const Subject& subject, const Language& language, Book& book) const {
  book.labels.clear();
  auto add = [&](std::string_view label) {
    if (std::ranges::find(book.labels, label) == book.labels.end()) {
      book.labels.emplace_back(label);
    }
  };
  add(section_name(subject.themes[0].topic, language));
  std::string label;
  for (const Theme& theme : std::span(subject.themes).first(subject.count)) {
    add(topic_name(theme.topic, language));
    write_proper_name(
        label, language, random_for(kTheme, theme.number * Lexicon::kTopics + theme.topic));
    add(label);
  }
}

void Catalogue::fill_series(std::uint64_t author,
                            const Language& language,
                            Random& random,
                            Book& book) const {
  book.series.clear();
  book.series_number.reset();
  if (random.uniform() < kInSeries) {
    write_proper_name(book.series, language, random_for(kSeries, author * 2 + random.below(2)));
    book.series_number = static_cast<double>(1 + random.below(8));
  }
}

void Catalogue::fill_publisher(std::size_t topic,
                               const Language& language,
                               Random& random,
                               Book& book) const {
  const std::uint64_t publisher = draw_zipf(publishers_, 0.6, random);
  write_publisher(book.publisher, language, random_for(kPublisher, publisher));
  book.collection.clear();
  if (random.uniform() < kInCollection) {
    write_proper_name(
        book.collection, language, random_for(kCollection, publisher * Lexicon::kTopics + topic));
  }
}

void Catalogue::fill(std::uint64_t number, Book& book) const {
  const std::uint64_t text = text_of(number);
  Random random = random_for(kText, text);
  const std::uint64_t author = draw_zipf(authors_, 0.4, random);
  Random of_author = random_for(kAuthor, author);
  const Lexicon& lexicon = of_author.uniform() < kFrenchShare ? french_ : english_;
  const Language& language = lexicon.language();
  const Subject subject = draw_subject(draw_theme(topics_.draw(of_author), of_author), random);

  book.id.clear();
  book.work_id.clear();
  book.language = language.code;
  fill_authors(author, language, random, book);
  fill_labels(subject, language, book);
  fill_series(author, language, random, book);
  write_title(book.title, lexicon, subject, random);
  book.description.clear();
  const double excess = 0.12 * static_cast<double>(options_.words) * std::exp(random.normal());
  append_sentences(book.description,
                   lexicon,
                   subject,
                   options_.words + static_cast<std::size_t>(excess),
                   random);

  Random of_edition = random_for(kEdition, number);
  fill_publisher(subject.themes[0].topic, language, of_edition, book);
  fill_edition(number, language, of_edition, book);
}

}  // namespace bookreco::bench
