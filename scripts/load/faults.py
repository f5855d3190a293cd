"""What goes wrong around a desk while sixteen people write: the disk is full, PostgreSQL restarts, has no connection left, or stands still, the clock jumps,
the server stands still. Whoever writes is told so in clear words, the desk recovers by itself, and nothing that was acknowledged is lost."""
import contextlib
import email.utils
import json
import os
import pwd
import signal
import struct
import subprocess
import time
import urllib.error
import urllib.request
import uuid

from kills import is_another
from load import Load
from rest import Refused
from server import ADMIN_PASSWORD, Stage, wait_until

MEGABYTE = 1 << 20


def run(programs, stall, only=None):
    for name, fault in FAULTS.items():
        if only in (None, name):
            print(f"-- {name}", flush=True)
            with Stage(programs) as stage:
                fault(stage, stall)


# The disk

def disk_is_full(stage, stall):
    if not can_mount():
        return
    server = stage.server()
    os.mkdir(server.data)
    with small_disk(server.data, 700 * MEGABYTE):
        hand_over(server.data)
        with loaded(stage, server) as load:
            for size in ["data", "log"]:
                load.resume()
                load.flow()
                filler = os.path.join(server.data, "filler")
                fill(filler)
                load.await_refusal("The disk of the database is full")
                assert server.client(load.admin.token).get("incidents?limit=1")["items"], "reading does not work"
                at_fault = load.count
                time.sleep(2)
                os.remove(filler)
                began = time.monotonic()
                load.flow(120)
                print(f"  full after {at_fault} writes; writing again {time.monotonic() - began:.2f} s after there was room", flush=True)
                load.check()
            load.resume()


def attachments_are_full(stage, stall):
    if not can_mount():
        return
    server = stage.server()
    os.mkdir(server.data)
    hand_over(server.data)
    folder = os.path.join(server.data, "attachments")
    os.mkdir(folder)
    with small_disk(folder, 4 * MEGABYTE):
        hand_over(folder)
        with loaded(stage, server) as load:
            load.resume()
            load.flow()
            ticket = load.admin.post("incidents", {"title": "Files", "impact": "low", "urgency": "low"})["number"]
            upload(server, load.admin.token, ticket, b"a" * MEGABYTE)
            status, problem = upload(server, load.admin.token, ticket, os.urandom(6 * MEGABYTE))
            assert status == 503 and "no room" in problem["detail"], (status, problem)
            assert not os.listdir(os.path.join(folder, "incoming")), "something of the refused file is left"
            load.flow()
            subprocess.run(["mount", "-o", f"remount,size={16 * MEGABYTE}", folder], check=True)
            status, problem = upload(server, load.admin.token, ticket, os.urandom(6 * MEGABYTE))
            assert status == 201, (status, problem)
            print("  a file without room is refused with 503, nothing of it is left; with room it goes in; tickets went on", flush=True)


# PostgreSQL

def postgres_restarts(stage, stall):
    server = stage.server()
    with loaded(stage, server) as load:
        for name, number in [("fast shutdown", signal.SIGINT), ("immediate shutdown", signal.SIGQUIT)]:
            load.resume()
            load.flow()
            postmaster = server.postmaster
            began = time.monotonic()
            os.kill(postmaster, number)
            wait_until("PostgreSQL is another one", lambda: is_another(server, postmaster))
            load.flow()
            print(f"  {name} of PostgreSQL: writing again after {time.monotonic() - began:.2f} s", flush=True)
            load.check()
        load.resume()


def a_backend_crashes(stage, stall):
    """One process of PostgreSQL dies, and so PostgreSQL throws out everybody and recovers."""
    server = stage.server()
    with loaded(stage, server) as load:
        load.resume()
        load.flow()
        victim = server.sql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'archer-itsm%' AND backend_type = 'client backend' LIMIT 1")[0][0]
        began = time.monotonic()
        os.kill(int(victim), signal.SIGKILL)
        load.flow()
        print(f"  writing again after {time.monotonic() - began:.2f} s", flush=True)


def connections_run_out(stage, stall):
    server = stage.server()
    with loaded(stage, server) as load:
        load.resume()
        load.flow()
        hogs = Hogs(server)
        try:
            # The server loses its own, and others are faster.
            hogs.take_all()
            load.await_refusal("The database cannot be reached at the moment", 120)
            status, _ = ask(server, "/readyz")
            assert status == 503, f"/readyz says {status}"
            assert ask(server, "/healthz")[0] == 200
            assert "too many clients" in server.log_end(200) or "remaining connection slots" in server.log_end(200), server.log_end()
        finally:
            hogs.end()
        began = time.monotonic()
        load.flow()
        server.await_ready()
        print(f"  others held all connections: 503 until they left, then writing again after {time.monotonic() - began:.2f} s", flush=True)


class Hogs:
    """Sessions of others, as many as PostgreSQL takes."""

    def __init__(self, server):
        self.server, self.sessions = server, []

    def take_all(self):
        for _ in range(200):
            self.take_some()
            ended = self.server.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'archer-itsm%'")
            self.take_some()
            if ended == [["0"]]:
                return
        raise AssertionError("the server always finds a connection")

    def take_some(self):
        while True:
            session = subprocess.Popen(["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--dbname", self.server.database_url("itsm_owner") + "&application_name=hog"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            session.stdin.write("SELECT 'in';\n")
            session.stdin.flush()
            if "in" not in session.stdout.readline().split():
                session.stdin.close()
                session.wait()
                return
            session.stdout.readline()
            self.sessions.append(session)

    def end(self):
        for session in self.sessions:
            session.stdin.close()
        for session in self.sessions:
            session.wait()


# Standing still

def postgres_stands_still(stage, stall):
    server = stage.server()
    with loaded(stage, server) as load:
        load.resume()
        load.flow()
        processes = server.postgres_processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            assert ask(server, "/healthz")[0] == 200
            at_fault = load.count
            time.sleep(stall)
            if stall > 12:
                load.await_refusal("The database has not confirmed that this was saved")
                assert ask(server, "/readyz")[0] == 503
            went_on = load.count - at_fault
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)
        began = time.monotonic()
        load.flow()
        server.await_ready()
        print(f"  PostgreSQL stood still for {stall} s ({went_on} answers that were on their way came in); writing again after {time.monotonic() - began:.2f} s",
              flush=True)


def server_stands_still(stage, stall):
    server = stage.server()
    with loaded(stage, server) as load:
        load.resume()
        load.flow()
        server.process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(stall)
        finally:
            server.process.send_signal(signal.SIGCONT)
        began = time.monotonic()
        load.flow()
        server.await_ready()
        print(f"  the server stood still for {stall} s; writing again after {time.monotonic() - began:.2f} s", flush=True)


# The clock

def clock_jumps(stage, stall):
    """The server's wall clock is set forward and back an hour, as by a wrong NTP server, while clocks of half an hour run."""
    library, offset = os.path.join(stage.folder, "clock.so"), os.path.join(stage.folder, "offset")
    subprocess.run(["c++", "-x", "c", "-shared", "-fPIC", "-O2", "-o", library, os.path.join(os.path.dirname(__file__), "clock.c")], check=True)
    set_clock(offset, 0)
    server = stage.server(environment={"LD_PRELOAD": library, "ITSM_CLOCK": offset})
    with loaded(stage, server) as load:
        goals = {priority: {"seconds": 1800, "calendar": "24x7"} for priority in ("critical", "high", "medium", "low")}
        load.admin.post("sla/policies", {"name": "Half an hour", "order": 1, "targets": [{"metric": "resolution", "goals": goals, "pausedIn": []}]})
        session = server.client().sign_in("admin", ADMIN_PASSWORD)
        before = 0
        for seconds in STEPS:
            load.resume()
            load.flow()
            due = wait_for_a_clock(load)
            set_clock(offset, seconds)
            wait_until(f"the server's clock is set by {seconds} s", lambda: abs(server_time(server) - time.time() - seconds) < 5)
            load.flow()
            if seconds > before:
                wait_until("a clock that is over by now is breached", lambda: breaches(server, due) == 1, 180)
            with contextlib.suppress(Expired):
                stay_signed_in(session)
            session = server.client().sign_in("admin", ADMIN_PASSWORD)
            stay_signed_in(session)
            load.check()
            before = seconds
        load.resume()
        fresh = wait_for_a_clock(load)
        load.flow()
        assert breaches(server, fresh) == 0, "a clock that has begun just now is breached"
        twice = server.sql("SELECT ticket_id FROM activity WHERE kind = 'sla.breached' GROUP BY ticket_id, payload->>'timer' HAVING count(*) > 1")
        assert not twice, f"{len(twice)} breaches are on record twice"
        back = server.sql("SELECT count(*) FROM (SELECT occurred_at < lag(occurred_at) OVER (PARTITION BY ticket_id ORDER BY epoch, xid, id) AS back "
                          "FROM activity WHERE kind IN ('ticket.created', 'ticket.updated', 'ticket.commented')) AS steps WHERE back")
        assert back == [["0"]], f"{back[0][0]} changes of tickets are dated before the ones that went before"
        print("  an hour forward, back, another back, and forward: writing and signing in went on, clocks were breached once, "
              "each ticket's changes are in order of time", flush=True)


class Expired(Exception):
    """The sign-in is over, by the clock."""


def stay_signed_in(session):
    try:
        session.get("auth/me")
    except Refused as refused:
        if refused.code != "tokenExpired":
            raise
        raise Expired() from refused


def wait_for_a_clock(load):
    """A new ticket whose clock runs by the policy above; gives its number. An agent raises it: who raised a ticket does not see its work notes."""
    agent, found = load.database.client(load.writers[0].client.token), []

    def has_begun():
        number = agent.post("incidents", {"title": "Half an hour"})["number"]
        found.append(number)
        return any(timer["policy"]["name"] == "Half an hour" for timer in load.admin.get(f"incidents/{number}/sla")["items"])
    wait_until("tickets have the clock", has_begun, pause=1)
    return found[-1]


def breaches(server, number):
    return int(server.sql(f"SELECT count(*) FROM activity WHERE kind = 'sla.breached' AND payload->>'timer' = 'resolution' "
                          f"AND ticket_id = (SELECT id FROM tickets WHERE number = '{number}')")[0][0])


def set_clock(file, seconds):
    with open(os.open(file, os.O_WRONLY | os.O_CREAT, 0o644), "wb") as offset:
        offset.write(struct.pack("=q", seconds))


def server_time(server):
    with urllib.request.urlopen(f"http://{server.address}/healthz", timeout=5) as answer:
        return email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()


# Tools

@contextlib.contextmanager
def loaded(stage, server):
    """A started server with a load on it, which is judged at the end."""
    server.start()
    process = server.process
    load = Load([server], server)
    yield load
    load.flow()
    assert server.process is process and process.poll() is None, "the server did not live through it"
    load.end()
    server.stop()
    server.await_no_postgres()


def can_mount():
    if os.geteuid() == 0:
        return True
    print("  left out: only root can make a small disk", flush=True)
    return False


@contextlib.contextmanager
def small_disk(folder, size):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "itsm-small-disk", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def hand_over(folder):
    """Gives a folder to the user that the server becomes."""
    for name in ("itsm", "postgres"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            os.chmod(folder, 0o700)
            return


def fill(path):
    """Takes all the room that there is."""
    chunk = bytes(MEGABYTE)
    with open(path, "wb", buffering=0) as file:
        for part in (chunk, chunk[:4096]):
            with contextlib.suppress(OSError):
                while True:
                    file.write(part)


def ask(server, path):
    try:
        with urllib.request.urlopen(f"http://{server.address}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def upload(server, token, ticket, content):
    """Attaches a file; gives the status and the decoded answer."""
    mark = uuid.uuid4().hex
    body = (f"--{mark}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{mark}.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n").encode()
    request = urllib.request.Request(
        f"http://{server.address}/api/v1/tickets/{ticket}/attachments", body + content + f"\r\n--{mark}--\r\n".encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={mark}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


STEPS = [3600, 0, -3600, 0]

FAULTS = {
    "disk": disk_is_full,
    "attachments": attachments_are_full,
    "restart": postgres_restarts,
    "crash": a_backend_crashes,
    "connections": connections_run_out,
    "stall-postgres": postgres_stands_still,
    "stall-server": server_stands_still,
    "clock": clock_jumps,
}
