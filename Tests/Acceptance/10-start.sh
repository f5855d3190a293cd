#!/usr/bin/env bash
# The server starts on nothing, dies without leaving anything behind, comes back, and keeps others off its folder.
source "$(dirname "$0")/lib.sh"

start_server
expect "the server answers" curl --silent --fail "http://$address/readyz"
owner=$(stat --format %U "$data")
[ "$(ps -o user:32= -p "$server" | tr -d ' ')" = "$owner" ] || fail "the server does not run as the owner of its folder, $owner"
[ "$owner" != root ] || fail "the data folder is root's"
echo "  the server runs as the owner of its folder"

refuse "a second server on the folder is refused" "$programs/itsm-server" serve --data-dir "$data" --listen "127.0.0.1:$(free_port)"
contains "$output" "already uses the data folder $data (pid $server)"

postgres=$(head -n 1 "$data/postgres/postmaster.pid")
kill -KILL "$server"
wait "$server" 2> /dev/null || true
await_end "$postgres"
echo "  a killed server leaves no PostgreSQL"

start_server
postgres=$(head -n 1 "$data/postgres/postmaster.pid")
echo "  the next start recovers"
kill -TERM "$server"
wait "$server" || fail "the server did not end cleanly"
await_end "$postgres"
[ ! -e "$data/postgres/postmaster.pid" ] || fail "PostgreSQL did not shut down cleanly"
echo "  a server that is asked to end stops its PostgreSQL"

expect "migrate alone works" "$programs/itsm-server" migrate --data-dir "$data"
contains "$output" "Nothing to do."

mv "$data/secret.key" "$data/secret.away"
refuse "a lost secret is not replaced" "$programs/itsm-server" migrate --data-dir "$data"
contains "$output" ITSM_SECRET_KEY_FILE
mv "$data/secret.away" "$data/secret.key"

expect "the settings are shown with their sources" env ITSM_ROLE=web "$programs/itsm-server" config show --listen "$address"
contains "$(echo "$output" | tr -s ' ')" "role web environment"
contains "$(echo "$output" | tr -s ' ')" "listen $address flag"
