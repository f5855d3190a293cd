"""Sixteen writers and a reader of the feed, through everything that happens to what they write to; what they were told is held against the database."""
import collections

import feed
import ledger
from kills import WRITERS, done, failed, tokens
from server import wait_until


class Load:
    """Writers spread over servers of one desk."""

    def __init__(self, servers, database):
        self.database = database
        admin = servers[0].admin()
        admin.token = admin.issue_api_token("soak")
        self.admin = admin
        issued = tokens(servers[0], admin)
        self.writers = [ledger.Writer(servers[number % len(servers)], token, number) for number, token in enumerate(issued)]
        self.followers = [feed.Follower(server.client(admin.token)) for server in servers]
        for thread in [*self.writers, *self.followers]:
            thread.start()

    @property
    def count(self):
        return done(self.writers)

    def resume(self):
        for writer in self.writers:
            writer.resume()

    def flow(self, seconds=60):
        """Until as many more writes are acknowledged as there are writers."""
        before = self.count
        wait_until("writes go on", lambda: self.is_broken() or self.count >= before + WRITERS, seconds)

    def await_refusal(self, text, seconds=60):
        """Until a writer is told `text`."""
        wait_until(f"a writer is told \"{text}\", not only {dict(self.refusals)}",
                   lambda: self.is_broken() or any(text in told for told in self.refusals), seconds)

    @property
    def refusals(self):
        return sum((writer.refusals.copy() for writer in self.writers), collections.Counter())

    def is_broken(self):
        if failed(self.writers):
            raise next(writer.fault for writer in self.writers if writer.fault)
        return False

    def check(self):
        """Pauses the writers, and compares what they were told with what is there."""
        for writer in self.writers:
            writer.pause()
        wait_until("every writer has finished", lambda: all(writer.is_idle.is_set() for writer in self.writers))
        self.is_broken()
        self.expect_none(ledger.compare(self.database, self.writers))

    def end(self):
        self.check()
        for writer in self.writers:
            writer.end()
        for follower in self.followers:
            follower.end()
        for follower in self.followers:
            self.expect_none(feed.compare(self.database, follower, self.admin))
        tickets = sum(write.kind == "ticket" for writer in self.writers for write in writer.acknowledged)
        print(f"  {tickets} tickets and {self.count - tickets} comments acknowledged, each there once and whole; "
              f"{sum(writer.repeated for writer in self.writers)} requests repeated, {sum(len(writer.in_doubt) for writer in self.writers)} writes "
              f"without a key left in doubt; {len(self.followers[0].seen)} events followed without gap or double", flush=True)

    @staticmethod
    def expect_none(faults):
        if faults:
            raise AssertionError("\n".join(faults[:20]))
