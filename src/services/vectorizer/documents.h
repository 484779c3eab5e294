#pragma once

#include <string>

#include "domain/book.h"
#include "ml/lsa.h"

namespace bookreco {

/// Which fields of a book its vector is made from, and how much each counts. Chosen so that
/// neighbours are of a kind first and of one collection last; label precision with the labels
/// withheld is in docs/benchmarks.md.
struct DocumentOptions {
  float title = 2;
  float description = 1;
  float author = 2;        ///< each author as one term; the last name alone counts half of that
  float collection = 1;    ///< as one term
  float publisher = 0.5F;  ///< as one term
  float series = 2;        ///< as one term
  float label = 1.5F;      ///< each label as one term; 0 withholds labels from vectors
};

/// The book as the model reads it. The document's views point into `book`.
Document document_of(const Book& book, const DocumentOptions& options);

}  // namespace bookreco
