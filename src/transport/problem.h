#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "transport/http.h"

namespace bookreco {

/// One named thing that is wrong with a request.
struct FieldError {
  std::string field;
  std::string detail;
};

/// The HTTP status that answers an error.
int http_status(Code code);

/// "Not Found"; "Unknown" for a status without a name here.
std::string_view status_text(int status);

/// Turns the response into an RFC 9457 problem (application/problem+json): type, title, status,
/// detail, code and, when fields are named, errors. Statuses 429 and 503 get a Retry-After.
void set_problem(HttpResponse& response,
                 int status,
                 std::string_view code,
                 std::string_view detail,
                 std::span<const FieldError> errors = {});

/// The same for an error of ours. kInternal and kDataLoss keep their detail out of the answer: it
/// goes to the log.
void set_problem(HttpResponse& response, const Error& error);

}  // namespace bookreco
