#pragma once

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "ml/collaborative/models.h"
#include "recommend/catalogue_for_tests.h"

namespace bookreco {

/// Puts into the snapshot what an EASE model learns from readers who loved these lists of books.
inline void teach(Snapshot& snapshot, const std::vector<std::vector<const char*>>& lists) {
  const auto work = [&](std::string_view id) {
    return snapshot.base->work_key(*snapshot.base->find(id));
  };
  std::vector<std::uint64_t> works;
  for (const auto& list : lists) {
    for (const char* id : list) {
      works.push_back(work(id));
    }
  }
  std::ranges::sort(works);
  works.erase(std::ranges::unique(works).begin(), works.end());
  InteractionMatrixBuilder builder;
  for (std::uint32_t reader = 0; reader < lists.size(); ++reader) {
    for (const char* id : lists[reader]) {
      const auto place = std::ranges::lower_bound(works, work(id)) - works.begin();
      ASSERT_TRUE(builder.add(reader, static_cast<std::uint32_t>(place)));
    }
  }
  const InteractionMatrix matrix = builder.build(lists.size(), works.size()).value();
  auto model = fit_model("ease", matrix, {{"lambda", 5}}, {}).value();
  snapshot.readers = std::make_shared<const Readers>(
      Readers{"r1", {std::move(model), works, matrix.column_counts(), unlearnt_blend()}});
}

}  // namespace bookreco
