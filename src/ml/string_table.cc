#include "ml/string_table.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/hash.h"

namespace bookreco {
namespace {

constexpr std::size_t kFirstSlots = 64;
constexpr std::size_t kShort = 11;  ///< bytes that a slot holds
constexpr std::uint32_t kLong = UINT32_MAX;
constexpr std::size_t kPage = std::size_t{64} << 10;

std::uint32_t hash32(std::string_view text) {
  const std::uint64_t hash = hash64(text);
  return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

StringTable::Slot StringTable::slot_for(std::string_view text, std::uint32_t hash) {
  if (text.size() > kShort) {
    return {hash, kLong, kNone};
  }
  std::array<char, kShort + 1> bytes{};
  std::ranges::copy(text, bytes.begin());
  bytes.back() = static_cast<char>(text.size());
  Slot slot;
  std::memcpy(&slot.head, bytes.data(), sizeof slot.head);
  std::memcpy(&slot.tail, bytes.data() + sizeof slot.head, sizeof slot.tail);
  return slot;
}

/// Where the text is, or would be.
std::size_t StringTable::place_of(std::string_view text,
                                  std::uint32_t hash,
                                  const Slot& wanted) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash & mask;
  for (;; place = (place + 1) & mask) {
    const Slot& slot = slots_[place];
    const bool alike = slot.head == wanted.head && slot.tail == wanted.tail;
    if (slot.id == kNone || (alike && (wanted.tail != kLong || at(slot.id) == text))) {
      return place;
    }
  }
}

std::uint32_t StringTable::find(std::string_view text) const {
  if (slots_.empty()) {
    return kNone;
  }
  const std::uint32_t hash = hash32(text);
  return slots_[place_of(text, hash, slot_for(text, hash))].id;
}

std::uint32_t StringTable::insert(std::string_view text) {
  if (entries_.size() * 5 >= slots_.size() * 3) {
    grow();
  }
  const std::uint32_t hash = hash32(text);
  const Slot wanted = slot_for(text, hash);
  Slot& slot = slots_[place_of(text, hash, wanted)];
  if (slot.id == kNone) {
    slot = wanted;
    slot.id = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({store(text), static_cast<std::uint32_t>(text.size()), hash});
  }
  return slot.id;
}

const char* StringTable::store(std::string_view text) {
  if (text.empty()) {
    return "";
  }
  if (pages_.empty() || page_used_ + text.size() > page_size_) {
    page_size_ = std::max(kPage, text.size());
    pages_.push_back(std::make_unique_for_overwrite<char[]>(page_size_));
    page_used_ = 0;
  }
  char* place = pages_.back().get() + page_used_;
  std::memcpy(place, text.data(), text.size());
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
    slots_[slot] = slot_for(at(id), entries_[id].hash);
    slots_[slot].id = id;
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
