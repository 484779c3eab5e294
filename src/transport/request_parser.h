#pragma once

#include <cstdint>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "transport/http.h"

namespace bookreco {

/// Beast's HTTP/1 parser writing straight into an HttpRequest, without a node per header. One
/// message each.
class RequestParser : public boost::beast::http::basic_parser<true> {
 public:
  using ErrorCode = boost::beast::error_code;
  using StringView = boost::beast::string_view;

  RequestParser(HttpRequest& request, std::size_t header_limit, std::size_t body_limit)
      : request_(request) {
    this->header_limit(static_cast<std::uint32_t>(header_limit));
    this->body_limit(body_limit);
  }

  /// The request line has been read: what is too long now is a header.
  bool has_request_line() const { return has_request_line_; }

 private:
  void on_request_impl(boost::beast::http::verb /*verb*/,
                       StringView method,
                       StringView target,
                       int version,
                       ErrorCode& /*error*/) override {
    has_request_line_ = true;
    request_.method = bookreco::parse_method({method.data(), method.size()});
    request_.target.assign(target.data(), target.size());
    request_.http_1_0 = version == 10;
  }
  void on_response_impl(int /*status*/,
                        StringView /*reason*/,
                        int /*version*/,
                        ErrorCode& /*error*/) override {}
  void on_field_impl(boost::beast::http::field /*field*/,
                     StringView name,
                     StringView value,
                     ErrorCode& /*error*/) override {
    if (!has_header_) {  // trailers are passed over
      request_.add_header({name.data(), name.size()}, {value.data(), value.size()});
    }
  }
  void on_header_impl(ErrorCode& /*error*/) override { has_header_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         ErrorCode& /*error*/) override {}
  std::size_t on_body_impl(StringView bytes, ErrorCode& /*error*/) override {
    request_.body.append(bytes.data(), bytes.size());
    return bytes.size();
  }
  void on_chunk_header_impl(std::uint64_t /*size*/,
                            StringView /*extensions*/,
                            ErrorCode& /*error*/) override {}
  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/,
                                 StringView bytes,
                                 ErrorCode& error) override {
    return on_body_impl(bytes, error);
  }
  void on_finish_impl(ErrorCode& /*error*/) override {}

  HttpRequest& request_;
  bool has_request_line_ = false;
  bool has_header_ = false;
};

}  // namespace bookreco
