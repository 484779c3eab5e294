#include "transport/http_metrics.h"

#include <mutex>
#include <string>

namespace bookreco {

HttpMetrics::HttpMetrics(Metrics& metrics, const Router& router)
    : in_flight(metrics.gauge("bookreco_http_requests_in_flight", "Requests being handled.")),
      connections(metrics.gauge("bookreco_http_connections", "Open connections.")),
      shed(metrics.counter("bookreco_http_shed_total",
                           "Requests and connections refused because something was full.")),
      metrics_(metrics) {
  for (std::size_t i = 0; i <= router.routes().size(); ++i) {
    auto route = std::make_unique<PerRoute>();
    route->path = i < router.routes().size() ? router.routes()[i]->path : "unmatched";
    route->seconds = &metrics.histogram("bookreco_http_request_seconds",
                                        "Time from the whole request read to the answer ready.",
                                        latency_bounds(),
                                        {{"route", route->path}});
    routes_.push_back(std::move(route));
  }
}

void HttpMetrics::record(std::size_t route, HttpMethod method, int status, double seconds) {
  PerRoute& per_route = *routes_[route];
  per_route.seconds->observe(seconds);
  counter(per_route, method, status).add();
}

Counter& HttpMetrics::counter(PerRoute& route, HttpMethod method, int status) {
  const auto key =
      static_cast<std::uint32_t>(status) * kHttpMethods + static_cast<std::uint32_t>(method);
  const auto find = [&]() -> Slot* {
    for (Slot& slot : route.slots) {
      const std::uint32_t found = slot.key.load(std::memory_order_acquire);
      if (found == key || found == 0) {
        return &slot;
      }
    }
    return nullptr;
  };
  if (Slot* slot = find(); slot != nullptr && slot->key.load(std::memory_order_acquire) == key) {
    return *slot->counter;
  }
  const std::lock_guard lock(filling_);
  Counter& counter = metrics_.counter("bookreco_http_requests_total",
                                      "Requests answered.",
                                      {{"route", route.path},
                                       {"method", std::string(method_name(method))},
                                       {"code", std::to_string(status)}});
  if (Slot* slot = find(); slot != nullptr && slot->key.load(std::memory_order_relaxed) == 0) {
    slot->counter = &counter;
    slot->key.store(key, std::memory_order_release);
  }
  return counter;
}

}  // namespace bookreco
