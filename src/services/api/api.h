#pragma once

#include <string_view>

#include "ports/catalog.h"
#include "ports/interactions.h"
#include "ports/recommender.h"
#include "telemetry/metrics.h"
#include "transport/router.h"

namespace bookreco {

/// The public REST interface and its pages: a thin skin over the service interfaces, which outlive
/// the router that holds these routes.
struct Api {
  Catalog& catalog;
  Interactions& interactions;
  Recommender& recommender;
  const Metrics& metrics;

  void add_routes(Router& router) const;
};

/// The OpenAPI 3.1 document that /openapi.json answers.
std::string_view openapi_document();

}  // namespace bookreco
