#include "domain/impression.h"

#include <algorithm>
#include <cmath>

namespace bookreco {

double faded(double count, Timestamp at, Timestamp now, double half_life_days) {
  const std::chrono::duration<double, std::chrono::days::period> age = now - at;
  return count * std::exp2(-std::max(0.0, age.count()) / half_life_days);
}

void add_to(Impression& counted, const Impression& more, double half_life_days) {
  const Timestamp last = std::max(counted.at, more.at);
  counted.count = faded(counted.count, counted.at, last, half_life_days) +
                  faded(more.count, more.at, last, half_life_days);
  counted.at = last;
}

std::optional<InteractionIssue> admit(Impression& impression, Timestamp now) {
  Interaction checked;
  checked.reader_id = impression.reader_id;
  checked.book_id = impression.book_id;
  checked.kind = InteractionKind::kView;
  checked.at = impression.at == kUnknownTime ? now : impression.at;
  auto wrong = admit(checked, now);
  impression.at = checked.at;
  return wrong;
}

}  // namespace bookreco
