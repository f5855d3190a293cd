-- For wrk: -- METHOD FILE TOKEN [BODY]. Asks for the paths in FILE, one a line, in random order, and prints what came of it as JSON.
local prepared = {}

function init(arguments)
    local method, file, token, body = arguments[1], arguments[2], arguments[3], arguments[4]
    local headers = { ["Authorization"] = "Bearer " .. token }
    if body then headers["Content-Type"] = "application/json" end
    for path in io.lines(file) do prepared[#prepared + 1] = wrk.format(method, path, headers, body) end
end

function request() return prepared[math.random(#prepared)] end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('\n{"requests": %d, "seconds": %f, "refused": %d, "lost": %d, "p50": %f, "p95": %f, "p99": %f}\n',
        summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
