#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/book.h"
#include "ports/call_context.h"

namespace bookreco {

/// What a model makes of one text.
struct Embedding {
  std::vector<float> vector;       ///< unit length, or all zero when the model knows no word of it
  std::vector<std::string> terms;  ///< its heaviest terms, as people write them
};

/// Embeddings with the model version that made them: only vectors of one version are compared.
struct Embeddings {
  std::string version;
  std::vector<Embedding> rows;
};

struct QueryEmbedding {
  std::string version;
  std::vector<float> vector;
};

/// Turns books and queries into vectors of the serving model. Safe from any thread; kUnavailable
/// before the first fit.
class Vectorizer {
 public:
  virtual ~Vectorizer() = default;
  /// The serving model's version, empty before the first fit.
  virtual std::string version() const = 0;
  virtual Result<Embeddings> embed(std::span<const Book> books, const CallContext& context) = 0;
  virtual Result<QueryEmbedding> embed_query(std::string_view text, const CallContext& context) = 0;
};

}  // namespace bookreco
