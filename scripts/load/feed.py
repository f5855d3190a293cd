"""Reads the desk's feed as an integration does, and holds it against the table."""
import threading
import time

from rest import LOST, Refused


def read_from(client, place=None, limit=500):
    """Event ids after `place` up to the feed's present end, and the position to go on from."""
    found = []
    while True:
        page = client.get(f"events?limit={limit}" + (f"&after={place}" if place else ""))
        found += [event["id"] for event in page["items"]]
        place = page["position"]
        if "next" not in page:
            return found, place


class Follower(threading.Thread):
    """Follows the feed through everything that happens to the server."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client, self.seen, self.place = client, [], None
        self.is_over, self.fault = False, None

    def run(self):
        try:
            while not self.is_over:
                try:
                    found, self.place = read_from(self.client, self.place, limit=50)
                    self.seen += found
                except LOST:
                    pass
                except Refused as refused:
                    if refused.code != "unavailable":
                        raise
                time.sleep(0.01)
        except Exception as error:  # told by whoever waits for this thread
            self.fault = error

    def end(self):
        self.is_over = True
        self.join()
        if self.fault:
            raise self.fault


def compare(server, follower, admin):
    """The feed from its start, and what the follower saw, against the table. Gives the faults."""
    kinds = dict(server.sql("SELECT concat_ws('-', epoch, xid, id), kind FROM activity ORDER BY epoch, xid, id"))
    meant = list(kinds)
    follower.seen += read_from(follower.client, follower.place)[0]
    from_start, _ = read_from(admin)
    faults = []
    for name, seen in [("the feed from its start", from_start), ("the feed as it was followed", follower.seen)]:
        if seen == meant:
            continue
        missing, double = set(meant) - set(seen), len(seen) - len(set(seen))
        faults.append(f"{name} has {len(seen)} of {len(meant)} events: {len(missing)} missing {[(id, kinds[id]) for id in sorted(missing)[:3]]}, {double} twice, "
                      f"{'in' if [e for e in seen if e in set(meant)] == meant else 'out of'} order")
    return faults
