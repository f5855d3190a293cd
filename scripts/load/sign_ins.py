"""A hundred people sign in at once while others read lists: all get in, and the reads' times are told. No time is a test."""
import threading
import time

from server import ADMIN_PASSWORD, Stage

PEOPLE, READERS, TICKETS = 100, 4, 200


def run(programs):
    with Stage(programs) as stage:
        server = stage.server()
        server.start()
        admin = server.admin()
        admin.token = admin.issue_api_token("load")
        prepare(admin)
        idle, _ = measure(server, admin.token, lambda: time.sleep(1))
        times, sign_ins = measure(server, admin.token, lambda: sign_in_all(server))
        print(f"  reads of 50 tickets: p95 {percentile(idle, 95):.1f} ms before ({len(idle)} reads), "
              f"{percentile(times, 95):.1f} ms while {PEOPLE} people signed in ({len(times)} reads, p99 {percentile(times, 99):.1f} ms)")
        print(f"  sign-ins: p50 {percentile(sign_ins, 50):.0f} ms, last {max(sign_ins):.0f} ms; all {len(sign_ins)} got in")


def prepare(admin):
    for number in range(PEOPLE):
        admin.post("users", {"username": f"person{number}", "name": f"Person {number}", "password": ADMIN_PASSWORD})
    for number in range(TICKETS):
        admin.post("incidents", {"title": f"Printer {number} is out of paper", "impact": "low", "urgency": "medium"})


def measure(server, token, work):
    """The milliseconds of each read that began while `work` ran, and its result."""
    times, is_over = [], threading.Event()

    def read():
        client = server.client(token)
        while not is_over.is_set():
            began = time.monotonic()
            client.get("tickets?statusCategory=open&limit=50")
            times.append((time.monotonic() - began) * 1_000)
    readers = [threading.Thread(target=read) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        result = work()
    finally:
        is_over.set()
        for reader in readers:
            reader.join()
    return times, result


def sign_in_all(server):
    times, faults, gate = [], [], threading.Barrier(PEOPLE)

    def sign_in(number):
        client = server.client()
        gate.wait()
        began = time.monotonic()
        try:
            client.sign_in(f"person{number}", ADMIN_PASSWORD)
            times.append((time.monotonic() - began) * 1_000)
        except Exception as error:  # told below, for all
            faults.append(error)
    people = [threading.Thread(target=sign_in, args=[number]) for number in range(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not faults, f"{len(faults)} of {PEOPLE} could not sign in: {faults[0]!r}"
    return times


def percentile(times, percent):
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
