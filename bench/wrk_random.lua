-- wrk -s wrk_random.lua URL -- IDS TEMPLATE SEED: each request asks for the path TEMPLATE with %s replaced by a line of the
-- file IDS, chosen at random. At the end one line "RESULT {json}" on standard output.
local requests = {}

function init(arguments)
  local template = arguments[2]
  math.randomseed(tonumber(arguments[3]))
  for id in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", (template:gsub("%%s", id)))
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "bytes": %d, "errors": %d, "p50_us": %d, "p99_us": %d, "p999_us": %d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
