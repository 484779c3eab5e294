#include "telemetry/metrics.h"

#include <thread>

#include <gmock/gmock.h>

namespace bookreco {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Metrics, CountersAndGaugesAreShownWithHelpAndType) {
  Metrics metrics;
  metrics.counter("books_total", "Books.", {{"route", "/v1"}, {"code", "200"}}).add(3);
  metrics.gauge("open", "Open.").set(2.5);
  EXPECT_EQ(metrics.exposition(),
            "# HELP books_total Books.\n"
            "# TYPE books_total counter\n"
            "books_total{route=\"/v1\",code=\"200\"} 3\n"
            "# HELP open Open.\n"
            "# TYPE open gauge\n"
            "open 2.5\n");
}

TEST(Metrics, LinesOfOneNameStayTogetherWhateverTheOrderOfRegistration) {
  Metrics metrics;
  metrics.counter("a_total", "A.", {{"x", "1"}});
  metrics.counter("b_total", "B.");
  metrics.counter("a_total", "A.", {{"x", "2"}});
  EXPECT_THAT(metrics.exposition(), HasSubstr("a_total{x=\"1\"} 0\na_total{x=\"2\"} 0\n# HELP b"));
}

TEST(Metrics, LabelValuesAndHelpAreEscaped) {
  Metrics metrics;
  metrics.counter("n_total", "back\\slash\nline \"q\"", {{"v", "a\"b\\c\nd"}});
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("# HELP n_total back\\\\slash\\nline \"q\"\n"));
  EXPECT_THAT(text, HasSubstr("n_total{v=\"a\\\"b\\\\c\\nd\"} 0\n"));
}

TEST(Metrics, HistogramBucketsAreCumulativeAndEndWithInf) {
  Metrics metrics;
  Histogram& seconds = metrics.histogram("t_seconds", "T.", {0.1, 1}, {{"r", "x"}});
  seconds.observe(0.1);  // a bound belongs to its bucket
  seconds.observe(0.5);
  seconds.observe(7);
  EXPECT_THAT(metrics.exposition(),
              EndsWith("t_seconds_bucket{r=\"x\",le=\"0.1\"} 1\n"
                       "t_seconds_bucket{r=\"x\",le=\"1\"} 2\n"
                       "t_seconds_bucket{r=\"x\",le=\"+Inf\"} 3\n"
                       "t_seconds_sum{r=\"x\"} 7.6\n"
                       "t_seconds_count{r=\"x\"} 3\n"));
}

TEST(Metrics, SameNameAndLabelsIsTheSameCounter) {
  Metrics metrics;
  Counter& first = metrics.counter("n_total", "N.", {{"a", "b"}});
  EXPECT_EQ(&first, &metrics.counter("n_total", "N.", {{"a", "b"}}));
  EXPECT_NE(&first, &metrics.counter("n_total", "N.", {{"a", "c"}}));
}

TEST(Metrics, CountsFromManyThreadsAreExact) {
  Metrics metrics;
  Counter& counter = metrics.counter("n_total", "N.");
  Histogram& histogram = metrics.histogram("h", "H.", {1});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) {
        counter.add();
        histogram.observe(0.5);
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(counter.value(), 40000u);
  EXPECT_EQ(histogram.bucket(0), 40000u);
  EXPECT_DOUBLE_EQ(histogram.sum(), 20000);
}

TEST(Metrics, ProcessMetricsTellTheProcess) {
  Metrics metrics;
  add_process_metrics(metrics);
  const std::string text = metrics.exposition();
  EXPECT_THAT(text, HasSubstr("# TYPE process_cpu_seconds_total counter\n"));
  EXPECT_THAT(text, HasSubstr("\nbookreco_uptime_seconds "));
  const auto at = text.find("\nprocess_resident_memory_bytes ");
  ASSERT_NE(at, std::string::npos);
  EXPECT_GT(std::stod(text.substr(at + 31)), 1e5);
}

using MetricsDeathTest = testing::Test;

TEST(MetricsDeathTest, OneNameWithTwoTypesAborts) {
  Metrics metrics;
  metrics.counter("n", "N.");
  EXPECT_DEATH(metrics.gauge("n", "N."), "kind");
}

TEST(MetricsDeathTest, NamesThatPrometheusRefusesAbort) {
  Metrics metrics;
  EXPECT_DEATH(metrics.counter("1n", "N."), "valid_name");
  EXPECT_DEATH(metrics.counter("n", "N.", {{"le", "1"}}), "le");
}

}  // namespace
}  // namespace bookreco
