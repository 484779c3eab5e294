#include "ml/blas.h"

#include <cblas.h>

namespace bookreco {
namespace {

blasint narrow(std::size_t n) {
  return static_cast<blasint>(n);
}

void use_one_thread() {
  static const bool kOnce = [] {
    openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(kOnce);
}

}  // namespace

void multiply(std::size_t m,
              std::size_t n,
              std::size_t k,
              const float* a,
              std::size_t lda,
              const float* b,
              std::size_t ldb,
              float* c,
              std::size_t ldc) {
  use_one_thread();
  cblas_sgemm(CblasRowMajor,
              CblasNoTrans,
              CblasNoTrans,
              narrow(m),
              narrow(n),
              narrow(k),
              1,
              a,
              narrow(lda),
              b,
              narrow(ldb),
              0,
              c,
              narrow(ldc));
}

void multiply_transposed(std::size_t m,
                         std::size_t n,
                         std::size_t k,
                         const float* a,
                         std::size_t lda,
                         const float* b,
                         std::size_t ldb,
                         float* c,
                         std::size_t ldc) {
  use_one_thread();
  cblas_sgemm(CblasRowMajor,
              CblasNoTrans,
              CblasTrans,
              narrow(m),
              narrow(n),
              narrow(k),
              1,
              a,
              narrow(lda),
              b,
              narrow(ldb),
              0,
              c,
              narrow(ldc));
}

void add_cross(std::size_t m,
               std::size_t n,
               std::size_t k,
               const double* a,
               std::size_t lda,
               const double* b,
               std::size_t ldb,
               double* c,
               std::size_t ldc) {
  use_one_thread();
  cblas_dgemm(CblasRowMajor,
              CblasTrans,
              CblasNoTrans,
              narrow(m),
              narrow(n),
              narrow(k),
              1,
              a,
              narrow(lda),
              b,
              narrow(ldb),
              1,
              c,
              narrow(ldc));
}

}  // namespace bookreco
