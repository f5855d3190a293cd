"""Two servers on one database: what one of them takes from a person, the other does not give them any more within five seconds."""
import time

from rest import Refused
from server import ADMIN_PASSWORD, Stage

SECONDS = 5


def run(programs):
    with Stage(programs) as stage:
        first = stage.server("first")
        first.start()
        second = stage.server("second", {
            "ITSM_DATABASE_URL": first.database_url(), "ITSM_MIGRATION_URL": first.database_url("itsm_owner"),
            "ITSM_SECRET_KEY_FILE": f"{first.data}/secret.key",
        })
        second.start()
        admin = first.admin()

        person, there = sign_in(admin, second, "revoked")
        here = first.client(there.token)
        here.post("auth/logout", {})
        expect("a revoked sign-in", 401, lambda: there.get("auth/me"))

        person, there = sign_in(admin, second, "disabled")
        admin.send("DELETE", f"users/{person}")
        expect("a disabled person", 401, lambda: there.get("auth/me"))

        person, there = sign_in(admin, second, "demoted")
        admin.send("PATCH", f"users/{person}", {"roles": ["requester"]})
        expect("a role that was taken away", 403, lambda: there.get("audit"))


def sign_in(admin, second, name):
    """A new admin, known to the second server: it has answered them and remembers them."""
    person = admin.post("users", {"username": name, "name": name, "password": ADMIN_PASSWORD, "roles": ["admin"]})["id"]
    client = second.client().sign_in(name, ADMIN_PASSWORD)
    client.get("audit")
    return person, client


def expect(what, status, ask):
    changed = time.monotonic()
    while True:
        try:
            ask()
        except Refused as refused:
            assert refused.status == status, f"{what}: {refused}"
            print(f"  {what} holds on the second server after {time.monotonic() - changed:.2f} s")
            return
        assert time.monotonic() - changed < SECONDS, f"{what} still works on the second server after {SECONDS} s"
        time.sleep(0.02)
