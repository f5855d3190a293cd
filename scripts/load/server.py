"""An `itsm-server serve` of one's own: a private data folder, a free port of 127.0.0.1, ended by its process id."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

from rest import Client

ADMIN_PASSWORD = "a-password-for-tests-alone"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, condition, seconds=60, pause=0.02):
    """Waits until `condition()` is true, and fails loudly when that takes longer than anything is allowed to take."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(pause)


def processes_in(folder):
    """The ids of all that runs in a PostgreSQL's cluster: each has it as its working folder."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{name}/cwd") == folder:
                found.append(int(name))
        except OSError:
            pass
    return found


def psql(database, text, variables=None):
    """Runs statements through psql; rows come back as lists of text, nulls as ''."""
    arguments = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--field-separator=\x1f", "--record-separator=\x1e",
                 "--set=ON_ERROR_STOP=1", "--dbname", database]
    for name, value in (variables or {}).items():
        arguments += ["--set", f"{name}={value}"]
    done = subprocess.run(arguments, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [row.split("\x1f") for row in done.stdout.rstrip("\n").split("\x1e") if row.strip("\n")]


def last_lines(file, count):
    if not os.path.exists(file):
        return ""
    with open(file, errors="replace") as log:
        return "".join(log.readlines()[-count:])


def temporary_folder(parent=None):
    """A folder that the server's own user can search, when root runs this."""
    folder = tempfile.mkdtemp(prefix="itsm-load-", dir=parent)
    os.chmod(folder, 0o755)
    return folder


class Server:
    def __init__(self, programs, folder, environment=None):
        self.program = os.path.join(programs, "itsm-server")
        self.folder, self.data = folder, os.path.join(folder, "data")
        self.log = os.path.join(folder, "server.log")
        self.address = f"127.0.0.1:{free_port()}"
        self.environment = os.environ | {"ITSM_ADMIN_PASSWORD": ADMIN_PASSWORD, "ITSM_RATE_LIMIT": "0", "ITSM_RATE_LIMIT_ANONYMOUS": "0"} | (environment or {})
        self.process = None

    def start(self):
        """Starts it and waits until it is ready; gives the seconds which that took."""
        began = time.monotonic()
        self.launch()
        self.await_ready()
        return time.monotonic() - began

    def launch(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--data-dir", self.data, "--listen", self.address], stdout=log, stderr=log, env=self.environment)

    def await_ready(self, seconds=120):
        def is_ready():
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log_end()}"
            try:
                with urllib.request.urlopen(f"http://{self.address}/readyz", timeout=5) as answer:
                    return answer.status == 200
            except OSError:
                return False
        wait_until(f"the server is ready\n{self.log_end()}", is_ready, seconds, pause=0.005)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=120)

    def log_end(self, lines=15):
        return last_lines(self.log, lines)

    def client(self, token=None):
        return Client(self.address, token)

    def admin(self):
        return self.client().sign_in("admin", ADMIN_PASSWORD)

    # The private PostgreSQL

    @property
    def cluster(self):
        return os.path.realpath(os.path.join(self.data, "postgres"))

    @property
    def socket_folder(self):
        with open(os.path.join(self.cluster, "postmaster.pid")) as file:
            return file.read().split("\n")[4]

    @property
    def postmaster(self):
        with open(os.path.join(self.cluster, "postmaster.pid")) as file:
            return int(file.readline())

    def postgres_processes(self):
        return processes_in(self.cluster)

    def await_no_postgres(self):
        wait_until("no process of the cluster is left", lambda: not self.postgres_processes(), seconds=60)

    def database_url(self, role="itsm_app", database="itsm"):
        return f"postgresql:///{database}?host={self.socket_folder}&port=5432&user={role}"

    def sql(self, text, role="itsm_superuser", variables=None, database="itsm"):
        return psql(self.database_url(role, database), text, variables)


class Stage:
    """A temporary folder for servers, which are ended, and it removed, at the end of a `with`."""

    def __init__(self, programs, parent=None):
        self.programs, self.folder = programs, temporary_folder(parent)
        self.servers = []

    def server(self, name="one", environment=None):
        folder = os.path.join(self.folder, name)
        os.mkdir(folder)
        self.servers.append(Server(self.programs, folder, environment))
        return self.servers[-1]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        for server in reversed(self.servers):
            if error is not None:
                print(f"The end of {server.log}:\n{server.log_end()}", flush=True)
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
