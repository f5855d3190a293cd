"""Measures clocks: sla.py --programs FOLDER [--timers 1000000] [--output docs/benchmarks-sla.md]; see scripts/bench.

The pure clock on one core; a recompute of all running clocks after an edit of their calendar, database included; what a million sleeping clocks cost the
server; how late escalations fire."""
import argparse
import os
import subprocess
import time

from report import commit, machine
from server import Stage, wait_until

SEED = """
SET session_replication_role = replica;
SET synchronous_commit = off;
INSERT INTO tickets (id, kind, n, title, status, impact, urgency, priority, requester_id, opened_by_id, channel, created_at, updated_at)
SELECT ('019a0000-' || lpad(to_hex(i >> 16), 4, '0') || '-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'incident', 1000000 + i, 'Timer ' || i, 'inProgress', 'medium', 'medium', 3,
    u.id, u.id, 'api', at.created, at.created
FROM generate_series(1, :timers / 2) AS i, (SELECT id FROM users WHERE username = 'admin') AS u,
    LATERAL (SELECT date_trunc('milliseconds', now() - interval '1 hour') + i * interval '1 millisecond' AS created) AS at;
INSERT INTO sla_cycles (ticket_id, metric, number, agreement_id, priority, ledger, state, started_at, elapsed, due_at, breaches_at, next_fire_at)
SELECT t.id, m.metric, 1, p.id, 3,
    p.id || '/1 medium ' || m.goal || ' ' || c.id || '/1|r0@' || (extract(epoch FROM t.created_at) * 1000000)::bigint, 'running', t.created_at, 0,
    t.created_at + interval '5 days', t.created_at + interval '5 days', t.created_at + interval '4 days'
FROM tickets t, (VALUES ('firstResponse', 144000), ('resolution', 288000)) AS m (metric, goal),
    (SELECT id FROM sla_policies WHERE name = 'Standard') AS p, (SELECT id FROM sla_calendars WHERE name LIKE 'Weekdays%') AS c
WHERE t.title LIKE 'Timer %';
SET session_replication_role = DEFAULT;
VACUUM ANALYZE tickets, sla_cycles;
"""


def cpu(server, seconds):
    """Processor seconds that the server and its PostgreSQL use in so many seconds."""
    ticks = os.sysconf("SC_CLK_TCK")

    def used():
        total = 0
        for process in [server.process.pid] + [int(pid) for pid in server.postgres_processes()]:
            try:
                with open(f"/proc/{process}/stat") as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
                total += (int(fields[11]) + int(fields[12])) / ticks
            except FileNotFoundError:
                pass
        return total

    before = used()
    time.sleep(seconds)
    return used() - before


def recompute(server, admin, timers):
    calendar = next(item for item in admin.get("sla/calendars")["items"] if item["name"].startswith("Weekdays"))
    started = time.monotonic()
    admin.send("PATCH", f"sla/calendars/{calendar['id']}", {"exceptions": {"2099-12-25": []}, "runningCycles": "follow"})

    def job():
        return next((job for job in admin.get("jobs")["items"] if job["kind"] == "slaRecompute"), None)

    wait_until("the recompute", lambda: (job() or {}).get("status") in ("succeeded", "failed"), seconds=600, pause=0.25)
    done = job()
    assert done["status"] == "succeeded" and done["result"]["changed"] >= timers, done
    return time.monotonic() - started


def lags(server, admin, count=20):
    """How long after their instant breaches of clocks of two seconds stand on record, in seconds."""
    goal = {"seconds": 2, "calendar": "24x7"}
    goals = {priority: goal for priority in ("critical", "high", "medium", "low")}
    admin.post("sla/policies", {"name": "Two seconds", "order": 1, "targets": [{"metric": "resolution", "goals": goals}]})
    time.sleep(6)
    for number in range(count):
        admin.post("incidents", {"title": f"Lag {number}"})
        time.sleep(0.3)
    query = "SELECT extract(epoch FROM recorded_at - occurred_at) FROM activity WHERE kind = 'sla.breached' ORDER BY 1"
    wait_until("the breaches", lambda: len(server.sql(query)) >= count, seconds=60, pause=0.5)
    return [float(row[0]) for row in server.sql(query)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--timers", type=int, default=1_000_000)
    parser.add_argument("--output", default="docs/benchmarks-sla.md")
    arguments = parser.parse_args()
    rates = [line.split("\t") for line in subprocess.run([f"{arguments.programs}/ClockBench"], check=True, capture_output=True, text=True).stdout.splitlines()]
    with Stage(arguments.programs) as stage:
        server = stage.server()
        server.start()
        admin = server.admin()
        found = lags(server, admin)
        time.sleep(5)
        idle = cpu(server, 30)
        server.sql(SEED, variables={"timers": arguments.timers})
        time.sleep(5)
        asleep = cpu(server, 30)
        seconds = recompute(server, admin, arguments.timers)
    lines = ["# Clocks", "", f"Commit {commit()}, {machine()}. Made by `scripts/bench`; no figure is a test.", ""]
    lines += ["| pure clock, one core | span | a second | goal |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {years} year{'s' if years != '1' else ''} | {int(rate):,} | {'10,000,000' if years == '1' else '5,000,000'} |" for name, years, rate in rates]
    lines += ["", "| server | measured | goal |", "|---|---|---|"]
    lines += [f"| recompute of {arguments.timers:,} running clocks after an edit of their calendar, database included | {seconds:.1f} s | 60 s |"]
    lines += [f"| processor time in 30 s, server and PostgreSQL, with no clock / with {arguments.timers:,} that sleep | {idle:.2f} s / {asleep:.2f} s | no difference |"]
    lines += [f"| breach on record after its instant, median / longest of {len(found)} | {found[len(found) // 2]:.2f} s / {found[-1]:.2f} s | 2 s |", ""]
    with open(arguments.output, "w") as file:
        file.write("\n".join(lines))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
