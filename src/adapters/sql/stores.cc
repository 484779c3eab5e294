#include "adapters/sql/stores.h"

#include <utility>

#include "adapters/sql/book_store.h"
#include "adapters/sql/cluster_store.h"
#include "adapters/sql/impression_store.h"
#include "adapters/sql/model_store.h"
#include "adapters/sql/outbox.h"
#include "adapters/sql/reader_store.h"
#include "adapters/sql/run_store.h"
#include "adapters/sql/vector_store.h"

namespace bookreco {
namespace {

class SqlStores final : public Stores {
 public:
  SqlStores(std::unique_ptr<SqlDatabase> database, const Clock& clock)
      : database_(std::move(database)),
        books_(*database_, clock),
        vectors_(*database_),
        clusters_(*database_),
        readers_(*database_, clock),
        impressions_(*database_),
        runs_(*database_),
        models_(*database_, clock),
        outbox_(*database_, clock) {}

  BookStore& books() override { return books_; }
  VectorStore& vectors() override { return vectors_; }
  ClusterStore& clusters() override { return clusters_; }
  ReaderStore& readers() override { return readers_; }
  ImpressionStore& impressions() override { return impressions_; }
  RunStore& runs() override { return runs_; }
  ModelStore& models() override { return models_; }
  Outbox& outbox() override { return outbox_; }
  bool wait_for_change(std::chrono::milliseconds timeout) override {
    return database_->wait_for_change(timeout);
  }

 private:
  const std::unique_ptr<SqlDatabase> database_;
  SqlBookStore books_;
  SqlVectorStore vectors_;
  SqlClusterStore clusters_;
  SqlReaderStore readers_;
  SqlImpressionStore impressions_;
  SqlRunStore runs_;
  SqlModelStore models_;
  SqlOutbox outbox_;
};

}  // namespace

std::unique_ptr<Stores> make_sql_stores(std::unique_ptr<SqlDatabase> database, const Clock& clock) {
  return std::make_unique<SqlStores>(std::move(database), clock);
}

}  // namespace bookreco
