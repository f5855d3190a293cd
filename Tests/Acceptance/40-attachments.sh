#!/usr/bin/env bash
# Files of tickets over a real connection: streamed in and out, refused beyond the limit, and nothing left of what broke off.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
number=$(as admin incident create --title "Logs of the night" -o name)
token=$(as admin auth token)

# rest PATH arguments of curl…: prints the body, then the status.
rest() {
    local path=$1
    shift
    curl --silent --show-error --write-out '%{http_code}' --header "Authorization: Bearer $token" "$@" "http://$address/api/v1/tickets/$number/attachments$path"
}

head -c 20000000 /dev/urandom > "$work/night log.bin"
digest=$(sha256sum "$work/night log.bin" | cut -d ' ' -f 1)
expect "20 MB go in" as admin incident attach "$number" "$work/night log.bin"
stored=$data/attachments/${digest:0:2}/${digest:2:2}/$digest
equals "they lie under their digest" "$digest" "$(sha256sum "$stored" | cut -d ' ' -f 1)"
equals "for their owner alone" 600 "$(stat --format %a "$stored")"
expect "and come out" as admin incident download "$number" "night log.bin" --to "$work/back"
expect "as they were" cmp "$work/night log.bin" "$work/back"

id=$(as admin incident attachments "$number" --fields id)
equals "a part of them" 206 "$(rest "/$id/content" --range 1000000-1999999 --output "$work/part")"
expect "is that part" cmp "$work/part" <(tail -c +1000001 "$work/night log.bin" | head -c 1000000)
equals "what is there already is not sent again" 304 "$(rest "/$id/content" --header "If-None-Match: \"$digest\"")"
equals "a broken download goes on" 206 "$(rest "/$id/content" --continue-at 10000000 --header "If-Range: \"$digest\"" --output "$work/rest")"

equals "the same bytes again" 201 "$(rest "" --form "file=@$work/night log.bin;filename=copy.bin" --output "$work/copy")"
equals "are kept once" 1 "$(find "$data/attachments" -type f -size +1M | wc -l)"

head -c 30000000 /dev/zero > "$work/too-large"
equals "what is over the limit is refused" 413 "$(rest "" --form "file=@$work/too-large" --output "$work/refusal" 2> /dev/null || true)"
equals "and nothing of it is left" 0 "$(find "$data/attachments/incoming" -type f | wc -l)"

head -c 10000000 /dev/urandom > "$work/unlucky"
rest "" --form "file=@$work/unlucky" --limit-rate 2M > "$work/unlucky.answer" 2>&1 &
upload=$!
until [ -n "$(find "$data/attachments/incoming" -type f -size +100k)" ]; do sleep 0.05; done
postgres=$(head -n 1 "$data/postgres/postmaster.pid")
kill -KILL "$server"
wait "$server" "$upload" 2> /dev/null || true
await_end "$postgres"
equals "a killed server leaves an unfinished file" 1 "$(find "$data/attachments/incoming" -type f | wc -l)"
start_server
equals "the next start sweeps it away" 0 "$(find "$data/attachments/incoming" -type f | wc -l)"
equals "and knows nothing of it" 2 "$(rest "" | grep -o '"fileName"' | wc -l)"

mv "$data/attachments" "$data/attachments.away"
mkdir "$data/attachments"
equals "a server whose folder is away is not ready" 503 "$(curl --silent --output "$work/ready" --write-out '%{http_code}' "http://$address/readyz")"
contains "$(cat "$work/ready")" /attachments
equals "and takes no files" 503 "$(rest "" --form "file=@$work/part" --output "$work/away")"
rm -rf "$data/attachments"
mv "$data/attachments.away" "$data/attachments"
equals "until it is back" 200 "$(curl --silent --output "$work/ready" --write-out '%{http_code}' "http://$address/readyz")"
