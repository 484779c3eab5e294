#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/interaction.h"

namespace bookreco {

/// That a book was shown to a reader. Telemetry, not something the reader did: it says nothing of
/// taste, it may be lost, and of those of one reader and book only a count is kept.
struct Impression {
  std::string reader_id;
  std::string book_id;
  Timestamp at{};    ///< of the last one; kUnknownTime on its way in means now
  double count = 1;  ///< how often, each halved with each half-life between it and `at`

  bool operator==(const Impression&) const = default;
};

/// What a count is worth later: it halves every `half_life_days`, above 0. A clock that went back
/// changes nothing.
double faded(double count, Timestamp at, Timestamp now, double half_life_days);

/// Adds a further one to what was counted: the later time and the sum as of it.
void add_to(Impression& counted, const Impression& more, double half_life_days);

/// After so many half-lives a book counts as never shown: 2⁻¹⁰ of it is left.
inline constexpr double kForgottenHalfLives = 10;

/// Puts an impression into the form that stores take, or says what is wrong with it: as admit() for
/// interactions, and a missing time becomes `now`.
std::optional<InteractionIssue> admit(Impression& impression, Timestamp now);

}  // namespace bookreco
