#include "base/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include "base/utf8.h"

namespace bookreco {
namespace {

template <class Number>
bool parse_number(std::string_view text, Number min, Number max, Number& out) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= min) ||
      !(value <= max)) {
    return false;
  }
  out = value;
  return true;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    item.remove_prefix(std::min(item.find_first_not_of(' '), item.size()));
    item = item.substr(0, item.find_last_not_of(' ') + 1);
    if (!item.empty()) {
      items.emplace_back(item);
    }
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return items;
}

std::string yaml_scalar(const std::string& text) {
  YAML::Emitter out;
  out << YAML::DoubleQuoted << text;
  return out.c_str();
}

/// "section.key" → value, of sections of keys; sequences become comma-separated lists.
Result<std::vector<std::pair<std::string, std::string>>> read_sections(const YAML::Node& root) {
  std::vector<std::pair<std::string, std::string>> values;
  if (!root.IsNull() && !root.IsMap()) {
    return fail(Code::kInvalidArgument,
                "the settings: expected sections such as `server:` at the top");
  }
  for (const auto& section : root) {
    const auto name = section.first.as<std::string>();
    if (!section.second.IsMap()) {
      return fail(Code::kInvalidArgument, "the settings: {}: expected keys below it", name);
    }
    for (const auto& item : section.second) {
      const std::string key = name + "." + item.first.as<std::string>();
      values.emplace_back(
          key,
          item.second.IsSequence()
              ? fmt::format("{}", fmt::join(item.second.as<std::vector<std::string>>(), ","))
              : item.second.as<std::string>(""));
    }
  }
  return values;
}

std::string environment_name(std::string_view key) {
  std::string name = "BOOKRECO_";
  for (const char c : key) {
    name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return name;
}

}  // namespace

void Config::add(Binding binding) {
  bindings_.push_back(std::move(binding));
}

Config::Binding* Config::find(std::string_view key) {
  const auto found = std::ranges::find(bindings_, key, &Binding::key);
  return found == bindings_.end() ? nullptr : &*found;
}

void Config::bind(std::string key, std::string& variable, std::string doc) {
  add({std::move(key),
       std::move(doc),
       "text",
       "default",
       [&variable](std::string_view text) {
         variable = text;
         return true;
       },
       [&variable] { return yaml_scalar(variable); }});
}

void Config::bind(std::string key,
                  std::string& variable,
                  std::string doc,
                  std::vector<std::string> choices) {
  const std::string expected = fmt::format("one of {}", fmt::join(choices, ", "));
  add({std::move(key),
       std::move(doc),
       expected,
       "default",
       [&variable, choices = std::move(choices)](std::string_view text) {
         if (std::ranges::find(choices, text) == choices.end()) {
           return false;
         }
         variable = text;
         return true;
       },
       [&variable] { return yaml_scalar(variable); }});
}

void Config::bind(std::string key, bool& variable, std::string doc) {
  add({std::move(key),
       std::move(doc),
       "true or false",
       "default",
       [&variable](std::string_view text) {
         if (text != "true" && text != "false") {
           return false;
         }
         variable = text == "true";
         return true;
       },
       [&variable] { return std::string(variable ? "true" : "false"); }});
}

void Config::bind(
    std::string key, std::int64_t& variable, std::string doc, std::int64_t min, std::int64_t max) {
  add({std::move(key),
       std::move(doc),
       fmt::format("a whole number from {} to {}", min, max),
       "default",
       [&variable, min, max](std::string_view text) {
         return parse_number(text, min, max, variable);
       },
       [&variable] { return std::to_string(variable); }});
}

void Config::bind(std::string key, double& variable, std::string doc, double min, double max) {
  add({std::move(key),
       std::move(doc),
       fmt::format("a number from {} to {}", min, max),
       "default",
       [&variable, min, max](std::string_view text) {
         return parse_number(text, min, max, variable);
       },
       [&variable] { return fmt::format("{}", variable); }});
}

void Config::bind(std::string key, std::vector<std::string>& variable, std::string doc) {
  add({std::move(key),
       std::move(doc),
       "a list of texts",
       "default",
       [&variable](std::string_view text) {
         variable = split_list(text);
         return true;
       },
       [&variable] {
         std::vector<std::string> items;
         std::ranges::transform(variable, std::back_inserter(items), yaml_scalar);
         return fmt::format("[{}]", fmt::join(items, ", "));
       }});
}

Status Config::set(std::string_view key, std::string_view value, std::string_view origin) {
  Binding* binding = find(key);
  if (binding == nullptr) {
    return fail(Code::kInvalidArgument,
                "{}: unknown key {}; `bookreco config` prints the keys there are",
                origin,
                key);
  }
  if (!binding->parse(value)) {
    return fail(Code::kInvalidArgument,
                "{}: {} = \"{}\": expected {}",
                origin,
                key,
                value,
                binding->expected);
  }
  binding->origin = origin;
  return {};
}

Status Config::load_yaml(const Path& file) {
  BOOKRECO_TRY(const std::string text, read_file(file, std::size_t{1} << 20));
  if (!is_utf8(text)) {
    return fail(Code::kInvalidArgument, "{} is not UTF-8: save it in that encoding", file.string());
  }
  std::vector<std::pair<std::string, std::string>> values;
  try {
    BOOKRECO_TRY(values, read_sections(YAML::Load(text)));
  } catch (const YAML::Exception& error) {
    return fail(Code::kInvalidArgument, "{} is not valid YAML: {}", file.string(), error.what());
  }
  for (const auto& [key, value] : values) {
    BOOKRECO_TRY_VOID(set(key, value, file.string()));
  }
  return {};
}

Status Config::load_environment(const std::vector<std::string>& others) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    if (!name.starts_with("BOOKRECO_") || std::ranges::find(others, name) != others.end()) {
      continue;
    }
    const auto binding = std::ranges::find_if(bindings_, [&](const Binding& candidate) {
      return environment_name(candidate.key) == name;
    });
    if (binding == bindings_.end()) {
      return fail(Code::kInvalidArgument,
                  "environment: {} names no setting; `bookreco config` prints the keys there are",
                  name);
    }
    BOOKRECO_TRY_VOID(set(binding->key, text.substr(equals + 1), "environment"));
  }
  return {};
}

std::vector<Config::Entry> Config::entries() const {
  std::vector<Entry> entries;
  entries.reserve(bindings_.size());
  for (const Binding& binding : bindings_) {
    entries.push_back(
        {binding.key, binding.doc, binding.print(), binding.expected, binding.origin});
  }
  return entries;
}

std::string Config::to_yaml() const {
  std::string out;
  std::string_view section;
  for (const Binding& binding : bindings_) {
    const std::size_t dot = binding.key.find('.');
    const std::string_view name = std::string_view(binding.key).substr(0, dot);
    if (name != section) {
      out += fmt::format("{}{}:\n", section.empty() ? "" : "\n", name);
      section = name;
    }
    out += fmt::format("  # {} ({}; from {})\n", binding.doc, binding.expected, binding.origin);
    out += fmt::format("  {}: {}\n", binding.key.substr(dot + 1), binding.print());
  }
  return out;
}

std::string environment(const char* name) {
  const char* value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read at start, before threads
  return value != nullptr ? value : "";
}

}  // namespace bookreco
