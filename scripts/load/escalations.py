"""Clocks that come due while servers are killed: each rule fires once, each breach is on record at its true instant, and what is kept agrees with the
record."""
import random
import subprocess
import time

from server import Stage, wait_until

GOAL = 3
# What a new installation has, and one that writes a note, so that an effect can be counted.
RULES = 4


def run(programs, tickets=40, kills=4):
    with Stage(programs) as stage:
        first = stage.server("first")
        first.start()
        admin = first.admin()
        shared = {
            "ITSM_DATABASE_URL": first.database_url(), "ITSM_MIGRATION_URL": first.database_url("itsm_owner"),
            "ITSM_SECRET_KEY_FILE": f"{first.data}/secret.key",
        }
        others = [stage.server(name, shared) for name in ("second", "third")]
        for server in others:
            server.start()
        goals = {priority: {"seconds": GOAL, "calendar": "24x7"} for priority in ("critical", "high", "medium", "low")}
        admin.post("sla/policies", {"name": "Three seconds", "order": 1, "targets": [{"metric": "resolution", "goals": goals, "pausedIn": []}]})
        admin.post("sla/escalation-rules", {
            "name": "A note", "metrics": ["resolution"], "threshold": {"percent": 100},
            "actions": [{"type": "comment", "visibility": "workNote", "body": "The target is reached."}]})
        time.sleep(6)

        numbers = []
        due_kills = sorted(random.sample(range(tickets), kills))
        for place in range(tickets):
            numbers.append(admin.post("incidents", {"title": f"Clock {place}"})["number"])
            if place in due_kills:
                server = random.choice(others)
                server.kill()
                server.start()
            time.sleep(0.15)
        fired = "SELECT count(*) FROM activity WHERE kind = 'escalation.fired' AND payload->>'timer' = 'resolution'"
        wait_until("every rule has fired", lambda: int(first.sql(fired)[0][0]) >= tickets * RULES, seconds=60, pause=0.2)
        time.sleep(2)
        check(first, numbers)
        for server in others:
            server.stop()
        told = subprocess.run(
            [f"{programs}/itsmctl", "doctor", "--sla", "--direct", "--database", first.database_url(), "--as", "admin"], capture_output=True, text=True)
        assert told.returncode == 0, told.stdout + told.stderr
        print(f"  {tickets} clocks, {kills} kills: each of {RULES} rules once, each breach at its instant; {told.stderr.strip()}")


def check(server, numbers):
    for number in numbers:
        of = f"ticket_id = (SELECT id FROM tickets WHERE number = '{number}')"
        rules = server.sql(f"SELECT payload->'rule'->>'name', count(*) FROM activity WHERE {of} AND kind = 'escalation.fired' "
                           "AND payload->>'timer' = 'resolution' GROUP BY 1")
        assert len(rules) == RULES and all(count == "1" for _, count in rules), f"{number}: {rules}"
        notes = server.sql(f"SELECT count(*) FROM comments WHERE {of}")
        assert notes == [["1"]], f"{number}: {notes} notes"
        breaches = server.sql(f"SELECT a.occurred_at - t.created_at FROM activity a JOIN tickets t ON t.id = a.ticket_id WHERE a.{of} "
                              "AND a.kind = 'sla.breached' AND a.payload->>'timer' = 'resolution'")
        assert breaches == [[f"00:00:0{GOAL}"]], f"{number}: {breaches}"
