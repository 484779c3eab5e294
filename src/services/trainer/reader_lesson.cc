#include "services/trainer/reader_lesson.h"

#include <algorithm>

namespace bookreco {
namespace {

struct Liked {
  std::uint32_t reader;
  std::uint64_t work;
  float weight;
};

}  // namespace

Result<ReaderLesson> read_lesson(ReaderStore& readers,
                                 const Segment& books,
                                 const InteractionPolicy& policy,
                                 Timestamp now) {
  ReaderLesson lesson;
  std::vector<Liked> liked;
  std::vector<Interaction> history;
  std::uint32_t count = 0;
  const auto end_reader = [&] {
    const std::size_t before = liked.size();
    for (const WeightedBook& book : weigh(history, policy, now)) {
      const auto row = book.weight > 0 ? books.find(book.book_id) : std::nullopt;
      if (row) {
        liked.push_back({count, books.work_key(*row), static_cast<float>(book.weight)});
      }
    }
    count += liked.size() > before ? 1 : 0;
    history.clear();
  };
  BOOKRECO_TRY_VOID(readers.scan([&](const Interaction& interaction) {
    if (!history.empty() && history.front().reader_id != interaction.reader_id) {
      end_reader();
    }
    history.push_back(interaction);
    ++lesson.interactions;
    return true;
  }));
  end_reader();
  for (const Liked& one : liked) {
    lesson.works.push_back(one.work);
  }
  std::ranges::sort(lesson.works);
  const auto repeated = std::ranges::unique(lesson.works);
  lesson.works.erase(repeated.begin(), repeated.end());
  InteractionMatrixBuilder matrix(MergeRule::kLatest);
  for (const Liked& one : liked) {
    const auto place = std::ranges::lower_bound(lesson.works, one.work);
    BOOKRECO_TRY_VOID(matrix.add(
        one.reader, static_cast<std::uint32_t>(place - lesson.works.begin()), one.weight));
  }
  BOOKRECO_TRY(lesson.matrix, matrix.build(count, lesson.works.size()));
  return lesson;
}

}  // namespace bookreco
