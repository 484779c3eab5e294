#include "telemetry/metrics.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/result.h"

namespace bookreco {

struct Metrics::Series {
  std::string labels;  // rendered: `a="b",c="d"`
  Counter counter;
  Gauge gauge;
  std::unique_ptr<Histogram> histogram;
  std::function<double()> read;
};

struct Metrics::Family {
  std::string name;
  std::string help;
  Kind kind = Kind::kCounter;
  std::vector<std::unique_ptr<Series>> series;
};

namespace {

bool valid_name(std::string_view name, bool colon) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
    return false;
  }
  return std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (colon && c == ':');
  });
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    fmt::format_to(std::back_inserter(out), "{}", value);
  }
}

const char* kind_text(Metrics::Kind kind) {
  switch (kind) {
    case Metrics::Kind::kCounter:
      return "counter";
    case Metrics::Kind::kGauge:
      return "gauge";
    case Metrics::Kind::kHistogram:
      return "histogram";
  }
  return "untyped";
}

std::string render_labels(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    BOOKRECO_CHECK(valid_name(name, false) && name != "le" && !name.starts_with("__"));
    out += out.empty() ? "" : ",";
    out += name;
    out += "=\"";
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

void append_sample(std::string& out,
                   std::string_view name,
                   std::string_view suffix,
                   std::string_view labels,
                   std::string_view bound) {
  out += name;
  out += suffix;
  if (!labels.empty() || !bound.empty()) {
    out += '{';
    out += labels;
    if (!bound.empty()) {
      out += labels.empty() ? "le=\"" : ",le=\"";
      out += bound;
      out += '"';
    }
    out += '}';
  }
  out += ' ';
}

void append_histogram(std::string& out,
                      std::string_view name,
                      std::string_view labels,
                      const Histogram& histogram) {
  std::uint64_t count = 0;
  std::string bound;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    count += histogram.bucket(i);
    bound.clear();
    append_number(bound, i < histogram.bounds().size() ? histogram.bounds()[i] : INFINITY);
    append_sample(out, name, "_bucket", labels, bound);
    fmt::format_to(std::back_inserter(out), "{}\n", count);
  }
  append_sample(out, name, "_sum", labels, {});
  append_number(out, histogram.sum());
  out += '\n';
  append_sample(out, name, "_count", labels, {});
  fmt::format_to(std::back_inserter(out), "{}\n", count);
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {
  BOOKRECO_CHECK(std::ranges::adjacent_find(bounds_, std::greater_equal<>()) == bounds_.end());
}

void Histogram::observe(double value) {
  const auto at = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<double> latency_bounds() {
  return {50e-6,
          100e-6,
          250e-6,
          500e-6,
          1e-3,
          2.5e-3,
          5e-3,
          10e-3,
          25e-3,
          50e-3,
          0.1,
          0.25,
          0.5,
          1,
          2.5,
          5,
          10};
}

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

Metrics::Series& Metrics::series(std::string_view name,
                                 std::string_view help,
                                 Kind kind,
                                 const Labels& labels) {
  BOOKRECO_CHECK(valid_name(name, true));
  std::string rendered = render_labels(labels);
  auto at = std::ranges::find_if(families_, [&](auto& known) { return known->name == name; });
  if (at == families_.end()) {
    auto fresh = std::make_unique<Family>(Family{std::string(name), std::string(help), kind, {}});
    at = families_.insert(at, std::move(fresh));
  }
  Family& family = **at;
  BOOKRECO_CHECK(family.kind == kind);
  for (auto& known : family.series) {
    if (known->labels == rendered) {
      return *known;
    }
  }
  family.series.push_back(std::make_unique<Series>());
  family.series.back()->labels = std::move(rendered);
  return *family.series.back();
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  return series(name, help, Kind::kCounter, labels).counter;
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  const std::lock_guard lock(mutex_);
  return series(name, help, Kind::kGauge, labels).gauge;
}

Histogram& Metrics::histogram(std::string_view name,
                              std::string_view help,
                              const std::vector<double>& bounds,
                              const Labels& labels) {
  const std::lock_guard lock(mutex_);
  Series& found = series(name, help, Kind::kHistogram, labels);
  if (!found.histogram) {
    found.histogram = std::make_unique<Histogram>(bounds);
  }
  BOOKRECO_CHECK(found.histogram->bounds() == bounds);
  return *found.histogram;
}

void Metrics::callback(std::string_view name,
                       std::string_view help,
                       Kind kind,
                       std::function<double()> read,
                       const Labels& labels) {
  BOOKRECO_CHECK(kind != Kind::kHistogram);
  const std::lock_guard lock(mutex_);
  series(name, help, kind, labels).read = std::move(read);
}

std::string Metrics::exposition() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& family : families_) {
    out += "# HELP " + family->name + ' ';
    append_escaped(out, family->help, false);
    out += "\n# TYPE " + family->name + ' ' + kind_text(family->kind) + '\n';
    for (const auto& series : family->series) {
      if (series->histogram) {
        append_histogram(out, family->name, series->labels, *series->histogram);
        continue;
      }
      append_sample(out, family->name, {}, series->labels, {});
      if (series->read) {
        append_number(out, series->read());
      } else if (family->kind == Kind::kCounter) {
        fmt::format_to(std::back_inserter(out), "{}", series->counter.value());
      } else {
        append_number(out, series->gauge.value());
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace bookreco
