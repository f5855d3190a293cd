#!/usr/bin/env bash
# Thousands of tickets changed by a filter: counted first, tried, killed on the way, finished all the same, and undone.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"

tickets=3000
{
    echo "number,incident_state,opened_at,category"
    for i in $(seq $tickets); do echo "PILE$i,New,1/3/2016 09:00,Pile"; done
} > "$work/pile.csv"
as admin import tickets "$work/pile.csv" --preset servicenow --time-zone UTC -o json > /dev/null 2>&1

all='ticket.category == "Pile"'
change() { as admin ticket bulk --filter "$all" --expect "$1" "${@:2}"; }
# members of the operation $id, such as: counts changed
of() { as admin bulk view "$id" -o json 2> /dev/null | python3 -c 'import functools, json, sys; print(functools.reduce(dict.get, sys.argv[1:], json.load(sys.stdin)))' "$@"; }
versions() { as admin ticket list --all --fields version -o tsv 2> /dev/null | sort | uniq -c | awk '{ print $2 "=" $1 }' | paste -s -d ' '; }

ends_with 6 "another number than expected does nothing" change 2999 --add-tag swept
contains "$output" "finds $tickets tickets, not 2999"
ends_with 0 "a trial" change $tickets --add-tag swept --dry-run
equals "changes nothing" "1=$tickets" "$(versions)"

change $tickets --add-tag swept > "$work/bulk.out" 2>&1 &
following=$!
servers+=("$following")
id=
until [ -n "$id" ]; do id=$(as admin job list --limit 1 -o json 2> /dev/null | python3 -c 'import json, sys
for job in json.load(sys.stdin):
    if job["kind"] == "bulkChange" and job["status"] == "running" and 0 < job["progress"]["done"] < job["progress"]["total"]: print(job["id"])'); done
kill -KILL "$server"
await_end "$server"
kill "$following" 2> /dev/null || true
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
done=$(of counts changed)
[ "$done" -lt $tickets ] || fail "it was killed too late"
echo "  killed after $done of $tickets; what is counted is what is changed: $(versions)"
as admin bulk view "$id" --watch > /dev/null 2>&1
equals "another server goes on" $tickets "$(of counts changed)"
equals "and no ticket is changed twice" "2=$tickets" "$(versions)"

ends_with 0 "it is undone" as admin bulk undo "$id"
equals "all of it" "3=$tickets" "$(versions)"
equals "the tag is gone" 0 "$(as admin ticket list --tag swept -o name 2> /dev/null | wc -l)"
ends_with 6 "but once" as admin bulk undo "$id"
