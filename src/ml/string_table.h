#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace bookreco {

/// Gives byte strings numbers, from 0 in the order of first insertion. Views of at() live until
/// clear() or destruction. Writing takes one thread; reading is safe from any when nothing writes.
class StringTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t insert(std::string_view text);
  std::uint32_t find(std::string_view text) const;  ///< kNone when not there
  std::string_view at(std::uint32_t id) const { return {entries_[id].data, entries_[id].size}; }
  std::size_t size() const { return entries_.size(); }
  void clear();

 private:
  struct Entry {
    const char* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
  };
  /// `head` and `tail` are a text of at most 11 bytes and its size, so that most words are found
  /// in one cache line; of a longer text its hash, and a tail that no short one has.
  struct Slot {
    std::uint64_t head = 0;
    std::uint32_t tail = 0;
    std::uint32_t id = kNone;
  };

  static Slot slot_for(std::string_view text, std::uint32_t hash);
  std::size_t place_of(std::string_view text, std::uint32_t hash, const Slot& wanted) const;
  const char* store(std::string_view text);
  void grow();

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<char[]>> pages_;
  std::size_t page_size_ = 0;
  std::size_t page_used_ = 0;
};

}  // namespace bookreco
