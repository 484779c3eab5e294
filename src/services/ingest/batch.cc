#include "services/ingest/batch.h"

#include "base/json_writer.h"
#include "domain/json_reader.h"

namespace bookreco {
namespace {

std::string text_of(const simdjson::dom::element& json, const char* key) {
  std::string_view text;
  return json[key].get(text) == simdjson::SUCCESS ? std::string(text) : "";
}

std::uint64_t number_of(const simdjson::dom::element& json, const char* key) {
  std::uint64_t number = 0;
  return json[key].get(number) == simdjson::SUCCESS ? number : 0;
}

}  // namespace

Result<RejectFile> RejectFile::create(const Batch& batch, IngestSummary& summary) {
  BOOKRECO_TRY(AtomicFile file, AtomicFile::create(batch.folder / "rejects.jsonl"));
  return RejectFile(std::move(file), batch, summary);
}

Status RejectFile::add(const Reject& reject) {
  constexpr std::int64_t kUnknownShown = 10;
  constexpr std::size_t kReasons = 1'000;
  std::string reason = reject.field.empty() ? reject.reason : reject.field + ": " + reject.reason;
  if (summary_.reasons.size() >= kReasons && !summary_.reasons.contains(reason)) {
    reason = "other fields: " + reject.reason;
  }
  const std::int64_t count = ++summary_.reasons[reason];
  if (reject.reason == "unknown field" && count > kUnknownShown) {
    return {};  // the same in every row: counted
  }
  line_.clear();
  JsonWriter json(line_);
  json.begin_object();
  json.field("file", reject.file < batch_.names.size() ? batch_.names[reject.file] : std::string());
  json.field("row", reject.row).field("field", reject.field).field("value", reject.value);
  json.field("reason", reject.reason).field("whole_row", reject.fatal).end_object();
  line_ += '\n';
  return file_.write(line_);
}

void append_raw_interaction_json(std::string& out, const RawInteraction& interaction) {
  JsonWriter json(out);
  json.begin_object();
  auto add = [&json](std::string_view name, const std::string& value) {
    if (!value.empty()) {
      json.field(name, value);
    }
  };
  add("reader", interaction.reader);
  add("book_key", interaction.book_key);
  add("book_id", interaction.book_id);
  add("title", interaction.title);
  add("author", interaction.author);
  add("kind", interaction.kind);
  if (interaction.value) {
    json.field("value", *interaction.value);
  }
  add("at", interaction.at);
  add("source", interaction.source);
  add("key", interaction.key);
  if (interaction.state) {
    json.field("state", true);
  }
  json.field("file", static_cast<std::uint64_t>(interaction.file))
      .field("row", interaction.row)
      .end_object();
}

Result<RawInteraction> raw_interaction_from_json(std::string_view text) {
  BOOKRECO_TRY(const auto json, parse_json(text));
  RawInteraction interaction;
  interaction.reader = text_of(json, "reader");
  interaction.book_key = text_of(json, "book_key");
  interaction.book_id = text_of(json, "book_id");
  interaction.title = text_of(json, "title");
  interaction.author = text_of(json, "author");
  interaction.kind = text_of(json, "kind");
  double value = 0;
  if (json["value"].get(value) == simdjson::SUCCESS) {
    interaction.value = value;
  }
  interaction.at = text_of(json, "at");
  interaction.source = text_of(json, "source");
  interaction.key = text_of(json, "key");
  bool state = false;
  interaction.state = json["state"].get(state) == simdjson::SUCCESS && state;
  interaction.file = static_cast<std::uint32_t>(number_of(json, "file"));
  interaction.row = number_of(json, "row");
  return interaction;
}

}  // namespace bookreco
