#!/usr/bin/env bash
# The record on a real desk: it verifies, also outside and by the program that docs/audit.md prints; what somebody does to its tables in psql is found and
# named; redaction and a restored backup keep it verifying; and who reads a confidential ticket stands in it.
source "$(dirname "$0")/lib.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
export ITSM_ADMIN_PASSWORD='an administrator of this desk'

tools=$root/.build/record-test
if ! cmp --silent "$root/Tests/Acceptance/requirements.txt" "$tools/requirements.txt"; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement "$root/Tests/Acceptance/requirements.txt"
    cp "$root/Tests/Acceptance/requirements.txt" "$tools/requirements.txt"
fi
# The first indented block that begins with an import.
awk '/^    import / { inside = 1 } inside && /^[^ ]/ { exit } inside { sub(/^    /, ""); print }' "$root/docs/audit.md" > "$work/verify.py"
contains "$(cat "$work/verify.py")" 'rows verify'

sql() { # statements as the superuser of the desk's own cluster, whom no trigger of ours may hinder
    psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --command "$1" \
        "postgresql:///itsm?host=$(sed -n 5p "$data/postgres/postmaster.pid")&port=5432&user=itsm_superuser"
}
await_seals() { # until nothing waits for its seal
    until [ "$(as admin audit seals -o json | jq .lag.rows)" = 0 ]; do sleep 0.1; done
}
file() { # the same beside it
    "$programs/itsmctl" audit verify "$@" --key "$key"
}

start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
for name in bob eve; do
    as admin user create --username $name --name "${name^}" --role agent > /dev/null
    echo "a password that $name knows" | as admin user password $name --password-stdin > /dev/null 2>&1
    sign_in $name "a password that $name knows"
done
for title in "No network" "Printer smokes" "Mail is slow"; do as bob incident create --title "$title" > /dev/null; done
as bob incident update INC0000002 --confidential > /dev/null
as bob incident comment INC0000001 -m "The code of the door is 4711" > /dev/null
echo "the code of the door is 4711" > "$work/door-4711.txt"
as bob incident attach INC0000001 "$work/door-4711.txt" > /dev/null
await_seals
key=$(as admin audit seals -o json | jq -r .publicKey)
ends_with 0 "the record verifies" as admin audit verify
contains "$output" "Nothing waits for its seal."
contains "$output" "1 checkpoint agrees"
ends_with 0 "and against the key that was noted" as admin audit verify --key "$key"
ends_with 1 "another key is told from it" as admin audit verify --key "$(printf '%064d' 0)"
refuse "an agent may not" as bob audit verify

# Offline.
as admin audit export "$work/record.ndjson" 2> /dev/null
grep '"archer-itsm/checkpoint/1"' "$work/record.ndjson" > "$work/kept.jsonl"
ends_with 0 "an export verifies without the server" file "$work/record.ndjson" --checkpoints "$work/kept.jsonl"
rows=$(grep -c '"seal"' "$work/record.ndjson")
equals "and by the program in docs/audit.md" "$rows rows verify" "$("$tools/bin/python" "$work/verify.py" "$work/record.ndjson")"
sed '0,/"ticket.created"/s//"ticket.updated"/' "$work/record.ndjson" > "$work/changed.ndjson"
refuse "that one finds a change too" "$tools/bin/python" "$work/verify.py" "$work/changed.ndjson"
ends_with 1 "as ours does" file "$work/changed.ndjson"
sed '$d' "$work/record.ndjson" > "$work/short.ndjson"
ends_with 7 "what was cut short is no export" file "$work/short.ndjson"

# Tampering: each is found at its place, and the record verifies again once it is undone.
row=$(sql "SELECT position FROM activity_seals JOIN activity a ON a.id = activity_id WHERE a.kind = 'ticket.created' ORDER BY position LIMIT 1")
id=$(sql "SELECT activity_id FROM activity_seals WHERE position = $row")
if sql "UPDATE activity SET depth = 1 WHERE id = $id" 2> /dev/null; then fail "a superuser changed the record by the way"; fi
sql "CREATE TABLE kept AS TABLE activity; CREATE TABLE kept_checkpoints AS TABLE seal_checkpoints;
    ALTER TABLE activity DISABLE TRIGGER USER; ALTER TABLE activity_seals DISABLE TRIGGER USER; ALTER TABLE seal_checkpoints DISABLE TRIGGER USER"
tamper() { # WHAT FINDING PLACE STATEMENTS UNDOING
    sql "$4"
    ends_with 1 "$1" as admin audit verify -o json
    equals "… as $2 at $3" "$2 $3" "$(as admin audit verify -o json 2> /dev/null | jq -r '.findings[0] | "\(.kind) \(.position)"')"
    sql "$5"
    ends_with 0 "… and undone" as admin audit verify
    await_seals
}
tamper "a payload is changed" changed "$row" \
    "UPDATE activity SET payload = payload || '{\"title\": \"other\"}' WHERE id = $id" \
    "UPDATE activity a SET payload = k.payload FROM kept k WHERE k.id = a.id AND a.id = $id"
tamper "somebody else did it" changed "$row" \
    "UPDATE activity SET principal_id = (SELECT id FROM users WHERE username = 'eve') WHERE id = $id" \
    "UPDATE activity a SET principal_id = k.principal_id FROM kept k WHERE k.id = a.id AND a.id = $id"
tamper "a row is removed" removed "$row" \
    "DELETE FROM activity WHERE id = $id" \
    "INSERT INTO activity OVERRIDING SYSTEM VALUE SELECT * FROM kept WHERE id = $id"
# In that row's transaction, behind all that is there.
behind=$(sql "SELECT max(position) + 1 FROM activity_seals JOIN activity a ON a.id = activity_id WHERE a.xid = (SELECT xid FROM activity WHERE id = $id)")
tamper "a row is slipped in" inserted "$behind" \
    "CREATE TABLE slipped AS SELECT * FROM kept WHERE id = $id; UPDATE slipped SET id = 900000000;
        INSERT INTO activity OVERRIDING SYSTEM VALUE SELECT * FROM slipped" \
    "DELETE FROM activity WHERE id = 900000000; DROP TABLE slipped"
tamper "seals change places" chainBroken "$row" \
    "UPDATE activity_seals SET position = position + 1000000 WHERE position IN ($row, $row + 1);
        UPDATE activity_seals SET position = 2 * $row + 1000001 - position WHERE position > 1000000" \
    "UPDATE activity_seals SET position = position + 1000000 WHERE position IN ($row, $row + 1);
        UPDATE activity_seals SET position = 2 * $row + 1000001 - position WHERE position > 1000000"
mark=$(sql "SELECT min(position) FROM seal_checkpoints")
tamper "a checkpoint is changed" checkpointForged "$mark" \
    "UPDATE seal_checkpoints SET chain = sha256(chain) WHERE position = $mark" \
    "UPDATE seal_checkpoints c SET chain = k.chain FROM kept_checkpoints k WHERE k.position = c.position"
sql "DROP TABLE kept; DROP TABLE kept_checkpoints; DO \$\$ DECLARE t record; BEGIN
    FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE tgenabled = 'D' AND NOT tgisinternal
    LOOP EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.name, t.tgname); END LOOP; END \$\$"

# Each minute, and at a start, the file outside follows.
kill -TERM "$server"
wait "$server" || true
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
for name in bob eve; do sign_in $name "a password that $name knows"; done
until [ -s "$data/checkpoints.jsonl" ]; do sleep 0.1; done
equals "the checkpoint file holds what the export held" "$(jq -r .signature "$work/kept.jsonl" | head -n 1)" "$(jq -r .signature "$data/checkpoints.jsonl" | head -n 1)"

# Redaction.
comment=$(as bob incident comments INC0000001 -o json | jq -r '.[0].id')
refuse "an agent may not redact" as bob incident comment INC0000001 --redact "$comment" --reason "a door's code" --yes
expect "a superAdmin redacts a message" as admin incident comment INC0000001 --redact "$comment" --reason "a door's code" --yes
expect "and a file" as admin incident detach INC0000001 door-4711.txt --redact --reason "a door's code" --yes
as admin group create --name "Code 4711" > /dev/null
entry=$(as admin audit list --kind group.created -o json | jq -r '.[0].id')
expect "and an entry" as admin audit redact "$entry" --reason "a door's code" --yes
await_seals
ends_with 0 "the record verifies" as admin audit verify
contains "$output" "2 verify as redacted"
as admin audit export "$work/redacted.ndjson" 2> /dev/null
if grep 4711 "$work/redacted.ndjson"; then fail "the record still says what was redacted"; fi
ends_with 0 "also outside" file "$work/redacted.ndjson"
rows=$(grep -c '"seal"' "$work/redacted.ndjson")
equals "and by the program in docs/audit.md" "$rows rows verify" "$("$tools/bin/python" "$work/verify.py" "$work/redacted.ndjson")"
contains "$(as admin audit list --kind activity.redacted)" "activity.redacted"

# Reads of what is confidential.
as admin incident view INC0000002 > /dev/null
equals "who reads a confidential ticket is on record" Administrator \
    "$(as admin audit list --kind ticket.read -o json | jq -r '.[0].principal.name')"
refuse "who may not read it has read nothing" as eve incident view INC0000002
equals "and nothing is on record of them" 0 "$(as admin audit list --kind ticket.read -o json | jq '[.[] | select(.principal.name == "Eve")] | length')"
as eve incident view INC0000003 > /dev/null
equals "nor of reading what is not confidential" 0 "$(as admin audit list --kind ticket.read -o json | jq '[.[] | select(.principal.name == "Eve")] | length')"

# Backup and restore.
await_seals
backup=$("$programs/itsmctl" backup --data-dir "$data" --to "$work/backups" --with-secret 2> /dev/null)
kill -TERM "$server"
wait "$server" || true
cp "$data/checkpoints.jsonl" "$work/kept.jsonl"
data=$work/restored
expect "a backup is restored" "$programs/itsmctl" restore "$backup" --data-dir "$data"
start_server
sign_in admin "$ITSM_ADMIN_PASSWORD"
as admin incident create --title "After the restore" > /dev/null
await_seals
ends_with 0 "its record verifies against the checkpoints from before, and goes on" as admin audit verify --checkpoints "$work/kept.jsonl" --key "$key"
as admin audit export "$work/restored.ndjson" 2> /dev/null
equals "also by the program in docs/audit.md" "$(grep -c '"seal"' "$work/restored.ndjson") rows verify" \
    "$("$tools/bin/python" "$work/verify.py" "$work/restored.ndjson")"
