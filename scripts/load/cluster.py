"""A PostgreSQL of one's own beside the servers, on a free port of 127.0.0.1, and a synchronous standby of it."""
import glob
import os
import pwd
import signal
import subprocess

from server import free_port, last_lines, processes_in, psql, wait_until

ROLES = """
CREATE ROLE itsm_owner LOGIN;
CREATE ROLE itsm_app LOGIN;
"""


def newest_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
    assert found, "PostgreSQL is not installed"
    return found[-1]


class Cluster:
    """Runs as the user postgres where root runs this, as PostgreSQL refuses root."""

    def __init__(self, folder, name):
        self.programs, self.name = newest_programs(), name
        self.data, self.log = os.path.join(folder, name), os.path.join(folder, f"{name}.log")
        self.port = free_port()
        self.process = None
        user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if user else []
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)

    def call(self, program, *arguments):
        done = subprocess.run(self.prefix + [os.path.join(self.programs, program), *arguments], capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, f"{program}: {done.stderr}"

    def make(self):
        self.call("initdb", f"--pgdata={self.data}", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync")

    def copy(self, other):
        """Becomes a standby of `other`, as it is now."""
        self.call("pg_basebackup", f"--pgdata={self.data}", "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
                  f"--dbname=host=127.0.0.1 port={other.port} user=postgres application_name={self.name}")

    def start(self, *settings):
        arguments = [os.path.join(self.programs, "postgres"), "-D", self.data]
        for setting in [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "wal_level=replica", "max_wal_senders=5",
                        "wal_receiver_status_interval=1s", "log_destination=stderr", *settings]:
            arguments += ["-c", setting]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.prefix + arguments, stdout=log, stderr=log, cwd="/")
        wait_until(f"PostgreSQL {self.name} answers", self.answers)

    def answers(self):
        return subprocess.run([os.path.join(self.programs, "pg_isready"), "--quiet", "--host=127.0.0.1", f"--port={self.port}"]).returncode == 0

    def kill(self):
        """All of it at once, as when a machine loses its power."""
        processes = self.processes()
        self.process.kill()
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        wait_until("no process of the cluster is left", lambda: not self.processes())

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def processes(self):
        return processes_in(os.path.realpath(self.data))

    def sql(self, text, database="itsm", role="postgres"):
        return psql(f"host=127.0.0.1 port={self.port} user={role} dbname={database}", text)

    def make_desk(self):
        """The two roles and the empty database of the admin guide."""
        self.sql(ROLES, "postgres")
        self.sql("CREATE DATABASE itsm OWNER itsm_owner ENCODING 'UTF8' TEMPLATE template0", "postgres")

    def wait_for(self, standby):
        """From here on a commit is acknowledged when the standby has it on its disk."""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{standby.name}'", "postgres")
        self.sql("SELECT pg_reload_conf()", "postgres")
        wait_until("the standby is synchronous", lambda: self.sql("SELECT sync_state FROM pg_stat_replication", "postgres") == [["sync"]])

    def promote(self):
        self.call("pg_ctl", "promote", f"--pgdata={self.data}")
        wait_until("the standby is the primary", lambda: self.sql("SELECT pg_is_in_recovery()", "postgres") == [["f"]])
        # It has the old primary's settings, and so would wait for a standby that is not there.
        self.sql("ALTER SYSTEM RESET synchronous_standby_names", "postgres")
        self.sql("SELECT pg_reload_conf()", "postgres")

    def log_end(self, lines=15):
        return last_lines(self.log, lines)


def url(role, *clusters):
    """Names several hosts, of which libpq takes the one that can be written."""
    hosts = ",".join(f"127.0.0.1:{cluster.port}" for cluster in clusters)
    return f"postgresql://{role}@{hosts}/itsm?target_session_attrs=read-write"
