#pragma once

#include <string>

#include "domain/book.h"
#include "ml/lsa.h"

namespace bookreco {

/// Which fields of a book its vector is made from, and how much each counts. Labels count little as
/// terms, so that two books of a shelf are not neighbours for that alone; what they say comes in by
/// the part of the vector that foretells them (ml/label_head.h), where the fit also learns how much
/// each author, collection and publisher says. Label precision with the labels hidden is in
/// docs/benchmarks.md.
struct DocumentOptions {
  float title = 2;
  float description = 1;
  float author = 2;        ///< each author as one term; the last name alone counts half of that
  float collection = 1;    ///< as one term
  float publisher = 0.5F;  ///< as one term
  float series = 2;        ///< as one term
  float label = 0.5F;      ///< each label as one term; 0 withholds labels from vectors
};

/// The book as the model reads it. The document's views point into `book`.
Document document_of(const Book& book, const DocumentOptions& options);

}  // namespace bookreco
