#!/usr/bin/env bash
# The tour of the README, as it stands there, on a demo desk. A password is handed in where a person is asked for it, and the port is a free one.
source "$(dirname "$0")/lib.sh"

readme=$(realpath "$(dirname "$0")/../../README.md")
tour=$work/tour
mkdir -p "$tour/.build"
ln -s "$(realpath "$programs")" "$tour/.build/release"
printf 'number,incident_state,opened_at\nINC0000045,New,29/2/2016 01:16\n' > "$tour/incidents.csv"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server --demo
agent=$(sed -n 's/^ *anna\.berger  \([^ ]*\)  .*/\1/p' "$work/server.log")
[ -n "$agent" ] || fail "the demo tells no password of anna.berger"

awk '/^## / { inside = $0 == "## A tour" } inside && sub(/^    /, "")' "$readme" \
    | sed -e "s/127\.0\.0\.1:8080/$address/g" -e 's/--username anna\.berger$/& --password-stdin <<< "$AGENT"/' \
        -e 's/--username admin$/& --password-stdin <<< "$ITSM_ADMIN_PASSWORD"/' > "$tour/commands"
[ "$(grep -c password-stdin "$tour/commands")" = 2 ] || fail "the tour does not sign in as anna.berger and as admin"
[ "$(wc -l < "$tour/commands")" -ge 15 ] || fail "the tour is too short to be one: $(cat "$tour/commands")"

(cd "$tour" && AGENT=$agent XDG_CONFIG_HOME=$work/visitor bash -euo pipefail -x commands) > "$tour/output" 2> "$tour/errors" \
    || fail "the tour ends in the middle: $(tail -n 5 "$tour/errors")"
output=$(cat "$tour/output")
contains "$output" "Mail is down on floor 2"
contains "$output" "ticket.statusChanged"
contains "$output" '"title":"VPN drops"'
contains "$output" '"priority":"critical"'
contains "$output" "Critical and high"
case $output in *'"code":'*) fail "the API refuses something of the tour: $output" ;; esac
echo "  the tour can be walked as it is written: $(wc -l < "$tour/commands") lines"

sign_in admin "$ITSM_ADMIN_PASSWORD"
number=$(as admin incident list --search "Mail is down on floor 2" -o name | head -n 1)
equals "its incident is resolved" resolved "$(as admin incident view "$number" --fields status | cut -f 2)"
equals "its import is there" INC0000045 "$(as admin incident list --sort createdAt --limit 1 --fields externalRef.id -o tsv 2> /dev/null)"
