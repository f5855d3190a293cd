"""The desk under test: a server of its own with a demo desk, and people who sign in to it."""
import itertools
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

ADMIN_PASSWORD = "admin pass phrase 1"
PASSWORD = "a long pass phrase"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class Person:
    id: str
    username: str
    name: str
    token: str


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status


class Desk:
    """A started server. With ITSM_ADDRESS set, the one that runs there (its administrator's password in ITSM_ADMIN_PASSWORD)."""

    def __init__(self, demo=True):
        self._demo = ["--demo"] if demo else []
        self._numbers = itertools.count(1)
        self._run = os.urandom(2).hex()
        self.address = os.environ.get("ITSM_ADDRESS")
        self._process = None
        if not self.address:
            self._start()
        self.port = urllib.parse.urlsplit(self.address).port
        self.admin = self._sign_in("admin", os.environ.get("ITSM_ADMIN_PASSWORD", ADMIN_PASSWORD))

    def _start(self):
        program = pathlib.Path(os.environ["ITSM_PROGRAMS"]) / "itsm-server"
        self._folder = tempfile.TemporaryDirectory(prefix="itsm-browser-")
        folder = pathlib.Path(self._folder.name)
        # The server leaves root for a user who has to come through here.
        folder.chmod(0o755)
        self._log = folder / "server.log"
        self.address = f"http://127.0.0.1:{free_port()}"
        listen = self.address.removeprefix("http://")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [program, "serve", *self._demo, "--data-dir", folder / "data", "--listen", listen],
                stdout=log, stderr=log, env={**os.environ, "ITSM_ADMIN_PASSWORD": ADMIN_PASSWORD})
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self._log.read_text()}")
            try:
                urllib.request.urlopen(self.address + "/readyz").close()
                return
            except urllib.error.URLError:
                time.sleep(0.1)

    def stop(self):
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)
        self._folder.cleanup()

    # REST, for what a test needs to be there before it clicks.

    def call(self, method, path, body=None, person=None, headers=None):
        request = urllib.request.Request(f"{self.address}/api/v1/{path}", method=method, headers={"Accept": "application/json", **(headers or {})})
        if person is not None:
            request.add_header("Authorization", f"Bearer {person.token}")
        if body is not None:
            request.add_header("Content-Type", "application/merge-patch+json" if method == "PATCH" else "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise Refused(error.code, error.read().decode()) from None

    def imported(self, person, table):
        """The job of an import of this CSV text, when it is over."""
        parts = [("preset", "", "servicenow"), ("timeZone", "", "UTC"), ("file", '; filename="incidents.csv"', table)]
        body = "".join(f'--part\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{text}\r\n' for name, more, text in parts) + "--part--\r\n"
        request = urllib.request.Request(f"{self.address}/api/v1/imports", body.encode(), {
            "Authorization": f"Bearer {person.token}", "Content-Type": "multipart/form-data; boundary=part"})
        with urllib.request.urlopen(request) as answer:
            job = json.load(answer)["id"]
        while (found := self.call("GET", f"jobs/{job}", person=person))["status"] in ("queued", "running"):
            time.sleep(0.1)
        assert found["status"] == "succeeded", found
        return job

    def _sign_in(self, username, password):
        token = self.call("POST", "auth/login", {"username": username, "password": password})["accessToken"]
        me = self.call("GET", "auth/me", person=Person("", "", "", token))
        return Person(me["id"], username, me["name"], token)

    def number(self):
        """Makes names of one run differ from those of others on the same desk."""
        return f"{self._run}{next(self._numbers)}"

    def person(self, role, name=None, groups=()):
        """A new person of that role, who can sign in with PASSWORD."""
        number = self.number()
        username = f"{role}.{number}"
        made = self.call("POST", "users", {
            "username": username, "name": name or f"{role.capitalize()} {number}", "email": f"{username}@example.org", "password": PASSWORD, "roles": [role]},
            self.admin)
        for group in groups:
            self.join(group, made["id"])
        return self._sign_in(username, PASSWORD)

    def join(self, group, user):
        self.call("POST", f"groups/{urllib.parse.quote(group)}/members", {"user": user}, self.admin)

    def ticket(self, person, **fields):
        draft = {"title": f"Browser test {self.number()}", "description": "Made for a test.", **fields}
        return self.call("POST", "tickets", {"kind": "incident", **draft}, person)
