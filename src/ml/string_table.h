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
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t id = kNone;
  };

  std::size_t slot_of(std::string_view text, std::uint32_t hash) const;
  const char* store(std::string_view text);
  void grow();

  std::vector<Entry> entries_;
  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<char[]>> pages_;
  std::size_t page_size_ = 0;
  std::size_t page_used_ = 0;
};

}  // namespace bookreco
