#include "adapters/sqlite/sqlite_error.h"

#include <cerrno>

namespace bookreco {
namespace {

struct Explanation {
  Code code;
  std::string_view advice;
};

constexpr Explanation kDiskFull{
    Code::kResourceExhausted,
    "free some space or move the data folder, then try again; nothing stored is lost"};
constexpr Explanation kDamaged{
    Code::kDataLoss,
    "the file is damaged or no Book Reco database: restore a copy, or move it away and load the "
    "catalogue again"};

Explanation explain_io(int extended, int system_errno) {
  if (system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG) {
    return kDiskFull;
  }
  if (extended == SQLITE_IOERR_SHORT_READ || extended == SQLITE_IOERR_CORRUPTFS ||
      extended == SQLITE_IOERR_DATA) {
    return kDamaged;
  }
  return {Code::kUnavailable, "check the disk, then try again"};
}

Explanation explain(int extended, int system_errno) {
  switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::kUnavailable, "another process is writing: try again"};
    case SQLITE_FULL:
      return kDiskFull;
    case SQLITE_IOERR:
      return explain_io(extended, system_errno);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return kDamaged;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {Code::kPermissionDenied, "make the file and its folder writable"};
    case SQLITE_CANTOPEN:
      if (system_errno == EACCES || system_errno == EROFS || system_errno == EPERM) {
        return {Code::kPermissionDenied, "make the file and its folder readable and writable"};
      }
      if (system_errno == ENOSPC || system_errno == EDQUOT) {
        return kDiskFull;
      }
      return {Code::kNotFound, "check that its folder exists"};
    case SQLITE_CONSTRAINT:
      if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
        return {Code::kAlreadyExists, "it is there already"};
      }
      return {Code::kInvalidArgument, "the value is not allowed there"};
    case SQLITE_TOOBIG:
      return {Code::kInvalidArgument, "the value is too large"};
    case SQLITE_NOMEM:
      return {Code::kResourceExhausted, "not enough memory"};
    case SQLITE_INTERRUPT:
      return {Code::kCancelled, "interrupted"};
    default:
      return {Code::kInternal, "this is a bug of the program"};
  }
}

/// What the system said to the log or the database file: the connection's own record is overwritten
/// while it rolls back.
int file_errno(sqlite3* connection) {
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    int number = 0;
    if (sqlite3_file_control(connection, "main", which, &file) == SQLITE_OK && file != nullptr &&
        file->pMethods != nullptr &&
        file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK &&
        number != 0) {
      return number;
    }
  }
  return sqlite3_system_errno(connection);
}

std::unexpected<Error> describe(const Explanation& explanation,
                                std::string_view file,
                                std::string_view action,
                                std::string_view reason) {
  return fail(explanation.code, "cannot {} {}: {} ({})", action, file, reason, explanation.advice);
}

}  // namespace

std::unexpected<Error> sqlite_error(sqlite3* connection, std::string_view action) {
  const int extended = sqlite3_extended_errcode(connection);
  const int number =
      (extended & 0xff) == SQLITE_IOERR ? file_errno(connection) : sqlite3_system_errno(connection);
  const char* file = sqlite3_db_filename(connection, "main");
  return describe(explain(extended, number),
                  file == nullptr ? "the database" : file,
                  action,
                  sqlite3_errmsg(connection));
}

std::unexpected<Error> sqlite_error(int result, std::string_view file, std::string_view action) {
  return describe(explain(result, 0), file, action, sqlite3_errstr(result));
}

}  // namespace bookreco
