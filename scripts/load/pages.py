"""How long the server takes for the pages of the web desk, one reader at a time."""
import http.client
import statistics
import time

QUEUE = [f"/queue?view={view}" for view in ("open", "mine", "groups", "unassigned", "resolved")] + ["/queue?view=open&sort=priority&by=priority"]
ROUNDS = 100


class Pages:
    """Times in milliseconds, from the request to the last byte on one kept connection of this machine."""

    def __init__(self, server, token, tickets):
        self.connection = http.client.HTTPConnection(server.address, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}", "Accept": "text/html", "Accept-Encoding": "gzip"}
        self.queue = {path: self.times(path) for path in QUEUE}
        self.ticket = self.times(f"/tickets/INC{tickets // 2:07}")

    def get(self, path):
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"

    def times(self, path):
        for _ in range(10):
            self.get(path)
        found = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            self.get(path)
            found.append((time.perf_counter() - began) * 1_000)
        cuts = statistics.quantiles(found, n=100)
        return {"p50": cuts[49], "p95": cuts[94]}

    def lines(self):
        rows = [f"| queue, {path.partition('?')[2]} | {times['p50']:.1f} | {times['p95']:.1f} |" for path, times in self.queue.items()]
        return ["| page, of 1 reader | p50 ms | p95 ms |", "|---|--:|--:|", *rows,
                f"| ticket | {self.ticket['p50']:.1f} | {self.ticket['p95']:.1f} |"]
