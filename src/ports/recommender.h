#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/filter.h"
#include "domain/reader_history.h"
#include "ports/call_context.h"

namespace bookreco {

enum class Metric { kCosine, kEuclidean, kTaxicab };
enum class SearchMode { kHybrid, kLexical, kSemantic };

enum class ReasonKind {
  kSameAuthor,
  kSameSeries,
  kSameCollection,
  kSameCluster,
  kSharedLabel,
  kSharedTerm,
  kBecauseOf,
  kMatchedTerm
};

/// Why a book is in the answer. `value` names the author, label, term, or for kBecauseOf the title
/// of the reader's book.
struct Reason {
  ReasonKind kind = ReasonKind::kSharedLabel;
  std::string_view value;
  float weight = 0;  ///< contribution to the score where the method has one, else 0
};

struct Hit {
  std::string_view id;
  std::string_view card;  ///< the book as JSON, without its description
  double score =
      0;  ///< cosine or relevance: larger is nearer; for kEuclidean and kTaxicab the distance
  std::vector<Reason> reasons;
  std::int64_t readers = 0;  ///< known readers of the work, where the answer counts them
};

/// Views point into `owner`, which keeps the snapshot alive.
struct Hits {
  std::vector<Hit> hits;
  std::string
      strategy;  ///< how they were found: "neighbours", "scan", "hybrid", "content", "tour", …
  std::string_view snapshot;  ///< the version that answered
  bool degraded = false;      ///< something was missing; `strategy` says what was done instead
  std::int64_t history = 0;   ///< books of the reader's that the answer was made from
  std::string answer;         ///< of recommendations: their id (domain/answer_id.h)
  std::int64_t ignored = 0;   ///< events of a session whose book is not in the catalogue
  std::shared_ptr<const void> owner;
};

/// Which editions to show where works have several, the best first; empty: as the books asked from.
struct EditionWish {
  std::vector<std::string> languages;
  std::vector<std::string> formats;  ///< "Poche", "ebook": values of format or binding
};

/// Similar books and recommendations leave out what is said not to be available, unless the filter
/// asks for it; searches show all.
struct SimilarRequest {
  std::string id;  ///< book id, EAN or ISBN
  std::int64_t k = 10;
  Metric metric = Metric::kCosine;
  std::vector<FacetKind> same;  ///< the answer shares these with the book
  bool within_cluster = false;
  BookFilter filter;
  EditionWish prefer;
};

struct SearchRequest {
  std::string query;
  std::int64_t k = 10;
  std::int64_t offset = 0;
  SearchMode mode = SearchMode::kHybrid;
  BookFilter filter;
};

/// A book that the reader was shown of late and did nothing with.
struct SeenBook {
  std::string book_id;
  double times = 0;  ///< as faded until now
};

/// The books that an answer is made from come in lists, or weighed, or with a reader's stored
/// history.
struct RecommendRequest {
  std::string reader;                 ///< whose history is read and weighed; empty for nobody's
  std::vector<WeightedBook> history;  ///< ids that no book has are passed over
  std::vector<std::string> loved;
  std::vector<std::string> liked;
  std::vector<std::string> disliked;
  std::int64_t k = 10;
  double diversity = 0.3;  ///< 0 ranks by relevance alone, 1 by difference alone (MMR)
  BookFilter filter;
  EditionWish prefer;
  std::vector<SeenBook> seen;  ///< cools (recommend/rotation.h); of `reader` read with the history
  std::optional<double> rotation;  ///< how much, 0 to 1; empty: as the settings say
};

struct AlsoLovedRequest {
  std::string id;  ///< book id, EAN or ISBN
  std::int64_t k = 10;
  BookFilter filter;
};

/// What a visitor did so far, newest last; nobody's history is read and nothing is stored.
struct SessionRequest {
  std::vector<Interaction> events;  ///< `reader_id` is not looked at
  std::int64_t k = 10;
  double diversity = 0.3;
  BookFilter filter;
};

/// A newcomer's answers so far: ids, EANs or ISBNs.
struct OnboardingRequest {
  std::vector<std::string> loved;
  std::vector<std::string> liked;
  std::vector<std::string> disliked;
  std::vector<std::string> unknown;  ///< asked about and not known to them
  std::int64_t k = 6;
  BookFilter filter;
};

struct RecommenderState {
  std::string snapshot;  ///< empty before the first one
  std::string vectorizer;
  std::int64_t books = 0;
  std::int64_t delta_books = 0;
  std::int64_t change = 0;  ///< the store's change number that answers reflect
};

/// Largest k of any request; above it kInvalidArgument says so.
inline constexpr std::int64_t kMaxK = 1000;
/// Likewise of OnboardingRequest: books to ask about.
inline constexpr std::int64_t kMaxQuestions = 100;

/// Answers from memory, safe from any thread, and never blocks but to read the history of a reader
/// from the store. kUnavailable before the first snapshot.
class Recommender {
 public:
  virtual ~Recommender() = default;
  virtual Result<Hits> similar(const SimilarRequest& request, const CallContext& context) = 0;
  virtual Result<Hits> search(const SearchRequest& request, const CallContext& context) = 0;
  virtual Result<Hits> recommend(const RecommendRequest& request, const CallContext& context) = 0;
  virtual Result<Hits> also_loved(const AlsoLovedRequest& request, const CallContext& context) = 0;
  virtual Result<Hits> recommend_session(const SessionRequest& request,
                                         const CallContext& context) = 0;
  virtual Result<Hits> onboarding(const OnboardingRequest& request, const CallContext& context) = 0;
  /// Titles nearest to what was typed, for "did you mean"; exact (folded) title first.
  virtual Result<Hits> find_title(std::string_view title,
                                  std::int64_t k,
                                  const CallContext& context) = 0;
  virtual RecommenderState state() const = 0;
};

}  // namespace bookreco
