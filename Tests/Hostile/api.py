"""Holds a demo desk against its own OpenAPI document, with schemathesis: api.py [--long] [--seed N] [--as CALLER].

As superAdmin, agent, requester and nobody it sends what the document allows and what it forbids, to every operation, and finds no answer of the
500s, none whose status, media type or members the document does not have, and nothing taken that the document refuses. Imports and the endless
stream of events are left out: a job for each made-up file would say nothing about answers. The short form looks at one collection of tickets for
all of them.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Browser"))
from desk import Desk, Refused  # noqa: E402

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "problems_are_ours",
    "nobody_gets_in",
]
CALLERS = ["superAdmin", "agent", "requester", "anonymous"]
LEFT_OUT = ["/events/stream$", "/imports"]
# The same routes once more, for one kind of ticket.
SAME = ["/(changes|incidents|problems|requests|work-orders)"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="all collections, and many more cases")
    parser.add_argument("--seed", type=int, default=1, help="another seed sends other cases")
    parser.add_argument("--as", dest="caller", choices=CALLERS, help="only as this one")
    arguments = parser.parse_args()
    desk = Desk()
    try:
        broken = [caller for caller in ([arguments.caller] if arguments.caller else CALLERS) if not holds(desk, caller, arguments)]
    finally:
        desk.stop()
    print(f"The API does not keep to its document, as {', '.join(broken)}." if broken else "The API keeps to its document.")
    return 1 if broken else 0


def holds(desk, caller, arguments):
    """Whether schemathesis finds nothing to complain of as that caller."""
    person = None if caller == "anonymous" else desk.person(caller, groups=["Service Desk"] if caller == "agent" else [])
    headers = []
    if person:
        # A token of its own: sign-ins are among what is ended.
        headers = ["--header", "Authorization: Bearer " + desk.call("POST", "auth/tokens", {"name": "hostile"}, person)["token"]]
    # The last phase made what the others found; every caller has records of their own to spoil.
    records = victims(desk, person or desk.person("requester"))
    with tempfile.TemporaryDirectory(prefix="itsm-hostile-") as folder:
        document = pathlib.Path(folder, "openapi.json")
        document.write_text(json.dumps(desk.call("GET", "openapi.json")))
        command = [
            str(pathlib.Path(sys.executable).with_name("st")),
            "run",
            str(document),
            "--url",
            desk.address,
            *headers,
            "--seed",
            str(arguments.seed),
            "--checks",
            ",".join(CHECKS),
            "--phases",
            "coverage,fuzzing" if arguments.long else "fuzzing",
            "--max-examples",
            str((60 if arguments.long else 12) // (3 if caller == "anonymous" else 1)),
            "--suppress-health-check",
            "all",
            "--warnings",
            "off",
            "--generation-database",
            "none",
            "--request-timeout",
            "30",
            "--continue-on-failure",
        ]
        for path in LEFT_OUT + ([] if arguments.long else SAME):
            command += ["--exclude-path-regex", path]
        environment = os.environ | {
            "SCHEMATHESIS_HOOKS": "api_hooks",
            "PYTHONPATH": str(HERE),
            "HOSTILE_DOCUMENT": str(document),
            "HOSTILE_RECORDS": json.dumps(records),
            "HOSTILE_CALLER": caller,
            "HOSTILE_SEED": str(arguments.seed),
        }
        done = subprocess.run(command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    ours = [line for line in done.stdout.splitlines() if line.strip()]
    summary = next((line.strip() for line in ours if " generated" in line), "no cases")
    print(f"  as {caller}: {summary}", flush=True)
    if done.returncode != 0:
        print("\n".join(ours), flush=True)
    # Nothing that was sent may have stopped it.
    desk.call("GET", "auth/me", person=desk.admin)
    return done.returncode == 0


def victims(desk, person):
    """Records that are there to be read, changed and deleted; of tickets also those of that person. By the name of a path parameter or member."""
    root, number = desk.admin, desk.number()

    def make(path, **body):
        return desk.call("POST", path, body, root)["id"]

    tickets = [desk.ticket(root)["number"] for _ in range(2)]
    for each in range(2):
        try:
            tickets.append(desk.ticket(person)["number"])
        except Refused:
            break
    collections = {}
    for path in ("incidents", "requests", "problems", "changes", "work-orders"):
        collections[path] = [desk.call("POST", path, {"title": f"Hostile {number}"}, root)["number"]]
    comments = [desk.call("POST", f"tickets/{ticket}/comments", {"body": "There."}, root)["id"] for ticket in tickets]
    link = desk.call("POST", f"tickets/{tickets[0]}/links", {"type": "relates", "ticket": tickets[1]}, root)["id"]
    users = [desk.person("requester").id, desk.person("agent").id]
    group, role = make("groups", name=f"Hostile {number}"), make("roles", name=f"hostile-{number}", permissions={"tickets:read": "own"})
    category, service = make("categories", name=f"hostile{number}"), make("services", name=f"Hostile {number}")
    views = [make("views", name=f"Hostile {number}")]
    field = make("custom-fields", name=f"hostile{number}", label="Hostile", kind="text")
    records = {
        "tickets": tickets,
        "comment": comments,
        "link": [link],
        "users": users,
        "user": users,
        "groups": [group],
        "roles": [role],
        "role": [role],
        "categories": [category],
        "services": [service],
        "views": views,
        "custom-fields": [field],
        "visibility": ["public", "workNote"],
        "timer": ["response", "resolution"],
        "version": ["1"],
        # Members and parameters.
        "assignee": [users[1], "me"],
        "group": [group, "Service Desk"],
        "requester": [users[0]],
        "openedBy": [users[0]],
        "watcher": [users[0]],
        "member": [users[1]],
        "manager": [users[1]],
        "service": [service],
        "category": [category],
        "parent": [tickets[0]],
        "ticket": tickets,
        "principal": [users[0]],
        "view": views,
        "sort": ["-createdAt", "number", "title", "-dueAt", "priority"],
        "filter": [
            "priority <= 2",
            "category == 'network/vpn'",
            "assignee == null && size(tags) > 0",
            "title.contains('a')",
            "customFields.size() > 1",
            "1",
        ],
        "condition": ["priority <= 2", "true", "title.startsWith('Hostile')", "ticket.title == 'x'", "priority +"],
        "timeZone": ["Europe/Berlin", "UTC", "Mars/Phobos"],
    } | collections
    for path in ("sla/policies", "sla/calendars", "sla/escalation-rules", "assignment-rules", "notifications", "jobs", "audit"):
        found = desk.call("GET", f"{path}?limit=3", person=root)["items"]
        records[path.rpartition("/")[2]] = [each["id"] for each in found]
    return {name: values for name, values in records.items() if values}


# The desk ends with it, also where it is ended.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
sys.exit(main())
