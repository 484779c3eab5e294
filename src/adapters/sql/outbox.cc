#include "adapters/sql/outbox.h"

#include <algorithm>
#include <random>

#include "adapters/sql/columns.h"
#include "adapters/sql/query.h"
#include "base/hash.h"

namespace bookreco {
namespace {

/// 128 bits from the system's entropy: unique over all processes, as CloudEvents asks.
std::string new_event_id() {
  std::random_device device;
  const auto word = [&] { return (std::uint64_t{device()} << 32) | device(); };
  return hex(word()) + hex(word());
}

Status insert(SqlSession& session, const OutboxEvent& event) {
  return execute(
      session,
      "INSERT INTO outbox (id, type, subject, data, trace_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
      {event.id,
       event.type,
       or_null(event.subject),
       event.data,
       or_null(event.trace_id),
       time_column(event.at)});
}

}  // namespace

Status append_event(SqlSession& session,
                    const Clock& clock,
                    std::string_view type,
                    std::string_view subject,
                    std::string_view data) {
  OutboxEvent event;
  event.id = new_event_id();
  event.type = type;
  event.subject = subject;
  event.data = data;
  event.at = clock.now();
  return insert(session, event);
}

Status SqlOutbox::append(const OutboxEvent& event) {
  BOOKRECO_TRY_VOID(require_key(event.type, "type", "an event"));
  for (const std::string* text : {&event.id, &event.subject, &event.data, &event.trace_id}) {
    BOOKRECO_TRY_VOID(require_storable(*text, "a field", "event"));
  }
  OutboxEvent whole = event;
  if (whole.id.empty()) {
    whole.id = new_event_id();
  }
  if (whole.at == Timestamp{}) {
    whole.at = clock_.now();
  }
  return database_.write([&](SqlSession& session) { return insert(session, whole); });
}

Result<std::vector<OutboxEvent>> SqlOutbox::after(std::int64_t sequence, std::int64_t limit) {
  using Events = std::vector<OutboxEvent>;
  return read_value<Events>(database_, [&](SqlSession& session, Events& events) {
    return execute(
        session,
        "SELECT sequence, id, type, subject, data, trace_id, at FROM outbox WHERE sequence > $1"
        " ORDER BY sequence LIMIT $2",
        {sequence, std::max<std::int64_t>(limit, 0)},
        [&](const SqlRow& row) {
          events.push_back({.sequence = row.integer(0),
                            .id = std::string(row.text(1)),
                            .type = std::string(row.text(2)),
                            .subject = std::string(row.text(3)),
                            .data = std::string(row.text(4)),
                            .trace_id = std::string(row.text(5)),
                            .at = read_time(row.integer(6))});
          return true;
        });
  });
}

Status SqlOutbox::forget(std::int64_t sequence) {
  return database_.write([&](SqlSession& session) {
    return execute(session, "DELETE FROM outbox WHERE sequence <= $1", {sequence});
  });
}

}  // namespace bookreco
