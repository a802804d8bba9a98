-- Without arguments wrk asks for its URL; with a file of paths and a token (wrk … URL -- FILE
-- TOKEN) for each of the paths in turn. Ends with one line of JSON.
local paths = {}
local at = 0

function init(arguments)
  if #arguments < 2 then return end
  for path in io.lines(arguments[1]) do paths[#paths + 1] = path end
  wrk.headers["Authorization"] = "Bearer " .. arguments[2]
  request = function()
    at = at % #paths + 1
    return wrk.format(nil, paths[at])
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"per_second": %.1f, "p50_ms": %.3f, "p99_ms": %.3f, "failed": %d}\n',
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
