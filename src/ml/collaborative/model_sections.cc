#include "ml/collaborative/model_sections.h"

#include <charconv>

#include <boost/json.hpp>

#include "base/hash.h"
#include "base/json_writer.h"

namespace bookreco {
namespace {

void write_numbers(JsonWriter& json,
                   std::string_view name,
                   const std::map<std::string, double>& numbers) {
  json.key(name).begin_object();
  for (const auto& [key, value] : numbers) {
    json.field(key, value);
  }
  json.end_object();
}

std::unexpected<Error> damaged() {
  return fail(Code::kDataLoss, "it does not describe a recommender: train the model again");
}

bool read_numbers(const boost::json::object& root,
                  std::string_view name,
                  std::map<std::string, double>& out) {
  const auto* member = root.if_contains(boost::json::string_view(name.data(), name.size()));
  if (member == nullptr || !member->is_object()) {
    return false;
  }
  for (const auto& [key, value] : member->get_object()) {
    if (!value.is_number()) {
      return false;
    }
    out[std::string(key)] = value.to_number<double>();
  }
  return true;
}

bool read_text(const boost::json::object& root, std::string_view name, std::string& out) {
  const auto* member = root.if_contains(boost::json::string_view(name.data(), name.size()));
  if (member == nullptr || !member->is_string()) {
    return false;
  }
  out = std::string(member->get_string());
  return true;
}

}  // namespace

Status write_info(SectionWriter& writer, std::string_view prefix, const ModelInfo& info) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().field("kind", info.kind).field("space", info.space);
  json.field("data", hex(info.data));
  write_numbers(json, "parameters", info.parameters);
  write_numbers(json, "metrics", info.metrics);
  json.end_object();
  return writer.add(section_name(prefix, "info"), std::span<const char>(text));
}

Result<ModelInfo> read_info(const SectionFile& file, std::string_view prefix) {
  BOOKRECO_TRY(const auto text, file.array<char>(section_name(prefix, "info")));
  boost::system::error_code error;
  const boost::json::value document =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error || !document.is_object()) {
    return damaged();
  }
  const boost::json::object& root = document.get_object();
  ModelInfo info;
  std::string data;
  if (!read_text(root, "kind", info.kind) || !read_text(root, "space", info.space) ||
      !read_text(root, "data", data) || !read_numbers(root, "parameters", info.parameters) ||
      !read_numbers(root, "metrics", info.metrics)) {
    return damaged();
  }
  const auto read = std::from_chars(data.data(), data.data() + data.size(), info.data, 16);
  if (read.ec != std::errc() || read.ptr != data.data() + data.size()) {
    return damaged();
  }
  return info;
}

}  // namespace bookreco
