"""wrk against the server, pgbench against its PostgreSQL, and what processor time either costs."""
import json
import os
import re
import shutil
import subprocess

CONNECTIONS = 16
TICK = os.sysconf("SC_CLK_TCK")
# As the server's own sessions.
SESSION = r"-c jit=off -c max_parallel_workers_per_gather=0 -c default_transaction_isolation=repeatable\ read"


class Result:
    """A run: how many a second, their times in milliseconds, and microseconds of processor time for each."""

    def __init__(self, rate, count, cpu, times=None):
        self.rate, self.count, self.times = rate, count, times or {}
        self.cpu = {name: seconds * 1e6 / max(count, 1) for name, seconds in cpu.items()}


def cpu_seconds(server):
    """Of the server, and of all of PostgreSQL, processes that have ended included."""
    return {"server": ticks(server.process.pid, 2), "postgres": sum(ticks(pid, 4 if pid == server.postmaster else 2) for pid in server.postgres_processes())}


def ticks(pid, fields):
    """utime and stime, and with four fields those of ended children."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return sum(map(int, file.read().rpartition(")")[2].split()[11:11 + fields])) / TICK
    except OSError:
        return 0


def spent(server, before):
    return {name: seconds - before[name] for name, seconds in cpu_seconds(server).items()}


def wrk(server, token, folder, seconds, paths, body=None):
    file = os.path.join(folder, "paths")
    with open(file, "w") as output:
        output.write("\n".join(paths) + "\n")
    before = cpu_seconds(server)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--script", os.path.join(os.path.dirname(__file__), "requests.lua"),
               f"http://{server.address}", "--", "POST" if body else "GET", file, token] + ([json.dumps(body)] if body else [])
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu = spent(server, before)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["refused"] == 0 and told["lost"] == 0, done.stdout
    return Result(told["requests"] / told["seconds"], told["requests"], cpu, {name: told[name] for name in ("p50", "p95", "p99")})


def pgbench(server, folder, seconds, scripts, database="itsm", variables=None, settings=""):
    command = [program("pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={CONNECTIONS}", "--jobs=2", f"--time={seconds}",
               "--host", server.socket_folder, "--port=5432", "--username=itsm_app"]
    defined = dict(variables or {})
    for number, script in enumerate(scripts):
        # Scripts share one set of names.
        file, text = os.path.join(folder, f"script{number}.sql"), re.sub(r":(v\d+)", rf":s{number}\1", script.text)
        defined |= {f"s{number}{name}": value for name, value in script.variables.items()}
        with open(file, "w") as output:
            output.write(text)
        command += ["--file", file]
    for name, value in defined.items():
        command += ["--define", f"{name}={value}"]
    before = cpu_seconds(server)
    done = subprocess.run(command + [database], capture_output=True, text=True, env=os.environ | {"PGOPTIONS": f"{SESSION} {settings}"})
    assert done.returncode == 0 and "ERROR" not in done.stderr, f"{done.stderr}\n{scripts[0].text}"
    cpu = spent(server, before)
    count = int(re.search(r"transactions actually processed: (\d+)", done.stdout)[1])
    return Result(float(re.search(r"tps = ([\d.]+)", done.stdout)[1]), count, cpu)


def program(name):
    """Debian puts a wrapper on the path, which looks for clusters of its own."""
    versions = sorted(os.listdir("/usr/lib/postgresql"), key=int) if os.path.isdir("/usr/lib/postgresql") else []
    found = [f"/usr/lib/postgresql/{version}/bin/{name}" for version in versions]
    return next((path for path in reversed(found) if os.path.exists(path)), shutil.which(name))


def memory(pids):
    """Megabytes: resident, and each process's proportional part of what they share."""
    found = {"Rss": 0, "Pss": 0}
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for line in file:
                name = line.split(":")[0]
                if name in found:
                    found[name] += int(line.split()[1]) / 1024
    return found


def profile(server, folder, seconds):
    """Starts to watch where the server's time goes; gives a function that waits and tells it by library. None without perf."""
    if shutil.which("perf") is None:
        return lambda: None
    file = os.path.join(folder, "perf.data")
    record = subprocess.Popen(
        ["perf", "record", "--quiet", "--event=cpu-clock", "--freq=499", f"--output={file}", f"--pid={server.process.pid}", "--", "sleep", str(seconds)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def tell():
        if record.wait() != 0:
            return None
        report = subprocess.run(["perf", "report", f"--input={file}", "--stdio", "--sort=dso", "--percent-limit=1"], capture_output=True, text=True).stdout
        return [(name, float(percent)) for percent, name in re.findall(r"^\s+([\d.]+)%\s+(\S+)", report, re.M)]
    return tell
