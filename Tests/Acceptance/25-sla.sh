#!/usr/bin/env bash
# Clocks on the command line: what a ticket is due, why, and that what is kept agrees with the record.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
expect "a requester is made" as admin user create --username rob --name "Rob Requester"

number=$(as admin incident create --title "No network" --requester rob --impact high --urgency high -o name)
equals "a new incident has two clocks" "firstResponse resolution" "$(as admin sla timers "$number" -o name | sort | xargs)"
equals "a P1 has an hour" 3600 "$(as admin sla timers "$number" --fields id,goalSeconds | grep ^resolution | cut -f 2)"
as admin incident comment "$number" -m "We are looking at it." > /dev/null
equals "the first reply answers" true "$(as admin api GET "/tickets/$number/sla" | python3 -c 'import json,sys; print(str([t["met"] for t in json.load(sys.stdin)["items"] if t["id"] == "firstResponse"][0]).lower())')"
as admin incident transition "$number" --to pendingRequester --reason "Which room?" > /dev/null 2>&1
equals "a wait for the requester stops the resolution" paused "$(as admin sla timers "$number" --fields id,state | grep ^resolution | cut -f 2)"
explained=$(as admin sla explain "$number" -o json)
equals "the lines of the explanation sum to its total" true "$(echo "$explained" | python3 -c '
import json, sys
from decimal import Decimal
told = json.load(sys.stdin, parse_float=Decimal, parse_int=Decimal)
print(str(sum(line["seconds"] for line in told["lines"]) == told["elapsedSeconds"]).lower())')"
ends_with 5 "another clock is not there" as admin sla explain "$number" ola

question='{"calendar": {"zone": "Europe/Berlin", "weekly": {"fri": [["09:00","17:00"]], "mon": [["09:00","17:00"]]}}, "op": "add", "from": "2026-11-20T15:30:00Z", "seconds": 3600}'
equals "an hour from Friday 16:30 is Monday 09:30" '{"result":"2026-11-23T08:30:00.000Z"}' "$(echo "$question" | "$programs/itsmctl" sla compute --stream | tr -d ' ')"
