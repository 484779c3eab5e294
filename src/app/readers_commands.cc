#include <unordered_map>

#include <fmt/format.h>

#include "app/ask.h"
#include "app/commands.h"
#include "app/progress_bar.h"
#include "app/table.h"
#include "base/json_writer.h"
#include "domain/book_json.h"
#include "services/ingest/reader_import.h"

namespace bookreco {
namespace {

std::string said(const LibraryEntry& entry) {
  std::string out;
  for (const Interaction& one : entry.statements) {
    out += out.empty() ? "" : ", ";
    out += one.value ? fmt::format("{} stars", *one.value) : std::string(kind_name(one.kind));
  }
  return out;
}

using Weights = std::unordered_map<std::string, double>;

Result<Weights> weights_of(Platform& platform, const std::string& reader) {
  BOOKRECO_TRY(const auto history, platform.stores().readers().history(reader));
  Weights weights;
  for (WeightedBook& book :
       weigh(history, platform.settings().interactions, system_clock().now())) {
    weights.emplace(std::move(book.book_id), book.weight);
  }
  return weights;
}

void print_json(const std::string& reader,
                const Interactions::LibraryPage& page,
                const Weights& weights,
                const std::vector<Impression>& shown) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("reader", reader).field("total", page.total);
  json.key("books").begin_array();
  for (const auto& item : page.items) {
    const auto weight = weights.find(item.entry.book_id);
    json.begin_object().field("id", item.entry.book_id);
    json.field("weight", weight == weights.end() ? 0 : weight->second);
    json.key("statements").begin_array();
    for (const Interaction& one : item.entry.statements) {
      json.begin_object().field("kind", kind_name(one.kind));
      if (one.value) {
        json.field("value", *one.value);
      }
      if (one.at != kUnknownTime) {
        json.field("at", to_iso8601(one.at));
      }
      if (!one.answer.empty()) {
        json.field("answer", one.answer);
      }
      json.field("source", one.source).end_object();
    }
    json.end_array();
    if (item.book) {
      std::string card;
      append_card_json(card, *item.book);
      json.key("book").raw(card);
    }
    json.end_object();
  }
  json.end_array().key("impressions").begin_array();
  for (const Impression& one : shown) {
    json.begin_object().field("book", one.book_id).field("count", one.count);
    json.field("at", to_iso8601(one.at)).end_object();
  }
  json.end_array().end_object();
  fmt::print("{}\n", out);
}

void print_table(const Interactions::LibraryPage& page, const Weights& weights) {
  Table table({"weight", "when", "said", "title"});
  for (const auto& item : page.items) {
    const auto weight = weights.find(item.entry.book_id);
    const Timestamp at = item.entry.at();
    table.add({fmt::format("{:.2f}", weight == weights.end() ? 0 : weight->second),
               at == kUnknownTime ? "" : to_iso8601(at).substr(0, 10),
               said(item.entry),
               item.book ? item.book->title : item.entry.book_id});
  }
  fmt::print("{}", table.to_text());
  if (static_cast<std::int64_t>(page.items.size()) < page.total) {
    fmt::print("{} of {} books; -k shows more.\n", page.items.size(), page.total);
  }
}

}  // namespace

Status run_readers_import(const CommandContext& context, const ReadersImportOptions& options) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  ReaderImport import(platform->stores(), system_clock(), platform->settings().data_folder());
  ReaderImportRequest request;
  request.files = options.files;
  request.convert = {options.format, options.reader};
  request.dry_run = options.dry_run;
  request.threshold = options.threshold;
  request.report = options.report;
  ProgressBar bar(context.quiet);
  BOOKRECO_TRY(const ReaderImportSummary summary, import.run(request, bar.callback()));
  bar.finish();
  fmt::print("{}", context.json ? summary.to_json() + "\n" : summary.to_text());
  return {};
}

Status run_readers_list(const CommandContext& context, const ReadersListOptions& options) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  BOOKRECO_TRY(const ReaderPage page,
               platform->interactions().readers(options.prefix, 0, options.k, {}));
  if (context.json) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().field("total", page.total).key("readers").begin_array();
    for (const ReaderInfo& reader : page.readers) {
      json.begin_object().field("id", reader.id);
      json.field("interactions", reader.interactions).end_object();
    }
    json.end_array().end_object();
    fmt::print("{}\n", out);
    return {};
  }
  Table table({"interactions", "reader"});
  for (const ReaderInfo& reader : page.readers) {
    table.add({std::to_string(reader.interactions), reader.id});
  }
  fmt::print("{}{} of {} readers.\n", table.to_text(), page.readers.size(), page.total);
  return {};
}

Status run_readers_show(const CommandContext& context, const ReadersShowOptions& options) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  BOOKRECO_TRY(const auto page,
               platform->interactions().library(options.reader, {}, 0, options.k, {}));
  BOOKRECO_TRY(const Weights weights, weights_of(*platform, options.reader));
  if (context.json) {
    BOOKRECO_TRY(const auto shown, platform->interactions().impressions(options.reader, {}));
    print_json(options.reader, page, weights, shown);
  } else {
    print_table(page, weights);
  }
  return {};
}

Status run_readers_remove(const CommandContext& context, const std::string& reader) {
  BOOKRECO_TRY(const auto platform, Platform::open(context.settings));
  BOOKRECO_TRY(const std::int64_t removed, platform->interactions().remove_reader(reader, {}));
  if (context.json) {
    fmt::print("{{\"removed\":{}}}\n", removed);
  } else {
    fmt::print("Removed the reader and {} interactions.\n", removed);
  }
  return {};
}

}  // namespace bookreco
