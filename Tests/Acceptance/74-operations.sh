#!/usr/bin/env bash
# What an operator watches: figures, refusals in the log, traces; and a server that is asked to end while work is under way.
source "$(dirname "$0")/lib.sh"

figures=127.0.0.1:$(free_port)
start_server --metrics-listen "$figures"
sign_in admin "$(cat "$data/admin-password")"
token=$(as admin auth token create --name probe --permission tickets:read 2> "$work/token")
ask() { curl --silent --header "Authorization: Bearer $token" "$@"; }

expect "figures at the desk's own address, from this machine" curl --silent --fail "http://$address/metrics"
contains "$output" 'itsm_http_request_duration_seconds_bucket{method="POST",route="/api/v1/auth/login",status="2xx",le="+Inf"} 1'
contains "$output" 'itsm_database_up 1'
rules=$(dirname "$0")/../../packaging/prometheus-rules.yaml
for name in $(grep -oE '(itsm|process)_[a-z_]+' "$rules" | sort -u); do
    # Without TLS there is no certificate, and until the first fault nothing to count.
    case $name in itsm_certificate_end_timestamp_seconds) ;; *) contains "$output" "$name" ;; esac
done
echo "  every figure that an alert is built on is there"
equals "but not through a proxy" 403 "$(curl --silent --output /dev/null --write-out '%{http_code}' --header "X-Forwarded-For: 127.0.0.1" "http://$address/metrics")"
expect "figures at an address of their own" curl --silent --fail --header "X-Forwarded-For: 192.0.2.1" "http://$figures/metrics"
expect "and its health" curl --silent --fail "http://$figures/readyz"
equals "nothing else" 404 "$(curl --silent --output /dev/null --write-out '%{http_code}' "http://$figures/sign-in")"

trace=4bf92f3577b34da6a3ce929d0e0e4736
equals "a right that is missing" 403 "$(ask --output /dev/null --write-out '%{http_code}' --header "traceparent: 00-$trace-00f067aa0ba902b7-01" \
    "http://$address/api/v1/audit")"
await_line() { until grep -q "$1" "$work/server.log"; do sleep 0.05; done; }
await_line 'GET /api/v1/audit'
line=$(grep '"status":403' "$work/server.log" | grep audit | tail -n 1)
contains "$line" '"level":"notice"'
contains "$line" '"code":"forbidden"'
contains "$line" '"principal":"'
contains "$line" "\"traceId\":\"$trace\""
echo "  stands in the log, with who, why and the caller's trace"
ask --output /dev/null --header "Authorization: Bearer nonsense" "http://$address/api/v1/auth/me"
await_line 'GET /api/v1/auth/me","status":401'
echo "  so does a token that is not valid"
if grep -q "$token" "$work/server.log"; then fail "a token stands in the log"; fi

# Ending: a stream is ended, what is under way is answered, a client that says nothing does not hold it up.
curl --silent --no-buffer --header "Authorization: Bearer $token" "http://$address/api/v1/events/stream" > "$work/stream" &
stream=$!
until [ -s "$work/stream" ]; do sleep 0.05; done
exec 5<> "/dev/tcp/${address/://}"
began=$SECONDS
kill -TERM "$server"
await_end "$server"
wait "$stream" || fail "the stream was cut off, not ended"
exec 5>&-
[ $((SECONDS - began)) -lt 15 ] || fail "the server took $((SECONDS - began)) s to end"
echo "  asked to end it ends its streams and is gone soon"
