"""Measures lists filtered by a condition against the same list with the condition written in SQL by hand: filters.py --programs FOLDER
[--tickets 1000000] [--rounds 15] [--output docs/benchmarks-filters.md]; see scripts/bench.

The server's own statement, as PostgreSQL's log showed it, and the same with another WHERE take turns."""
import argparse
import json
import os
import re
import statistics
import urllib.parse

from capture import logged
from report import commit, machine, reading
from server import ADMIN_PASSWORD, Stage

# The condition, and what somebody who knows the tables would write.
CASES = [
    ('ticket.statusCategory == "open" && ticket.priority <= 2', "t.status_category = 'open' AND t.priority <= 2"),
    ('ticket.priority == 1 && ticket.group.name == "Team 07"', "t.priority = 1 AND t.group_id = (SELECT id FROM groups WHERE name = 'Team 07')"),
    ('ticket.assignee == null && ticket.status == "new"', "t.assignee_id IS NULL AND t.status = 'new' AND t.status_category = 'open'"),
    ('ticket.status in ["inProgress", "pendingVendor"] && ticket.createdAt < now - duration("72h")',
     "t.status IN ('inProgress', 'pendingVendor') AND t.status_category IN ('open', 'pending') AND t.created_at < now() - interval '72 hours'"),
    ('"vip" in ticket.tags && ticket.statusCategory != "closed"', "t.tags @> ARRAY['vip'] AND t.tags <> '{}' AND t.status_category <> 'closed'"),
    ('ticket.title.contains("Payroll") && ticket.channel == "phone"', "strpos(t.title, 'Payroll') > 0 AND t.channel = 'phone'"),
    ('ticket.requester.name == "Person 042"', "t.requester_id IN (SELECT id FROM users WHERE name = 'Person 042')"),
    ('ticket.customFields.cost > 9990.0',
     "t.id IN (SELECT ticket_id FROM ticket_field_values WHERE field_id = (SELECT id FROM custom_fields WHERE name = 'cost') AND number_value > 9990)"),
    ('ticket.resolvedAt - ticket.createdAt < duration("1h") || !ticket.description.contains("asset")',
     "t.resolved_at - t.created_at < interval '1 hour' OR NOT strpos(t.description, 'asset') > 0"),
    # Nothing matches: all must be looked through.
    ('ticket.title.endsWith("nowhere")', "t.title LIKE '%nowhere'"),
]

SEED = """
UPDATE tickets SET tags = '{vip}' WHERE n % 997 = 0;
INSERT INTO ticket_field_values (field_id, ticket_id, place, number_value)
SELECT f.id, t.id, 0, t.n % 10000 FROM custom_fields f, tickets t WHERE f.name = 'cost' AND t.n % 10 = 3;
UPDATE tickets SET custom_fields = jsonb_build_object('cost', n % 10000) WHERE n % 10 = 3;
VACUUM ANALYZE tickets, ticket_field_values;
"""


def prepare(server, admin, tickets):
    for number in range(20):
        admin.post("groups", {"name": f"Team {number:02}"})
    for number in range(200):
        admin.post("users", {"username": f"bench-{number:03}", "name": f"Person {number:03}", "roles": ["requester"]})
    admin.post("users", {"username": "agent", "name": "An agent", "password": ADMIN_PASSWORD, "roles": ["agent"]})
    admin.post("custom-fields", {"name": "cost", "label": "Cost", "kind": "number"})
    with open(os.path.join(os.path.dirname(__file__), "seed.sql")) as file:
        server.sql(file.read(), variables={"tickets": tickets, "entries": 1000})
    server.sql(SEED)


def written(statement):
    """With its values in the text."""
    def value(match):
        value = statement.values[int(match[1])]
        return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
    return re.sub(r"\$(\d+)", value, statement.text)


def by_hand(text, condition):
    """The same list, found by `condition` instead."""
    head, rest = text.split("FROM tickets t\n", 1) if "FROM tickets t\n" in text else text.rsplit("FROM tickets t", 1)
    order = rest[rest.rindex("ORDER BY"):]
    # Whoever reads all but confidential tickets of other groups.
    return f"{head}FROM tickets t WHERE ({condition}) AND NOT t.confidential {order}"


def explain(server, text):
    plan = json.loads("\n".join(row[0] for row in server.sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {text};")))[0]
    return plan["Planning Time"] + plan["Execution Time"], shape(plan["Plan"])


def shape(plan):
    """How the tickets are found: the kinds of scans and joins, with their indexes; what the names on a page cost is the same in both."""
    kinds = []

    def walk(node):
        relation = node.get("Relation Name", "")
        if node.get("Parent Relationship") == "SubPlan" and relation in ("users", "sla_cycles", "tickets"):
            return
        if relation in ("tickets", "ticket_field_values"):
            kinds.append(node.get("Index Name") or f"all {relation}")
        elif node["Node Type"] == "Bitmap Index Scan":
            kinds.append(node["Index Name"])
        for child in node.get("Plans", []):
            walk(child)

    walk(plan)
    return sorted(set(kinds))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--output", default="docs/benchmarks-filters.md")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    with Stage(arguments.programs) as stage:
        server = stage.server()
        server.start()
        prepare(server, server.admin(), arguments.tickets)
        agent = server.client().sign_in("agent", ADMIN_PASSWORD)
        rows = [measure(server, agent, *case, arguments.rounds) for case in CASES]
        server.stop()
    write(arguments, rows)


def measure(server, agent, condition, by_hand_condition, rounds):
    path = "tickets?limit=50&filter=" + urllib.parse.quote(condition)
    agent.get(path)
    statement = next(found for found in logged(server, lambda: agent.get(path)) if "LIMIT 51" in found.text)
    ours = written(statement)
    hand = by_hand(ours, by_hand_condition)
    times, shapes = ([], []), [None, None]
    for round in range(rounds):
        for place, text in enumerate((ours, hand) if round % 2 == 0 else (hand, ours)):
            place = place if round % 2 == 0 else 1 - place
            spent, shapes[place] = explain(server, text)
            times[place].append(spent)
    return condition, statistics.median(times[0]), statistics.median(times[1]), shapes


def write(arguments, rows):
    lines = ["# Lists filtered by a condition", "", f"Commit {commit()}, {machine()}. Made by `scripts/bench`; no figure is a test.", ""]
    lines += [f"A page of 50 of {arguments.tickets:,} tickets, newest first, planning and execution in PostgreSQL in milliseconds: the server's own statement, and the same "
              f"list with the condition written by hand, in turns; the median of {arguments.rounds}.", ""]
    lines += ["| condition | ours | by hand | ratio | tickets found by |", "|---|--:|--:|--:|---|"]
    for condition, ours, hand, (own, other) in rows:
        found = ", ".join(own) + ("" if own == other else f"; by hand: {', '.join(other)}")
        lines.append(f"| `{condition.replace('|', chr(92) + '|')}` | {ours:.2f} | {hand:.2f} | {ours / hand:.2f} | {found} |")
    text = "\n".join(lines) + "\n" + reading(arguments.output)
    with open(arguments.output, "w") as file:
        file.write(text)
    print(text)


if __name__ == "__main__":
    main()
