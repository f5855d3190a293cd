"""The bench's figures as a page of documentation."""
import os
import platform
import statistics
import subprocess
import time

GOALS = {"create": 0.75, "first page": 0.40, "ticket by number": 0.60, "full-text": 0.60}


def write(bench):
    lines = [
        "# Benchmarks", "",
        "Made by `scripts/bench`; how it measures is said there. Each row is a share: the server and its ceiling took turns on one machine, and shared its "
        "cores with the load. The ceiling is PostgreSQL alone: pgbench with the statements that the server itself sends for such a request, prepared, "
        "16 clients, over the same socket of the same cluster. A ticket of the server's is followed by its search entry, which the ceiling has not to "
        "write. Figures move by 10 % from run to run.", "",
        f"- {time.strftime('%Y-%m-%d')}, commit {commit()}, release build",
        f"- {machine()}; load average before the run {bench.load:.1f}",
        f"- {bench.server.sql('SHOW server_version')[0][0]} PostgreSQL, fsync {bench.server.sql('SHOW fsync')[0][0]}, "
        f"shared_buffers {bench.server.sql('SHOW shared_buffers')[0][0]}; wrk -t1 -c16, kept connections, one access token; "
        f"{bench.arguments.rounds} rounds of {bench.arguments.seconds} s", "",
        "| work | server | ceiling | share | goal | p50 / p95 / p99 ms | CPU us a request: server + PostgreSQL; PostgreSQL alone | |",
        "|---|--:|--:|--:|--:|---|---|---|", *map(row_line, bench.rows), "",
        "| a server that does nothing | |", "|---|---|",
        f"| memory of the server | {bench.idle['server']['Rss']:.0f} MB resident, of which {bench.idle['server']['Pss']:.0f} MB its own share; "
        f"{bench.loaded['Rss']:.0f} MB after all of this |",
        f"| memory of its PostgreSQL | {bench.idle['postgres']['Pss']:.0f} MB in {bench.postgres_count} processes, shared buffers included |",
        f"| start, warm | {bench.warm_start:.2f} s until it is ready, its PostgreSQL included; the first start, which makes the database, "
        f"{bench.first_start:.2f} s |",
    ]
    lines += ["", *bench.pages.lines()]
    if bench.imported:
        lines += ["", f"Import: {bench.imported}"]
    lines += ["", "## Where the rest goes", "",
              "The server's own processor time by library (perf, cpu-clock). `itsm-server` is our code with Hummingbird and NIO in it.", ""]
    lines += [f"- {row.name}: " + ", ".join(f"{name} {percent:.0f} %" for name, percent in row.profile) for row in bench.rows if row.profile]
    keep = reading(bench.arguments.output)
    os.makedirs(os.path.dirname(bench.arguments.output) or ".", exist_ok=True)
    with open(bench.arguments.output, "w") as output:
        output.write("\n".join(lines) + "\n" + keep)
    print("\n".join(lines))


def row_line(row):
    served, ceiling = (statistics.median(run.rate for run in runs) for runs in (row.served, row.ceilings))
    share = statistics.median(run.rate / top.rate for run, top in zip(row.served, row.ceilings))
    goal = next(goal for name, goal in GOALS.items() if row.name.startswith(name))
    times = " / ".join(f"{statistics.median(run.times[name] for run in row.served):.2f}" for name in ("p50", "p95", "p99"))
    own, alone = (lambda name: statistics.median(run.cpu[name] for run in row.served)), statistics.median(run.cpu["postgres"] for run in row.ceilings)
    return (f"| {row.name} | {served:,.0f}/s | {ceiling:,.0f}/s | {share:.2f} | {goal:.2f} | {times} | {own('server'):.0f} + {own('postgres'):.0f}; "
            f"{alone:.0f} | {row.note} |")


def reading(path):
    """What people wrote about an earlier run, from its heading on, stays: it says itself of which commit it speaks."""
    mark = "\n## Reading"
    text = open(path).read() if os.path.exists(path) else ""
    return mark + text.split(mark, 1)[1] if mark in text else ""


def commit():
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return told.stdout.strip() or "unknown"


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, {platform.freedesktop_os_release().get('PRETTY_NAME', 'Linux')}"
