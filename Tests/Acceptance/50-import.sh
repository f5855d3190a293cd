#!/usr/bin/env bash
# A log of another system comes in: through the server, and without one.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"

log=$work/log.csv
real=$(dirname "$0")/../../../shared/data/servicenow_incident_event_log_part1.csv.gz
if [ -r "$real" ]; then
    # The first two thousand rows, up to the end of the last ticket among them.
    gzip -dc "$real" | awk -F, 'NR <= 2001 { print; last = $1; next } $1 == last { print; next } { exit }' > "$log" || true
else
    echo "  (the real log is not there; a small one stands in for it)"
    {
        echo "number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_at,category,impact,urgency,assignment_group,resolved_at,closed_at"
        for i in $(seq 101 140); do
            echo "INC0000$i,New,0,Caller $i,1/3/2016 09:00,1/3/2016 09:00,Category 1,2 - Medium,2 - Medium,Group 7,?,?"
            echo "INC0000$i,Closed,1,Caller $i,1/3/2016 09:00,2/3/2016 09:30,Category 1,2 - Medium,2 - Medium,Group 7,2/3/2016 08:00,2/3/2016 09:30"
        done
    } > "$log"
fi
rows=$(($(wc -l < "$log") - 1))
tickets=$(tail -n +2 "$log" | cut -d , -f 1 | sort -u | wc -l)
number=$(tail -n 1 "$log" | cut -d , -f 1)

# counts READ CREATED UPDATED UNCHANGED REJECTED: what an import must print.
counts() { printf '{"created":%s,"read":%s,"rejected":%s,"unchanged":%s,"updated":%s}' "$2" "$1" "$5" "$4" "$3"; }
bring_in() { as admin import tickets "$log" --preset servicenow --time-zone Europe/Lisbon -o json "$@" 2> "$work/import.err" | tr -d ' \n'; }
direct() { bring_in --direct --as admin "$@"; }

equals "a dry run counts" "$(counts "$rows" "$tickets" 0 0 0)" "$(bring_in --dry-run)"
equals "and changes nothing" 0 "$(as admin incident list -o name | wc -l)"
equals "the log comes in" "$(counts "$rows" "$tickets" 0 0 0)" "$(bring_in)"
equals "a second run changes nothing" "$(counts "$rows" 0 0 "$tickets" 0)" "$(bring_in)"
equals "every ticket is there" "$tickets" "$(as admin incident list --all -o name | wc -l)"

found=
for _ in $(seq 100); do
    found=$(as admin ticket list --search "$number" --fields externalRef.id -o tsv 2> /dev/null | head -n 1)
    [ "$found" = "$number" ] && break
    sleep 0.1
done
equals "a ticket is found by its old number" "$number" "$found"

ends_with 7 "a file without offsets needs a zone" as admin import tickets "$log" --preset servicenow
printf 'INC9999991,New,tomorrow\n' | { echo "number,incident_state,opened_at"; cat; } > "$work/wrong.csv"
ends_with 8 "a row that is wrong is told" as admin import tickets "$work/wrong.csv" --preset servicenow --time-zone UTC --rejects "$work/rejects.csv"
contains "$output" "row 2, column opened_at"
contains "$(cat "$work/rejects.csv")" INC9999991

equals "beside a running server: unchanged" "$(counts "$rows" 0 0 "$tickets" 0)" "$(direct --data-dir "$data")"
sed 's/^INC/INCX/' "$log" > "$work/more.csv"
log=$work/more.csv
equals "what is written without the server is there" "$(counts "$rows" "$tickets" 0 0 0)" "$(direct --data-dir "$data")"
equals "for the server too" "$((2 * tickets))" "$(as admin incident list --all -o name | wc -l)"

{
    echo "number,incident_state,opened_at"
    for i in $(seq 20000); do echo "BIG$i,New,1/3/2016 09:00"; done
} > "$work/big.csv"
XDG_CONFIG_HOME=$work/admin "$programs/itsmctl" import tickets "$work/big.csv" --preset servicenow --time-zone UTC --direct --data-dir "$data" --as admin \
    > "$work/big.out" 2>&1 &
importing=$!
servers+=("$importing")
until [ "$(as admin job list --limit 1 --fields status -o tsv 2> /dev/null)" = running ]; do
    kill -0 "$importing" 2> /dev/null || fail "the import ended too soon: $(cat "$work/big.out")"
done
kill -TERM "$importing"
status=0
wait "$importing" || status=$?
equals "an import that is interrupted says so" 1 "$status"
equals "and is over" cancelled "$(as admin job list --limit 1 --fields status -o tsv 2> /dev/null)"

refuse "a password in the arguments" as admin audit --direct --as admin --database "postgres://desk:secret@127.0.0.1/itsm"
contains "$output" "does not belong in the arguments"
ends_with 5 "nobody of this name" as admin audit --direct --data-dir "$data" --as nobody

kill -TERM "$server"
wait "$server" || fail "the server did not end cleanly"
equals "without a server: unchanged" "$(counts "$rows" 0 0 "$tickets" 0)" "$(direct --data-dir "$data")"
equals "the audit trail without a server" 6 "$(as admin audit --direct --data-dir "$data" --as admin --kind import.finished -o ndjson | wc -l)"
[ ! -e "$data/postgres/postmaster.pid" ] || fail "the borrowed PostgreSQL still runs"
echo "  the borrowed PostgreSQL is stopped"
