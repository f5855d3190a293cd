#!/usr/bin/env bash
# Backs a desk up while it is written to, restores it to an empty folder by the commands of the admin guide, and compares what people see. What is
# damaged is refused before anything is written.
source "$(dirname "$0")/lib.sh"

export ITSM_ADMIN_PASSWORD='an administrator of this desk'
backups=$work/backups
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
as admin user create --username bob --name "Bob Agent" --role agent > /dev/null
echo 'a password that bob knows' | as admin user password bob --password-stdin > /dev/null 2>&1
sign_in bob 'a password that bob knows'
bobs=$(as bob auth token create --name integration 2> /dev/null)
for title in "No network" "Printer smokes" "Mail is slow"; do as bob incident create --title "$title" > /dev/null; done
head -c 3000000 /dev/urandom > "$work/night.log"
digest=$(sha256sum "$work/night.log" | cut -d ' ' -f 1)
as bob incident attach INC0000001 "$work/night.log" > /dev/null
echo "a small one" > "$work/small.txt"
as bob incident attach INC0000002 "$work/small.txt" > /dev/null
as bob incident comment INC0000001 -m "It began at three" > /dev/null

# Somebody writes all the time, and each number that is told stands in a file; so does each comment on a ticket of old.
writes=0
(while :; do as bob incident create --title "Meanwhile $((writes++))" -o name >> "$work/told" 2> /dev/null || exit 0; done) &
writer=$!
until [ "$(wc -l < "$work/told" 2> /dev/null || echo 0)" -gt 3 ]; do sleep 0.05; done
cp "$work/told" "$work/told.before"
backup=$("$programs/itsmctl" backup --data-dir "$data" --to "$backups" 2> "$work/notes") || fail "backup: $(cat "$work/notes")"
contains "$(cat "$work/notes")" "2 files of attachments"
contains "$(cat "$work/notes")" "without the secret key"
cp "$work/told" "$work/told.after"
kill "$writer"
wait "$writer" 2> /dev/null || true
echo "  a backup while $(($(wc -l < "$work/told.after") - $(wc -l < "$work/told.before"))) tickets were raised"
equals "nobody else may read it" 700 "$(stat --format %a "$backup")"
equals "the secret key is not in it" "" "$(find "$backup" -name secret.key)"
expect "it is whole" "$programs/itsmctl" backup verify "$backup"
expect "and sha256sum thinks so too" env --chdir="$backup" sha256sum --check --quiet SHA256SUMS

view() { # what bob sees of the tickets of old
    for number in INC0000001 INC0000002 INC0000003; do
        as bob incident view "$number" -o json
        as bob incident timeline "$number" -o json
        as bob incident attachments "$number" -o json
    done
}
view > "$work/before"
rows=$(grep -o '"tickets" : [0-9]*' "$backup/manifest.json" | grep -o '[0-9]*$')
last=$(head -n 1 "$work/told.before")

kill -TERM "$server"
wait "$server"
cp "$data/secret.key" "$work/kept.key"
chmod 600 "$work/kept.key"
old=$data
data=$work/new/data
mkdir "$work/new"
chmod 755 "$work/new"

# What must not be restored.
cp -r "$backup" "$work/damaged"
file=$(find "$work/damaged/attachments" -type f -size +1M)
printf 'X' | dd of="$file" bs=1 seek=1000000 conv=notrunc status=none
ends_with 7 "a damaged file is found" "$programs/itsmctl" backup verify "$work/damaged"
contains "$output" "attachments/${digest:0:2}/${digest:2:2}/$digest is not what was saved"
ends_with 7 "and not restored" "$programs/itsmctl" restore "$work/damaged" --data-dir "$data" --secret "$work/kept.key"
rm "$file"
ends_with 7 "nor is a backup without it" "$programs/itsmctl" restore "$work/damaged" --data-dir "$data" --secret "$work/kept.key"
contains "$output" "is missing"
cp "$backup/manifest.json" "$work/damaged/manifest.json"
sed -i 's/"tickets" : [0-9]*/"tickets" : 1/' "$work/damaged/manifest.json"
ends_with 7 "nor one whose manifest was changed" "$programs/itsmctl" restore "$work/damaged" --data-dir "$data" --secret "$work/kept.key"
contains "$output" "manifest.json is not what was saved"
ends_with 1 "without the secret key it is refused" "$programs/itsmctl" restore "$backup" --data-dir "$data"
contains "$output" "--secret"
head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' > "$work/other.key"
ends_with 1 "with another desk's key too" "$programs/itsmctl" restore "$backup" --data-dir "$data" --secret "$work/other.key"
equals "nothing was written by these" "" "$(ls "$data" 2> /dev/null)"
ends_with 6 "it does not go to where a desk is" "$programs/itsmctl" restore "$backup" --data-dir "$old" --secret "$work/kept.key"

# The drill.
expect "restored to an empty folder" "$programs/itsmctl" restore "$backup" --data-dir "$data" --secret "$work/kept.key"
contains "$output" "Restored $rows tickets"
ends_with 6 "and not a second time" "$programs/itsmctl" restore "$backup" --data-dir "$data" --secret "$work/kept.key"
start_server
if as bob incident list > /dev/null 2>&1; then fail "a sign-in from before the restore still works"; fi
echo "  sign-ins from before are over"
sign_in bob 'a password that bob knows'
sign_in admin "$ITSM_ADMIN_PASSWORD"
echo "  the old passwords work"
equals "API tokens work" 200 "$(curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $bobs" "http://$address/api/v1/incidents")"
view > "$work/after"
expect "tickets, timelines and attachments are what they were" diff "$work/before" "$work/after"
as bob incident download INC0000001 night.log --to "$work/back" > /dev/null 2>&1
equals "a file comes out as it went in" "$digest" "$(sha256sum "$work/back" | cut -d ' ' -f 1)"
as admin incident list --all -o name | sort > "$work/there" || true
while read -r number; do grep -qx "$number" "$work/there" || fail "$number was told before the backup, and is not in it"; done < "$work/told.before"
echo "  every ticket that was told before the backup is in it, $last among them"
expect "a new ticket is raised" as bob incident create --title "After the restore"
expect "and its clocks are sound" "$programs/itsmctl" doctor --sla --direct --data-dir "$data" --as admin
as admin events --all --fields id > "$work/events"
equals "the event feed goes on in a new epoch" 2 "$(tail -n 1 "$work/events" | cut -d - -f 1)"

# The way back: with the key inside, and only the newest two are kept.
for _ in 1 2 3; do "$programs/itsmctl" backup --data-dir "$data" --to "$backups" --with-secret --keep 2 > "$work/last" 2> /dev/null; done
equals "--keep leaves as many" 2 "$(find "$backups" -mindepth 1 -maxdepth 1 | wc -l)"
equals "a backup with the key holds it for its owner alone" 600 "$(stat --format %a "$(cat "$work/last")/secret.key")"
kill -TERM "$server"
wait "$server"
rm -f "$data"/attachments/*/*/*
ends_with 8 "lost files are told, the rest is saved" "$programs/itsmctl" backup --data-dir "$data" --to "$work/partial"
contains "$output" "Lost or damaged before the backup"
equals "no unfinished backup is left" "" "$(find "$backups" "$work/partial" -name '*.partial')"
