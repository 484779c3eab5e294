#include "transport/origin.h"

#include <algorithm>

#include <boost/asio/ip/address.hpp>

#include "transport/problem.h"

namespace bookreco {
namespace {

constexpr std::size_t kShownBytes = 200;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : static_cast<char>(c);
  });
  return out;
}

/// "[::1]:8000" → "::1", "localhost:8000" → "localhost".
std::string_view without_port(std::string_view authority) {
  if (authority.starts_with('[')) {
    return authority.substr(1, authority.find(']') - 1);
  }
  return authority.substr(0, authority.find(':'));
}

std::optional<boost::asio::ip::address> address_of(std::string_view host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  return error ? std::nullopt : std::optional(address);
}

bool is_localhost(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

/// Whether a page at this host can only have come from this server.
bool is_own_host(std::string_view host, const HttpSettings& settings) {
  const std::string bound = lower(settings.host);
  const auto bound_address = address_of(bound);
  const bool on_loopback = bound_address ? bound_address->is_loopback() : is_localhost(bound);
  return !on_loopback || is_localhost(host) || host == bound || address_of(host);
}

bool is_allowed(std::string_view origin, const HttpRequest& request, const HttpSettings& settings) {
  if (std::ranges::any_of(settings.cors_origins, [&](const std::string& allowed) {
        return allowed == "*" || allowed == origin;
      })) {
    return true;
  }
  const std::string lowered = lower(origin);
  const auto scheme = lowered.find("://");
  if (scheme == std::string::npos) {
    return false;  // "null"
  }
  const std::string_view authority = std::string_view(lowered).substr(scheme + 3);
  return authority == lower(request.header("Host")) &&
         is_own_host(without_port(authority), settings);
}

}  // namespace

bool refuse_foreign_page(const HttpRequest& request,
                         const HttpSettings& settings,
                         HttpResponse& response) {
  if (request.method == HttpMethod::kGet || request.method == HttpMethod::kHead ||
      request.method == HttpMethod::kOptions) {
    return false;
  }
  const std::string_view origin = request.header("Origin");
  const std::string_view site = request.header("Sec-Fetch-Site");
  const bool foreign = origin.empty() ? site == "cross-site" || site == "same-site"
                                      : request.count_headers("Origin") > 1 ||
                                            !is_allowed(origin, request, settings);
  if (!foreign) {
    return false;
  }
  const std::string page = origin.empty()
                               ? std::string("another site")
                               : "\"" + std::string(origin.substr(0, kShownBytes)) + "\"";
  set_problem(response,
              403,
              code_name(Code::kPermissionDenied),
              fmt::format("this comes from a page of {}, which is not this server's: to let such "
                          "pages in, add their origin to server.cors_origins",
                          page));
  return true;
}

}  // namespace bookreco
