"""Writers that note what the server acknowledged, and the comparison of their notes with what the database holds."""
import collections
import random
import threading
import time
import uuid

from rest import LOST, Refused

# Answers to writes of which nobody knows whether they happened, or that did not yet: come again under the same key.
COME_AGAIN = {"unavailable", "outcomeUnknown", "inProgress"}

# Whose members may write work notes on what they raised themselves.
GROUP = "Service desk"


class Write:
    """One thing that a writer wanted: a ticket with a title of its own, or a comment with a body of its own."""

    def __init__(self, kind, text, ticket=None, visibility=None):
        self.kind, self.text, self.ticket, self.visibility = kind, text, ticket, visibility
        self.id = None
        self.number = None


class Writer(threading.Thread):
    """Writes one thing after another on a connection of its own while it may. With a key it repeats until it is told that it is done; without one (only
    so do tickets share commits) a lost answer leaves the write in doubt."""

    def __init__(self, server, token, number):
        super().__init__(daemon=True)
        self.client = server.client(token)
        self.random = random.Random(number)
        self.is_keyed = number % 2 == 0
        self.acknowledged, self.in_doubt = [], []
        self.repeated, self.refusals = 0, collections.Counter()
        self.fault = None
        self.may_write, self.is_idle, self.is_over = threading.Event(), threading.Event(), False

    def run(self):
        try:
            while not self.is_over:
                self.is_idle.set()
                self.may_write.wait()
                if self.is_over:
                    return
                self.is_idle.clear()
                self.write()
        except Exception as error:  # told by whoever waits for this thread
            self.fault = error
            self.is_idle.set()

    def pause(self):
        self.may_write.clear()

    def resume(self):
        self.is_idle.clear()
        self.may_write.set()

    def end(self):
        self.is_over = True
        self.may_write.set()
        self.join()

    def write(self):
        write = self.next()
        headers = {"Idempotency-Key": str(uuid.uuid4())} if self.is_keyed else {}
        for attempt in range(3_000):
            try:
                answer = self.post(write, headers)
                write.id, write.number = answer["id"], answer.get("number")
                self.acknowledged.append(write)
                return
            except LOST as lost:
                doubtful = not isinstance(lost, ConnectionRefusedError)
            except Refused as refused:
                if refused.code not in COME_AGAIN:
                    raise
                self.refusals[f"{refused.status} {refused.detail}"] += 1
                # Refused before anything was tried, or rolled back: only an unknown outcome is doubtful.
                doubtful = refused.code == "outcomeUnknown"
            if doubtful and not self.is_keyed:
                self.in_doubt.append(write)
                time.sleep(0.02)
                return
            self.repeated += 1
            time.sleep(0.02)
        raise AssertionError(f"a {write.kind} could not be written for a minute")

    def next(self):
        text = f"{uuid.uuid4()} ü {'x' * self.random.randrange(200)}"
        if self.acknowledged and self.random.random() < 0.4:
            tickets = [write for write in self.acknowledged[-50:] if write.kind == "ticket"]
            if tickets:
                return Write("comment", text, self.random.choice(tickets), self.random.choice(["public", "workNote"]))
        return Write("ticket", text)

    def post(self, write, headers):
        if write.kind == "ticket":
            draft = {"title": write.text, "description": write.text[::-1], "impact": "high", "urgency": "low", "group": GROUP}
            return self.client.post("incidents", draft, headers)
        comment = {"body": write.text, "visibility": write.visibility}
        return self.client.post(f"tickets/{write.ticket.number}/comments", comment, headers)


TICKETS = """
SELECT t.id, t.number, t.title, t.description, count(a.id)
FROM tickets t LEFT JOIN activity a ON a.ticket_id = t.id AND a.kind = 'ticket.created' AND a.record_id = t.id
GROUP BY t.id
"""
COMMENTS = """
SELECT c.id, c.ticket_id, v.body, (SELECT count(*) FROM activity a WHERE a.ticket_id = c.ticket_id AND a.kind = 'ticket.commented'
    AND a.payload::text LIKE '%' || c.id || '%')
FROM comments c LEFT JOIN comment_versions v ON v.comment_id = c.id AND v.version = c.version
"""
WITHOUT_RECORD = """
SELECT count(*) FROM activity a
WHERE a.kind = 'ticket.created' AND NOT EXISTS (SELECT FROM tickets t WHERE t.id = a.record_id)
"""


def compare(server, writers):
    """Row by row. Gives the faults."""
    faults = []
    tickets = {row[0]: row[1:] for row in server.sql(TICKETS)}
    comments = {row[0]: row[1:] for row in server.sql(COMMENTS)}
    times = {}
    for text in [row[1] for row in tickets.values()] + [row[1] for row in comments.values()]:
        times[text] = times.get(text, 0) + 1
    for writer in writers:
        for write in writer.acknowledged:
            if write.kind == "ticket":
                found, meant = tickets.get(write.id), [write.number, write.text, write.text[::-1], "1"]
            else:
                found, meant = comments.get(write.id), [write.ticket.id, write.text, "1"]
            if found != meant:
                faults.append(f"acknowledged {write.kind} {write.id}: {meant} became {found}")
            if times.get(write.text, 0) != 1:
                faults.append(f"{write.kind} {write.id} is there {times.get(write.text, 0)} times")
        for write in writer.in_doubt:
            if times.get(write.text, 0) > 1:
                faults.append(f"a {write.kind} in doubt is there {times[write.text]} times")
    faults += [f"half a ticket: {id} {row}" for id, row in tickets.items() if row[3] != "1"]
    faults += [f"half a comment: {id} {row}" for id, row in comments.items() if not row[1] or row[2] != "1"]
    lonely = server.sql(WITHOUT_RECORD)[0][0]
    if lonely != "0":
        faults.append(f"{lonely} activities of tickets that are not there")
    return faults
