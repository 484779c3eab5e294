#pragma once

#include "domain/book.h"

namespace bookreco {

/// Adds what `other`, another record of the same edition, knows: the longer description, the union
/// of the labels, and every field that `into` lacks. Identity stays into's.
void merge(Book& into, const Book& other);

}  // namespace bookreco
