"""Measures the server against its own PostgreSQL alone: bench.py --programs FOLDER [--output docs/benchmarks.md]; see scripts/bench."""
import argparse
import json
import os
import random
import statistics
import subprocess
import time

import measure
import report
from capture import Script, capture
from pages import Pages
from server import ADMIN_PASSWORD, Stage, wait_until

GROUPS, PEOPLE, CEILING = 20, 200, "ceiling"
WORDS = ["printer", "laptop", "mailbox", "calendar", "router", "licence", "backup", "projector", "headset", "payroll"]
BODY = {
    "title": "Printer on floor 3 shows a paper jam although the tray is empty", "impact": "high", "urgency": "medium", "group": "Team 07",
    "description": "It was restarted twice without success, and three colleagues wait for it; the asset number is AN104711. Please call before you come.",
}


class Row:
    """One line of the table: what the server answers, and the statements that are its ceiling."""

    def __init__(self, name, paths, scripts, body=None, database="itsm", settings=""):
        self.name, self.paths, self.scripts, self.body, self.database, self.settings = name, paths, scripts, body, database, settings
        self.served, self.ceilings, self.profile, self.note = [], [], None, ""


class Bench:
    def __init__(self, stage, arguments):
        self.stage, self.arguments, self.server = stage, arguments, stage.server()
        self.rows, self.imported = [], None

    def run(self):
        self.load = os.getloadavg()[1]
        self.first_start = self.server.start()
        self.prepare()
        self.capture_rows()
        self.copy_database()
        self.measure_rest()
        # Creates last: what they add lies on top of what the others read.
        for row in sorted(self.rows, key=lambda row: row.body is not None):
            self.measure_row(row)
        say("pages")
        self.pages = Pages(self.server, self.agent().token, self.arguments.tickets)
        if self.arguments.import_file:
            self.measure_import()
        report.write(self)

    # MARK: Preparation

    def prepare(self):
        arguments, admin = self.arguments, self.server.admin()
        say(f"{GROUPS} groups, {PEOPLE} people ...")
        for number in range(GROUPS):
            admin.post("groups", {"name": f"Team {number:02}"})
        for number in range(PEOPLE):
            admin.post("users", {"username": f"bench-{number:03}", "name": f"Person {number:03}", "roles": ["requester"]})
        admin.post("users", {"username": "agent", "name": "An agent", "password": ADMIN_PASSWORD, "roles": ["agent"], "groups": ["Team 01", "Team 07"]})
        say(f"{arguments.tickets:,} tickets, {arguments.entries:,} search entries ...")
        began = time.monotonic()
        with open(os.path.join(os.path.dirname(__file__), "seed.sql")) as file:
            self.server.sql(file.read(), variables={"tickets": arguments.tickets, "entries": arguments.entries})
        say(f"seeded in {time.monotonic() - began:.0f} s")
        self.groups = [row[0] for row in self.server.sql("SELECT id FROM groups WHERE name LIKE 'Team %' ORDER BY name")]

    def agent(self):
        return self.server.client().sign_in("agent", ADMIN_PASSWORD)

    def capture_rows(self):
        agent, pick = self.agent(), random.Random(42)

        def captured(path, marker):
            agent.get(path)  # what is asked for once only, such as who calls, is known now
            return capture(self.server, marker, lambda: agent.get(path))

        agent.post("incidents", BODY)
        created = {}
        statements = capture(self.server, BODY["title"], lambda: created.update(agent.post("incidents", BODY)))
        self.rows.append(Row(
            "create a ticket", ["/api/v1/incidents"], [Script(
                statements, {created["id"]: "lpad((:id)::text, 32, '0')::uuid"}, setup="\\set n :n + 1\n\\set id :base + :client_id * 100000000 + :n",
                pipeline=True)], body=BODY, database=CEILING))

        lists = [f"tickets?statusCategory=open&group={group}&priority=high" for group in self.groups]
        self.rows.append(Row(
            f"first page of 50 by group and priority, of {self.arguments.tickets:,}", [f"/api/v1/{path}" for path in lists],
            [Script(captured(path, group)) for path, group in zip(lists, self.groups)]))

        number = self.arguments.tickets // 2
        one = captured(f"tickets/INC{number:07}", str(number))
        count = self.arguments.tickets
        self.rows.append(Row(
            "ticket by number", [f"/api/v1/tickets/INC{pick.randint(1, count):07}" for _ in range(20_000)],
            [Script(one, {str(number): ":n"}, setup=f"\\set n random(1, {count})")]))

        searches = [f"tickets?q={word}&limit=20" for word in WORDS]
        self.rows.append(Row(
            f"full-text search, 20 newest, {self.arguments.entries:,} entries", [f"/api/v1/{path}" for path in searches],
            [Script(captured(path, word)) for path, word in zip(searches, WORDS)], settings="-c plan_cache_mode=force_custom_plan"))

    def copy_database(self):
        """Where the ceiling's tickets go: in the desk itself the server would work on them."""
        self.server.sql(f"""
            ALTER DATABASE itsm ALLOW_CONNECTIONS false;
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'itsm';
            """, database="postgres")
        wait_until("nobody is connected", lambda: self.server.sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = 'itsm'", database="postgres") == [["0"]])
        self.server.sql(f"CREATE DATABASE {CEILING} TEMPLATE itsm STRATEGY file_copy;\nALTER DATABASE itsm ALLOW_CONNECTIONS true;", database="postgres")
        self.server.await_ready()

    # MARK: Measuring

    def measure_rest(self):
        """Memory of an idle server, and the time that a start takes."""
        starts = []
        for _ in range(3):
            self.server.stop()
            starts.append(self.server.start())
        self.warm_start = statistics.median(starts)
        self.agent().get("tickets?limit=50")
        time.sleep(5)
        self.idle = {"server": measure.memory([self.server.process.pid]), "postgres": measure.memory(self.server.postgres_processes())}
        self.postgres_count = len(self.server.postgres_processes())
        say(f"first start {self.first_start:.2f} s, warm start {self.warm_start:.2f} s; idle: {self.idle}")

    def measure_row(self, row):
        say(row.name)
        seconds = self.arguments.seconds
        self.serve(row, 2)
        self.ceiling(row, 2, 0)
        for round in range(1, self.arguments.rounds + 1):
            tell = measure.profile(self.server, self.stage.folder, seconds) if round == self.arguments.rounds else None
            row.served.append(self.serve(row, seconds))
            row.profile = tell() if tell else None
            self.await_search()
            row.ceilings.append(self.ceiling(row, seconds, round))
            say(f"  {row.served[-1].rate:,.0f}/s of {row.ceilings[-1].rate:,.0f}/s, p99 {row.served[-1].times['p99']:.2f} ms, "
                f"CPU us {row.served[-1].cpu}, alone {row.ceilings[-1].cpu}")
        self.loaded = measure.memory([self.server.process.pid])

    def serve(self, row, seconds):
        self.server.sql("CHECKPOINT")
        before = self.server.sql("SELECT coalesce(max(id), 0) FROM activity")[0][0]
        result = measure.wrk(self.server, self.agent().token, self.stage.folder, seconds, row.paths, row.body)
        if row.body:
            count, commits = self.server.sql(
                f"SELECT count(*), count(DISTINCT xid) FROM activity WHERE id > {before} AND kind = 'ticket.created'")[0]
            indexed = self.server.sql(f"SELECT count(*) FROM ticket_search s JOIN tickets t ON t.id = s.ticket_id WHERE t.n > {self.arguments.tickets}")
            row.note = f"{int(count) / max(int(commits), 1):.1f} tickets per commit"
            say(f"  {row.note}; search entries by then {indexed[0][0]}")
        return result

    def ceiling(self, row, seconds, round):
        self.server.sql("CHECKPOINT")
        variables = {"n": 0, "base": (round + 1) * 1_000_000_000_000}
        return measure.pgbench(self.server, self.stage.folder, seconds, row.scripts, row.database, variables, row.settings)

    def measure_import(self):
        say("import")
        command = [os.path.join(self.arguments.programs, "itsmctl"), "import", "tickets", self.arguments.import_file, "--preset", "servicenow",
                   "--time-zone", "UTC", "-o", "json"]
        environment = os.environ | {"ITSM_URL": f"http://{self.server.address}", "ITSM_TOKEN": self.server.admin().token}
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        took = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        self.imported = f"{told['read']:,} rows of a ServiceNow event log as {told['created']:,} tickets in {took:.1f} s: {told['read'] / took:,.0f} rows/s."

    def await_search(self):
        """Until the search entries have followed, so that they take nothing from the ceiling."""
        behind = """
            SELECT count(*) FROM tickets t WHERE t.n > (SELECT coalesce(max(u.n), 0) FROM tickets u JOIN ticket_search s ON s.ticket_id = u.id)
            """
        began = time.monotonic()
        try:
            wait_until("search has followed", lambda: self.server.sql(behind) == [["0"]], seconds=120, pause=0.2)
        except AssertionError as error:
            say(f"  {error}")
        self.search_lag = time.monotonic() - began


def say(text):
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, help="the folder of itsm-server and itsmctl")
    parser.add_argument("--output", required=True, help="the report")
    parser.add_argument("--seconds", type=int, default=8, help="of each run")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--import", dest="import_file", help="a ServiceNow event log to import")
    arguments = parser.parse_args()
    with Stage(arguments.programs, "/var/tmp") as stage:
        Bench(stage, arguments).run()


if __name__ == "__main__":
    main()
