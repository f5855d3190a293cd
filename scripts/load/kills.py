"""kill -9 of the server and of PostgreSQL, again and again, while 16 writers write: nothing acknowledged is lost, nothing is there twice or half."""
import os
import random
import signal
import time

import feed
import ledger
from server import ADMIN_PASSWORD, Stage, wait_until

WRITERS = 16


def run(programs, rounds):
    with Stage(programs) as stage:
        server = stage.server()
        server.start()
        admin = server.admin()
        admin.token = admin.issue_api_token("soak")
        writers = [ledger.Writer(server, token, number) for number, token in enumerate(tokens(server, admin))]
        follower = feed.Follower(server.client(admin.token))
        for thread in [*writers, follower]:
            thread.start()
        for round in range(1, rounds + 1):
            play(server, writers, round, rounds)
        for writer in writers:
            writer.end()
        follower.end()
        faults = ledger.compare(server, writers) + feed.compare(server, follower, admin)
        server.stop()
        server.await_no_postgres()
        report(faults, writers, follower)


def tokens(server, admin):
    """API tokens of four agents of one group, for four writers each."""
    admin.post("groups", {"name": ledger.GROUP})
    found = []
    for number in range(4):
        name = f"agent{number}"
        admin.post("users", {"username": name, "name": name, "password": ADMIN_PASSWORD, "roles": ["agent"], "groups": [ledger.GROUP]})
        agent = server.client().sign_in(name, ADMIN_PASSWORD)
        found += [agent.issue_api_token(f"writer {n}") for n in range(WRITERS // 4)]
    return found


def play(server, writers, round, rounds):
    before = done(writers)
    for writer in writers:
        writer.resume()
    wait_until("writes go on", lambda: failed(writers) or done(writers) >= before + WRITERS)
    time.sleep(random.uniform(0, 0.7))
    began = time.monotonic()
    if round % 2 == 1:
        what = "server"
        server.kill()
        server.await_no_postgres()
        server.start()
    else:
        what = "PostgreSQL"
        postmaster = server.postmaster
        os.kill(postmaster, signal.SIGKILL)
        wait_until("PostgreSQL is another one", lambda: is_another(server, postmaster))
        server.await_ready()
    took = time.monotonic() - began
    at_kill = done(writers)
    wait_until("every writer writes again", lambda: failed(writers) or done(writers) >= at_kill + WRITERS)
    for writer in writers:
        writer.pause()
    wait_until("every writer has finished", lambda: all(writer.is_idle.is_set() for writer in writers))
    for writer in writers:
        if writer.fault:
            raise writer.fault
    faults = ledger.compare(server, writers)
    print(f"  {round}/{rounds}: {what} killed, back after {took:.2f} s; {done(writers)} writes acknowledged, {len(faults)} faults", flush=True)
    if faults:
        raise AssertionError("\n".join(faults[:20]))


def is_another(server, postmaster):
    try:
        return server.postmaster != postmaster
    except (OSError, ValueError):
        return False


def done(writers):
    return sum(len(writer.acknowledged) for writer in writers)


def failed(writers):
    return any(writer.fault for writer in writers)


def report(faults, writers, follower):
    tickets = sum(write.kind == "ticket" for writer in writers for write in writer.acknowledged)
    print(f"  {tickets} tickets and {done(writers) - tickets} comments acknowledged; {sum(writer.repeated for writer in writers)} requests repeated, "
          f"{sum(len(writer.in_doubt) for writer in writers)} writes left in doubt; {len(follower.seen)} events followed")
    if faults:
        raise AssertionError("\n".join(faults[:20]))
    print("  every acknowledged write is there once and whole, the feed has no gap and no double, nothing runs any more")
