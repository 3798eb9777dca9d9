-- wrk: embeds one text per request, lengths mixed as in questions and passages, from a file of texts.
local texts = {}
for line in io.lines(os.getenv("TEXTS")) do texts[#texts + 1] = line end

local seed = 1
function setup(thread)
  thread:set("id", seed)
  seed = seed + 1
end

local place
function init(args)
  math.randomseed(id)
  place = math.random(#texts)
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  place = place % #texts + 1
  return wrk.format(nil, nil, nil, texts[place])
end

local others = {}
function response(status)
  if status ~= 200 then others[status] = (others[status] or 0) + 1 end
end

function done(summary, latency)
  io.write(string.format(
    "{\"requests\": %d, \"seconds\": %.2f, \"p50_ms\": %.1f, \"p90_ms\": %.1f, \"p99_ms\": %.1f, " ..
    "\"status_errors\": %d, \"socket_errors\": %d}\n",
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(90) / 1e3, latency:percentile(99) / 1e3, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
