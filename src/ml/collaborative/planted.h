#pragma once

#include <vector>

#include "base/random.h"
#include "ml/collaborative/models.h"

namespace bookreco {

/// Readers of tests: each has one of three tastes and reads mostly books of it.
inline InteractionMatrix planted_readers(std::size_t readers, std::size_t items) {
  InteractionMatrixBuilder builder;
  Random random(7);
  for (std::uint32_t reader = 0; reader < readers; ++reader) {
    const std::size_t count = 3 + random.below(items / 3);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t taste = random.uniform() < 0.9 ? reader % 3 : random.below(3);
      const auto item = static_cast<std::uint32_t>(taste + 3 * random.below(items / 3));
      const auto value = static_cast<float>(1 + random.below(3));
      BOOKRECO_CHECK(builder.add(reader, item, value).has_value());
    }
  }
  return builder.build(readers, items).value();
}

inline std::vector<float> scores_of(const CollaborativeModel& model, ItemHistory history) {
  std::vector<float> out(model.items());
  model.score(history, out);
  return out;
}

}  // namespace bookreco
