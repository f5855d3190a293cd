#!/usr/bin/env bash
# TLS by the server itself: its versions and headers, a plain port that leads to it, a certificate that is changed while connections are open, one that is no good.
source "$(dirname "$0")/lib.sh"

make_pair() { # NAME SERIAL KIND…
    openssl req -x509 -newkey "${@:3}" -nodes -days 30 -set_serial "$2" -subj "/CN=localhost" \
        -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout "$work/$1.key" -out "$work/$1.pem" 2> /dev/null
    chmod 644 "$work/$1.key"
}
# Only with RSA is there a cipher without forward secrecy that could be refused.
make_pair one 1001 rsa:2048
make_pair two 1002 ec -pkeyopt ec_paramgen_curve:P-256
cp "$work/one.pem" "$work/server.pem"
cp "$work/one.key" "$work/server.key"
cat "$work/one.pem" "$work/two.pem" > "$work/known.pem"

port=$(free_port)
plain=$(free_port)
address=localhost:$port
"$programs/itsm-server" serve --data-dir "$data" --listen "localhost:$port" --tls-certificate-file "$work/server.pem" --tls-key-file "$work/server.key" \
    --redirect-listen "localhost:$plain" >> "$work/server.log" 2>&1 &
server=$!
servers+=("$server")
desk() { curl --silent --cacert "$work/known.pem" "$@"; }
until desk --fail --output /dev/null "https://$address/readyz"; do
    kill -0 "$server" 2> /dev/null || fail "the server did not start"
    sleep 0.1
done
echo "  TLS is served"

expect "TLS 1.3" desk --fail --tlsv1.3 "https://$address/healthz"
expect "TLS 1.2" desk --fail --tlsv1.2 --tls-max 1.2 "https://$address/healthz"
# At its usual level of security curl itself would not speak it.
refuse "not TLS 1.1" desk --fail --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "https://$address/healthz"
refuse "not a cipher without forward secrecy" desk --fail --tls-max 1.2 --ciphers AES128-SHA "https://$address/healthz"
refuse "not plain HTTP on this port" curl --silent --fail --max-time 5 "http://$address/healthz"

lower() { tr "[:upper:]" "[:lower:]"; }
headers=$(desk --head "https://$address/sign-in" | lower)
contains "$headers" "strict-transport-security: max-age=31536000; includesubdomains"
contains "$headers" "cross-origin-opener-policy: same-origin"
password=$(cat "$data/admin-password")
headers=$(desk --output /dev/null --dump-header - --header "Sec-Fetch-Site: same-origin" --data-urlencode username=admin --data-urlencode "password=$password" \
    "https://$address/sign-in" | lower)
contains "$headers" "__host-itsm_session="
contains "$headers" "; secure"
echo "  the cookie is bound to the host, and browsers are told to stay with TLS"

headers=$(curl --silent --head "http://localhost:$plain/sign-in?next=%2Fqueue" | lower)
contains "$headers" "308 permanent redirect"
contains "$headers" "https://localhost:$port/sign-in?next=%2fqueue"
equals "a program is told, not led" 403 "$(curl --silent --output "$work/told" --write-out '%{http_code}' "http://localhost:$plain/api/v1/auth/me")"
contains "$(cat "$work/told")" "https://localhost:$port"

serial() { openssl s_client -connect "$address" < /dev/null 2> /dev/null | openssl x509 -noout -serial; }
equals "the first certificate" "serial=03E9" "$(serial)"
# A connection that stays open over the change: two requests, the second sent afterwards.
exec 5> >(openssl s_client -quiet -connect "$address" > "$work/kept" 2> /dev/null)
printf 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n' >&5
until grep -q '"ok"' "$work/kept" 2> /dev/null; do sleep 0.05; done
cp "$work/two.pem" "$work/server.pem"
until grep -q "the one before stays in use" "$work/server.log"; do sleep 0.1; done
echo "  a certificate without its key is refused, in the log"
contains "$(grep "stays in use" "$work/server.log")" "does not belong to the certificate"
equals "and the one before stays" "serial=03E9" "$(serial)"
cp "$work/two.key" "$work/server.key"
until grep -q "new certificate in use" "$work/server.log"; do sleep 0.1; done
equals "with its key it is taken" "serial=03EA" "$(serial)"
printf 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&5
until [ "$(grep -c '"ok"' "$work/kept")" = 2 ]; do sleep 0.05; done
exec 5>&-
echo "  the open connection went on"

contains "$(desk "https://$address/metrics")" "itsm_certificate_end_timestamp_seconds 1"
kill -TERM "$server"
await_end "$server"

refuse "a key of another certificate is a clear fault" "$programs/itsm-server" serve --data-dir "$data" --listen "localhost:$port" \
    --tls-certificate-file "$work/one.pem" --tls-key-file "$work/two.key"
contains "$output" "does not belong to the certificate"
refuse "so is a key that cannot be read" "$programs/itsm-server" serve --data-dir "$data" --listen "localhost:$port" \
    --tls-certificate-file "$work/one.pem" --tls-key-file "$work/none.key"
contains "$output" "cannot be read"
refuse "and a certificate without a key" "$programs/itsm-server" config show --tls-certificate-file "$work/one.pem"
contains "$output" "belong together"
