#include "ml/string_table.h"

#include <algorithm>
#include <cstring>

#include "base/hash.h"

namespace bookreco {
namespace {

constexpr std::size_t kFirstSlots = 64;
constexpr std::size_t kPage = std::size_t{64} << 10;

std::uint32_t hash32(std::string_view text) {
  const std::uint64_t hash = hash64(text);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

std::size_t StringTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].id != kNone && (slots_[slot].hash != hash || at(slots_[slot].id) != text)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

std::uint32_t StringTable::find(std::string_view text) const {
  return slots_.empty() ? kNone : slots_[slot_of(text, hash32(text))].id;
}

std::uint32_t StringTable::insert(std::string_view text) {
  if (entries_.size() * 5 >= slots_.size() * 3) {
    grow();
  }
  const std::uint32_t hash = hash32(text);
  Slot& slot = slots_[slot_of(text, hash)];
  if (slot.id == kNone) {
    slot = {hash, static_cast<std::uint32_t>(entries_.size())};
    entries_.push_back({store(text), static_cast<std::uint32_t>(text.size()), hash});
  }
  return slot.id;
}

const char* StringTable::store(std::string_view text) {
  if (page_used_ + text.size() > page_size_) {
    page_size_ = std::max(kPage, text.size());
    pages_.push_back(std::make_unique_for_overwrite<char[]>(page_size_));
    page_used_ = 0;
  }
  char* place = pages_.empty() ? nullptr : pages_.back().get() + page_used_;
  if (!text.empty()) {
    std::memcpy(place, text.data(), text.size());
  }
  page_used_ += text.size();
  return place;
}

void StringTable::grow() {
  slots_.assign(std::max(kFirstSlots, slots_.size() * 2), Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t id = 0; id < entries_.size(); ++id) {
    std::size_t slot = entries_[id].hash & mask;
    while (slots_[slot].id != kNone) {
      slot = (slot + 1) & mask;
    }
    slots_[slot] = {entries_[id].hash, id};
  }
}

void StringTable::clear() {
  entries_.clear();
  slots_.clear();
  pages_.clear();
  page_size_ = 0;
  page_used_ = 0;
}

}  // namespace bookreco
