#include "transport/router.h"

#include <algorithm>
#include <array>

namespace bookreco {

struct Router::Node {
  std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
  std::string parameter;  // its name, when `any` is set
  std::unique_ptr<Node> any;
  std::array<std::int32_t, kHttpMethods> route;  // by method, -1 for none

  Node() { route.fill(-1); }
  bool ends() const {
    return std::ranges::any_of(route, [](std::int32_t number) { return number >= 0; });
  }
};

namespace {

// Cuts the first segment off a path that begins with '/'.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// "http://host/path" and "/path" alike; empty when it is neither.
std::string_view origin_form(std::string_view target) {
  if (target.starts_with("http://") || target.starts_with("https://")) {
    const auto slash = target.find_first_of("/?", target.find("//") + 2);
    return slash == std::string_view::npos || target[slash] == '?' ? "/" : target.substr(slash);
  }
  return target.starts_with('/') ? target : std::string_view();
}

// A path that decodes, without "." and ".." in any spelling: ours have none, so whoever sends one
// is probing.
bool harmless_path(std::string_view path) {
  if (std::ranges::any_of(path, [](char c) {
        return static_cast<signed char>(c) < 0x21 || c == 0x7f || c == '\\';
      })) {
    return false;
  }
  if (path.find('%') == std::string_view::npos && path.find("/.") == std::string_view::npos) {
    return true;
  }
  const auto decoded = percent_decode(path, false);
  if (!decoded) {
    return false;
  }
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    const std::string_view segment = next_segment(rest);
    if (segment == "." || segment == "..") {
      return false;
    }
  }
  return decoded->find('\\') == std::string::npos;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
  BOOKRECO_CHECK(route.path.starts_with('/') && route.handler);
  BOOKRECO_CHECK(route.method != HttpMethod::kOther && route.method != HttpMethod::kHead);
  Node* node = root_.get();
  std::string_view rest = route.path;
  while (!rest.empty()) {
    const std::string_view segment = next_segment(rest);
    std::unique_ptr<Node>* next = nullptr;
    if (segment.starts_with('{')) {
      BOOKRECO_CHECK(segment.ends_with('}') && segment.size() > 2);
      const std::string_view name = segment.substr(1, segment.size() - 2);
      BOOKRECO_CHECK(!node->any || node->parameter == name);
      node->parameter = name;
      next = &node->any;
    } else {
      const auto at = std::ranges::find(
          node->literals, segment, [](auto& l) { return std::string_view(l.first); });
      next = at == node->literals.end()
                 ? &node->literals.emplace_back(std::string(segment), nullptr).second
                 : &at->second;
    }
    if (!*next) {
      *next = std::make_unique<Node>();
    }
    node = next->get();
  }
  std::int32_t& number = node->route[static_cast<std::size_t>(route.method)];
  BOOKRECO_CHECK(number < 0);
  number = static_cast<std::int32_t>(routes_.size());
  routes_.push_back(std::make_unique<Route>(std::move(route)));
}

Router::Match Router::match(HttpRequest& request) const {
  Match match;
  const std::string_view target = origin_form(request.target);
  request.path = target.substr(0, target.find_first_of("?#"));
  if (request.target == "*" && request.method == HttpMethod::kOptions) {
    match.status = 204;
    match.allow = "GET, HEAD, POST, OPTIONS";
    return match;
  }
  if (target.empty() || !harmless_path(request.path)) {
    match.status = 400;
    return match;
  }
  if (request.path.size() < target.size()) {
    const std::string_view query = target.substr(request.path.size());
    auto pairs = parse_query(query.starts_with('?') ? query.substr(1, query.find('#') - 1) : "");
    if (!pairs) {
      match.status = 400;
      return match;
    }
    request.query = std::move(*pairs);
  }
  const Node* node = root_.get();
  std::string_view rest = request.path;
  while (node != nullptr && !rest.empty()) {
    const std::string_view segment = next_segment(rest);
    const auto at = std::ranges::find(
        node->literals, segment, [](auto& l) { return std::string_view(l.first); });
    if (at != node->literals.end()) {
      node = at->second.get();
    } else if (node->any && !segment.empty()) {
      request.path_params.emplace_back(node->parameter, *percent_decode(segment, false));
      node = node->any.get();
    } else {
      node = nullptr;
    }
  }
  if (node == nullptr || !node->ends()) {
    match.status = 404;
    return match;
  }
  const HttpMethod method = request.method == HttpMethod::kHead ? HttpMethod::kGet : request.method;
  if (const std::int32_t number = node->route[static_cast<std::size_t>(method)]; number >= 0) {
    match.number = static_cast<std::size_t>(number);
    match.route = routes_[match.number].get();
    request.route = match.route->path;
    return match;
  }
  for (std::size_t m = 0; m < kHttpMethods; ++m) {
    if (const std::int32_t number = node->route[m]; number >= 0) {
      request.route = routes_[static_cast<std::size_t>(number)]->path;
      match.allow += method_name(static_cast<HttpMethod>(m));
      match.allow += m == 0 ? ", HEAD, " : ", ";
    }
  }
  match.allow += "OPTIONS";
  match.status = request.method == HttpMethod::kOptions ? 204 : 405;
  return match;
}

}  // namespace bookreco
