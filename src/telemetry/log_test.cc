#include "telemetry/log.h"

#include <sstream>

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

TEST(Log, TextLineHasTimeLevelMessageAndTrace) {
  std::ostringstream out;
  const Log log({}, out);
  log.write(LogLevel::kWarning, "slow", "0af7651916cd43dd8448eb211c80319c");
  EXPECT_THAT(out.str(),
              MatchesRegex("[0-9T:.-]+Z warning slow trace_id=0af7651916cd43dd8448eb211c80319c\n"));
}

TEST(Log, JsonLineIsEscaped) {
  std::ostringstream out;
  const Log log({LogLevel::kInfo, true}, out);
  log.info("title \"{}\"", "a\nb");
  EXPECT_THAT(out.str(), EndsWith("\"level\":\"info\",\"message\":\"title \\\"a\\nb\\\"\"}\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("trace_id")));
}

TEST(Log, InputCannotForgeALine) {
  std::ostringstream out;
  const Log log({}, out);
  log.info("got {}", "x\n2026-01-01 error forged\x1b[2J");
  EXPECT_THAT(out.str(), HasSubstr("x\\x0a2026-01-01 error forged\\x1b[2J\n"));
}

TEST(Log, BelowItsLevelNothingIsWritten) {
  std::ostringstream out;
  const Log log({LogLevel::kError, false}, out);
  log.warning("no");
  EXPECT_EQ(out.str(), "");
  EXPECT_FALSE(log.enabled(LogLevel::kWarning));
  const Log off({LogLevel::kOff, false}, out);
  off.error("no");
  off.write(LogLevel::kOff, "no");
  EXPECT_EQ(out.str(), "");
}

TEST(Log, LevelsParse) {
  EXPECT_EQ(parse_log_level("warning"), LogLevel::kWarning);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace bookreco
