#!/usr/bin/env bash
# The two doctors: of a desk that is well, and of one that is not.
source "$(dirname "$0")/lib.sh"

start_server
sign_in admin "$(cat "$data/admin-password")"
ends_with 0 "seen from outside the desk is well" as admin doctor -o tsv
for check in server transport clocks version readiness jobs sign-in feed "open files"; do contains "$output" "$check"; done
ends_with 0 "and on its own machine, beside the server" "$programs/itsm-server" doctor --data-dir "$data"
for check in "data folder" secret disk attachments PostgreSQL migrations durability connections clocks transactions feed roles; do contains "$output" "$check"; done

mv "$data/attachments" "$data/elsewhere"
ends_with 1 "without its attachments it is not" as admin doctor -o tsv
contains "$output" "folder of attachments is not there"
ends_with 1 "as its own machine says too" "$programs/itsm-server" doctor --data-dir "$data"
contains "$output" "desk-id is missing"
mv "$data/elsewhere" "$data/attachments"

kill -TERM "$server"
await_end "$server"
ends_with 1 "a server that is not there is a fault" as admin doctor -o tsv
contains "$output" "Start the server"
ends_with 0 "its machine can still be examined" "$programs/itsm-server" doctor --data-dir "$data"
ends_with 1 "a database that is not there is a fault" env ITSM_DATABASE_URL="postgresql://nobody@127.0.0.1:1/itsm" "$programs/itsm-server" doctor --data-dir "$data"
contains "$output" "The database does not answer"
