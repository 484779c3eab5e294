#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace bookreco {

/// The program's settings as one table: each key is bound to a variable that holds its default.
/// Values come from a YAML file, the environment and flags, later ones winning. An unknown key or a
/// bad value is kInvalidArgument that names the key, the value and what was expected. Used by one
/// thread, at start.
class Config {
 public:
  void bind(std::string key, std::string& variable, std::string doc);
  /// One of `choices`.
  void bind(std::string key,
            std::string& variable,
            std::string doc,
            std::vector<std::string> choices);
  void bind(std::string key, bool& variable, std::string doc);
  void bind(
      std::string key, std::int64_t& variable, std::string doc, std::int64_t min, std::int64_t max);
  void bind(std::string key, double& variable, std::string doc, double min, double max);
  /// A comma-separated list in the environment and flags, a sequence in YAML.
  void bind(std::string key, std::vector<std::string>& variable, std::string doc);

  /// "server.port" = "8000"; `origin` is named in errors.
  Status set(std::string_view key, std::string_view value, std::string_view origin);
  Status load_yaml(const Path& file);
  /// BOOKRECO_SERVER_PORT sets server.port. Variables that begin with BOOKRECO_ and name no key are
  /// errors, but for the few in `others`.
  Status load_environment(const std::vector<std::string>& others);

  struct Entry {
    std::string key;
    std::string doc;
    std::string value;     ///< as text, now
    std::string expected;  ///< "a whole number from 0 to 65535"
    std::string origin;    ///< "default", "environment", a file's name, "flag"
  };
  /// In the order bound.
  std::vector<Entry> entries() const;
  /// YAML with each key's meaning as a comment; load_yaml reads it back.
  std::string to_yaml() const;

 private:
  struct Binding {
    std::string key;
    std::string doc;
    std::string expected;
    std::string origin = "default";
    std::function<bool(std::string_view)> parse;
    std::function<std::string()> print;
  };
  void add(Binding binding);
  Binding* find(std::string_view key);

  std::vector<Binding> bindings_;
};

/// The value of an environment variable, empty when unset.
std::string environment(const char* name);

}  // namespace bookreco
