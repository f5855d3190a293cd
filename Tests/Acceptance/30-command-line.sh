#!/usr/bin/env bash
# itsmctl as scripts use it: exit codes, forms of output, pipes, secrets, several records at once, events.
source "$(dirname "$0")/lib.sh"

ends_with 9 "nobody listens" env ITSM_URL=http://127.0.0.1:1 "$programs/itsmctl" ticket list
export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server

ends_with 4 "without a sign-in" as nobody ticket list
contains "$output" "itsmctl auth login"
ends_with 4 "a wrong password" bash -c "echo wrong | XDG_CONFIG_HOME=$work/nobody '$programs/itsmctl' auth login --url http://$address --username admin --password-stdin"
sign_in admin "$ITSM_ADMIN_PASSWORD"
equals "the profile is private" "600 700" "$(stat --format %a "$work/admin/archer-itsm/profiles.json" "$work/admin/archer-itsm" | paste -sd ' ')"
ends_with 2 "an unknown flag" as admin ticket list --colour
ends_with 5 "an unknown number" as admin ticket view INC0000001
ends_with 7 "an incident without a title" as admin incident create
contains "$output" /title

for i in 1 2 3; do as admin incident create --title "Incident $i" --urgency low > /dev/null 2>&1; done
equals "names for scripts" "INC0000003 INC0000002 INC0000001" "$(as admin incident list -o name | paste -sd ' ')"
equals "tab-separated in a pipe" "INC0000001" "$(as admin incident list --sort number --limit 1 2> /dev/null | cut -f 1)"
equals "CSV has a header" "number,title" "$(as admin incident list --fields number,title -o csv | head -n 1 | tr -d '\r')"
equals "JSON is one list" 3 "$(as admin incident list -o json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))')"
equals "NDJSON is one object a line" 3 "$(as admin incident list -o ndjson | wc -l)"
equals "a reader that stops is no error" "INC0000003" "$(as admin ticket list --all -o name | head -n 1)"

as admin incident list -o name | as admin incident assign - --to me > /dev/null 2>&1
equals "several from a pipe" 3 "$(as admin ticket list --assignee me --status assigned -o name | wc -l)"
ends_with 8 "part of several fails" as admin incident cancel INC0000001 INC9999999 --reason "Not needed"
equals "and the rest is done" cancelled "$(as admin incident view INC0000001 --fields status | cut -f 2)"
ends_with 8 "part of a bulk change is refused" as admin ticket bulk INC0000002 INC9999999 --add-tag vpn
bulk=$(as admin incident list -o name | as admin ticket bulk -f - --add-tag lan -o json 2> /dev/null | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
equals "a bulk change from a pipe" 3 "$(as admin ticket list --tag lan -o name | wc -l)"
as admin ticket bulk-undo "$bulk" > /dev/null
equals "and its undoing" 0 "$(as admin ticket list --tag lan -o name 2> /dev/null | wc -l)"

before=$(as admin incident view INC0000002 -o json)
contains "$(as admin incident update INC0000002 --title Other --dry-run)" '"method": "PATCH"'
equals "a dry run changes nothing" "$before" "$(as admin incident view INC0000002 -o json)"
contains "$(echo 'title: From a file' | as admin incident update INC0000002 -f - -o json 2> /dev/null)" '"title": "From a file"'
contains "$(as admin api GET /auth/me)" '"username": "admin"'
equals "all pages as one list" 3 "$(as admin api GET /tickets --paginate | grep -c '"number"')"

as admin events --follow --after now -o ndjson > "$work/events" 2> "$work/events.err" &
follower=$!
servers+=("$follower")
until [ -s "$work/events" ]; do
    kill -0 "$follower" 2> /dev/null || fail "events does not follow: $(cat "$work/events.err")"
    as admin incident comment INC0000003 -m "Another word." > /dev/null
done
contains "$(head -n 1 "$work/events")" '"type":"ticket.commented"'
kill "$follower"
echo "  events arrive as they happen"

as admin incident view INC0000003 --watch -o ndjson > "$work/watched" 2> "$work/watched.err" &
follower=$!
servers+=("$follower")
until grep -q ticket.commented "$work/watched"; do
    kill -0 "$follower" 2> /dev/null || fail "view does not watch: $(cat "$work/watched.err")"
    as admin incident comment INC0000002 -m "A word elsewhere." > /dev/null
    as admin incident comment INC0000003 -m "Another word." > /dev/null
done
contains "$(head -n 1 "$work/watched")" '"number":"INC0000003"'
equals "a ticket that is watched tells of itself alone" 1 "$(sed 1d "$work/watched" | grep -o '"ticket":"[^"]*"' | sort -u | wc -l)"
kill "$follower"

as admin completion bash | bash -n || fail "the completion script for bash is not one"
as admin auth logout 2> /dev/null
ends_with 4 "signed out" as admin ticket list
