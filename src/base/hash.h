#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bookreco {

/// XXH3 (https://github.com/Cyan4973/xxHash): fast and stable across versions and machines, not for
/// secrets.
std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);
std::uint64_t hash64(std::span<const std::byte> bytes, std::uint64_t seed = 0);

/// 32 lowercase hex digits of the 128-bit hash: content hashes and file digests.
std::string hash128_hex(std::string_view bytes);

/// 16 lowercase hex digits.
std::string hex(std::uint64_t value);

}  // namespace bookreco
