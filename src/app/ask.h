#pragma once

#include <memory>
#include <string>

#include "app/commands.h"
#include "app/platform.h"

namespace bookreco {

/// A platform that serves the current snapshot, fitted first when books were loaded and never
/// fitted.
Result<std::unique_ptr<Platform>> open_to_ask(const CommandContext& context);

/// The id of the book that `text` names: an id, EAN, ISBN or title (compared folded). kNotFound
/// proposes titles that are near.
Result<std::string> resolve_book(Recommender& recommender, const std::string& text);

/// Prints hits as a table, or with --json as the API's answer.
void print_hits(const CommandContext& context, const Hits& hits);

}  // namespace bookreco
