#include "services/interactions/impression_log.h"

#include <algorithm>
#include <utility>

namespace bookreco {

bool ImpressionLog::add(Impression impression) {
  const std::scoped_lock lock(mutex_);
  if (waiting_.size() >= most_) {
    ++lost_;
    return false;
  }
  waiting_.push_back(std::move(impression));
  return true;
}

void ImpressionLog::forget(std::string_view reader) {
  const std::scoped_lock lock(flushing_, mutex_);
  std::erase_if(waiting_, [&](const Impression& one) { return one.reader_id == reader; });
}

Status ImpressionLog::flush() {
  const std::scoped_lock flushing(flushing_);
  std::vector<Impression> batch;
  {
    const std::scoped_lock lock(mutex_);
    batch.swap(waiting_);
  }
  if (batch.empty()) {
    return {};
  }
  const Status written = store_.add(batch, half_life_days_);
  if (!written) {
    const std::scoped_lock lock(mutex_);
    const std::size_t room = most_ - std::min(most_, waiting_.size());
    const std::size_t kept = std::min(room, batch.size());
    lost_ += static_cast<std::int64_t>(batch.size() - kept);
    batch.resize(kept);
    waiting_.insert(waiting_.end(),
                    std::make_move_iterator(batch.begin()),
                    std::make_move_iterator(batch.end()));
  }
  return written;
}

}  // namespace bookreco
