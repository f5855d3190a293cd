#!/usr/bin/env bash
# The main job on the command line and over REST: raise an incident, work it, resolve it; each sees what they may see.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
start_server

sign_in admin "$ITSM_ADMIN_PASSWORD"
expect "an agent and a requester are made" as admin user create --username ada --name "Ada Agent" --role agent
expect "the requester" as admin user create --username rob --name "Rob Requester"
echo 'a password for ada' | as admin user password ada --password-stdin 2> /dev/null
echo 'a password for rob' | as admin user password rob --password-stdin 2> /dev/null
expect "a group is made" as admin group create --name "Desk" --add-member ada
sign_in ada 'a password for ada'
sign_in rob 'a password for rob'

number=$(as rob incident create --title "No network in room 204" --description "Since this morning." --urgency high -o name)
equals "the requester raises an incident" INC0000001 "$number"
equals "its priority is made of impact and urgency" high "$(as rob incident view "$number" --fields priority | cut -f 2)"
refuse "a requester does not set the impact" as rob incident update "$number" --impact high
contains "$output" /impact

as ada incident assign "$number" --to me --group Desk > /dev/null 2>&1
equals "assigning a new one makes it assigned" assigned "$(as ada incident view "$number" --fields status | cut -f 2)"
as ada incident transition "$number" --to inProgress > /dev/null 2>&1
as ada incident comment "$number" -m "We are looking at it." > /dev/null
as ada incident comment "$number" -m "Switch 7 is dead." --work-note > /dev/null
equals "the agent reads reply and work note" 2 "$(as ada incident comments "$number" | wc -l)"
equals "the requester reads the reply alone" "We are looking at it." "$(as rob incident comments "$number" --fields body)"

as ada incident transition "$number" --to pendingRequester --reason "Which socket?" > /dev/null 2>&1
as rob incident comment "$number" -m "The left one." > /dev/null
equals "the requester's reply takes the incident up again" inProgress "$(as ada incident view "$number" --fields status | cut -f 2)"

refuse "resolving needs what was done" as ada incident resolve "$number"
contains "$output" /resolution
as ada incident resolve "$number" --code fixed --notes "Switch 7 was replaced." > /dev/null 2>&1
equals "it is resolved" resolved "$(as rob incident view "$number" --fields status | cut -f 2)"
ends_with 6 "what is resolved is not resolved again" as ada incident resolve "$number" --code fixed --notes "Twice."
as rob incident comment "$number" -m "It is back." > /dev/null
equals "a reply to a resolved one reopens it" "inProgress 1" "$(as ada incident view "$number" --fields status,reopenCount -o csv | tail -n 1 | tr , ' ' | tr -d '\r')"
as ada incident resolve "$number" --code fixed --notes "The cable, too." > /dev/null 2>&1
as ada incident close "$number" > /dev/null 2>&1

as ada incident timeline "$number" --fields kind > "$work/timeline"
contains "$(cat "$work/timeline")" ticket.statusChanged
refuse "the requester's timeline tells of no work note" grep -q workNote <(as rob incident timeline "$number" -o json)
ends_with 5 "a stranger's number is not there" as rob incident view INC0000002

echo "  over REST:"
token=$(as ada auth token)
answer=$(curl --silent --show-error --header "Authorization: Bearer $token" --header 'Content-Type: application/json' \
    --data '{"title": "Mail is down", "description": "For everybody", "impact": "high", "urgency": "high"}' "http://$address/api/incidents")
contains "$answer" '"priority":"critical"'
contains "$answer" '"number":"INC0000002"'
status=$(curl --silent --output "$work/low" --write-out '%{http_code}' --header "Authorization: Bearer $token" --header 'Content-Type: application/json' \
    --data '{"title": "A pixel is dead", "impact": "low", "urgency": "low"}' "http://$address/api/v1/incidents")
equals "raising one answers 201" 201 "$status"
contains "$(cat "$work/low")" '"priority":"low"'
