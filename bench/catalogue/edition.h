#pragma once

#include <cstdint>

#include "base/random.h"
#include "catalogue/language.h"
#include "domain/book.h"

namespace bookreco::bench {

/// Editions in one catalogue at most: eight digits tell them apart in an ISBN of one language
/// group.
inline constexpr std::uint64_t kMaxEditions = 100'000'000;

/// Sets what differs between editions of a text but the publisher: EAN, ISBN, date, format,
/// binding, pages, weight, sizes and cover. Different numbers below kMaxEditions get different
/// EANs.
void fill_edition(std::uint64_t number, const Language& language, Random& random, Book& book);

}  // namespace bookreco::bench
