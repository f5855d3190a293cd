#!/usr/bin/env bash
# The desk's secret is replaced while the server runs: nobody is signed out, and the key before it can be forgotten.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='a long pass phrase 1'
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
secrets() { "$programs/itsm-server" secrets "$@" --data-dir "$data"; }

old=$(secrets status | sed -n 's/ *current.*//p')
expect "the key is replaced while the server runs" secrets rotate
contains "$output" "Everything is sealed under the key"
new=$(secrets status | sed -n 's/ *current.*//p')
[ "$old" != "$new" ] || fail "the key is still $old"
equals "the file holds both" 2 "$(wc -l < "$data/secret.key")"
equals "and is its owner's alone" 600 "$(stat --format=%a "$data/secret.key")"
until grep --quiet "the desk's keys changed" "$work/server.log"; do sleep 0.2; done
expect "who was signed in still is" as admin auth status
expect "and can go on" as admin user list
contains "$(secrets status)" "$old may be dropped"
refuse "the current key stays" secrets drop "$new"
refuse "the one before stays for a minute" secrets drop "$old"
contains "$output" "less than a minute ago"
contains "$(as admin audit list --kind settings.secretKeyReplaced)" "settings.secretKeyReplaced"

kill -TERM "$server"
wait "$server" || true
printf '%064d\n' 0 > "$work/other.key"
refuse "a server with another secret does not start" env ITSM_SECRET_KEY_FILE="$work/other.key" "$programs/itsm-server" serve --data-dir "$data" --listen 127.0.0.1:0
contains "$output" ITSM_SECRET_KEY_FILE
head -n 1 "$data/secret.key" > "$work/old.key"
refuse "nor one that lacks the current key" env ITSM_SECRET_KEY_FILE="$work/old.key" "$programs/itsm-server" serve --data-dir "$data" --listen 127.0.0.1:0
contains "$output" "not the current one, $new"
ITSM_SECRET_KEY=$(paste --serial --delimiters=, "$data/secret.key") start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
expect "a server with the keys in its environment does" as admin user list
