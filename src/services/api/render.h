#pragma once

#include <string_view>

#include "base/json_writer.h"
#include "ports/recommender.h"

namespace bookreco {

/// "same_author", …: frozen, clients read them.
std::string_view reason_name(ReasonKind kind);

/// The members answer (of recommendations), strategy, snapshot, degraded (when true) and books,
/// into an object that is open.
void append_hits(JsonWriter& json, const Hits& hits);

}  // namespace bookreco
