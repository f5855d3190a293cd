"""How long the server takes for the pages of the web desk, one reader at a time, and what a first visit weighs."""
import gzip
import http.client
import re
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
        self.first_visit = self.weigh(QUEUE[0])

    def get(self, path):
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer, body

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

    def weigh(self, page):
        """Bytes over the wire of a page and of all assets that it and they name."""
        seen, open_, total = set(), [page], 0
        while open_:
            path = open_.pop()
            answer, body = self.get(path)
            total += len(body)
            text = gzip.decompress(body).decode() if answer.getheader("Content-Encoding") == "gzip" else body.decode()
            found = re.findall(r"/assets/[\w.-]+", text) + [f"/assets/{name}" for name in re.findall(r"'\./([\w.-]+)'", text)]
            for name in found:
                if name not in seen:
                    seen.add(name)
                    open_.append(name)
        return total

    def lines(self):
        rows = [f"| queue, {path.partition('?')[2]} | {times['p50']:.1f} | {times['p95']:.1f} |" for path, times in self.queue.items()]
        return ["| page, of 1 reader | p50 ms | p95 ms |", "|---|--:|--:|", *rows,
                f"| ticket | {self.ticket['p50']:.1f} | {self.ticket['p95']:.1f} |", "",
                f"A first visit to the queue takes {self.first_visit / 1_000:.1f} KB, compressed: the page, its style sheet, icons and modules."]
