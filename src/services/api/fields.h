#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/date.h"
#include "domain/timestamp.h"
#include "transport/http.h"
#include "transport/problem.h"

namespace bookreco {

class Fields;

/// One value as the client sent it. Query values are untyped text; JSON values know their type.
struct FieldValue {
  enum class Kind { kQuery, kString, kNumber, kBool, kOther };
  Kind kind = Kind::kQuery;
  std::string text;
  std::shared_ptr<Fields> members{};  ///< of an object in a list
};

/// The named values of one request, from its query or its JSON body ("filter.author" for members of
/// members). Reading a name makes it known; what is wrong is collected, so that one answer tells
/// all of it. Empty text counts as absent.
class Fields {
 public:
  static constexpr std::size_t kMaxValues = 1000;

  Fields() = default;
  /// The query parameters of a request.
  explicit Fields(const HttpRequest& request);

  void add(std::string name, FieldValue value, bool in_list = false);

  std::string text(std::string_view name);
  std::vector<std::string> texts(std::string_view name, std::size_t max_values = kMaxValues);
  /// The objects of a list, each with its members. What is wrong in one is told by refuse_in().
  std::vector<Fields> objects(std::string_view name, std::size_t max_values);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view name, double min, double max);
  std::optional<bool> boolean(std::string_view name);
  std::optional<PartialDate> date(std::string_view name);
  std::optional<Timestamp> time(std::string_view name);

  template <class T>
  using Choices = std::span<const std::pair<std::string_view, T>>;
  template <class T>
  std::optional<T> choice(std::string_view name, Choices<T> allowed) {
    const auto place = choice_of(name, word(name), names_of(allowed));
    return place ? std::optional<T>(allowed[*place].second) : std::nullopt;
  }
  /// "a,b" in a query, a list in JSON; repeats of the name add up.
  template <class T>
  std::vector<T> choices(std::string_view name, Choices<T> allowed) {
    std::vector<T> out;
    for (const std::string& one : split_texts(name)) {
      if (const auto place = choice_of(name, one, names_of(allowed))) {
        out.push_back(allowed[*place].second);
      }
    }
    return out;
  }

  void refuse(std::string_view name, std::string detail);
  /// Takes over what was wrong in `member`, the object number `index` of the list: "events[2].at".
  void refuse_in(std::string_view name, std::size_t index, Fields& member);
  /// What was wrong, names that nobody read among it.
  const std::vector<FieldError>& errors();
  /// When anything was wrong, or a name was sent that nobody read, answers 400 and true.
  bool refused(HttpResponse& response);

 private:
  struct Field {
    std::string name;
    std::vector<FieldValue> values;
    bool list = false;
  };

  template <class T>
  static std::vector<std::string_view> names_of(Choices<T> allowed) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : allowed) {
      names.push_back(name);
    }
    return names;
  }

  const Field* find(std::string_view name);
  std::span<const FieldValue> values(std::string_view name, std::size_t max_values);
  /// Text, or a JSON true or false as text.
  std::string word(std::string_view name);
  const FieldValue* single(std::string_view name);
  std::vector<std::string> split_texts(std::string_view name);
  std::optional<std::size_t> choice_of(std::string_view name,
                                       std::string_view text,
                                       const std::vector<std::string_view>& allowed);

  std::vector<Field> fields_;
  std::vector<std::string> known_;
  std::vector<FieldError> errors_;
  bool unknown_ = false;
};

}  // namespace bookreco
