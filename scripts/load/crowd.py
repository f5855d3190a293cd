"""A hundred people at work at once, with a thousand live streams open: what they wait for by route, and what the server's memory does meanwhile.

Each thinks for five seconds on average between two things: agents look at the queue, tickets and notices, search, reply and change properties;
requesters look at the portal, reply and raise requests. They use pages and REST as browsers and scripts do. An error, or a stream that ends or
misses an event, fails; with `judge` so do a p95 of 200 ms and more and memory that keeps growing.
"""

import asyncio
import json
import random
import statistics
import time
from datetime import datetime, timezone

import aiohttp
from measure import memory
from server import ADMIN_PASSWORD, Stage

PEOPLE, REQUESTERS, STREAMS, TICKETS, THINK = 100, 30, 1_000, 1_000, 5.0
SLOWEST, MOST_GROWTH = 200, 1.10
WORDS = "printer network laptop mail vpn password screen keyboard phone account".split()


def run(programs, seconds, judge):
    with Stage(programs) as stage:
        server = stage.server(environment={"ITSM_LOG_LEVEL": "warning"})
        server.start()
        faults = asyncio.run(Crowd(server, seconds, judge).run())
    for fault in faults:
        print(f"  {fault}")
    assert not faults, f"{len(faults)} things are not as they shall be"


class Crowd:
    def __init__(self, server, seconds, judge):
        self.server, self.seconds, self.judge = server, seconds, judge
        self.times, self.errors, self.memory, self.lags = {}, [], [], []
        self.open_streams = self.lost_streams = 0
        self.delivered = [0] * STREAMS
        self.is_over = False
        self.numbers = []

    async def run(self):
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(f"http://{self.server.address}", connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as self.http:
            await self.prepare()
            streams = [asyncio.create_task(self.listen(index)) for index in range(STREAMS)]
            await self.await_streams()
            print(f"  {PEOPLE} people, {STREAMS} streams, {TICKETS} tickets; {self.seconds} s", flush=True)
            began = time.monotonic()
            watch = asyncio.create_task(self.watch(began))
            await asyncio.gather(*(self.work(person, began) for person in self.people))
            await self.await_delivery()
            self.is_over = True
            for task in [watch, *streams]:
                task.cancel()
            await asyncio.gather(watch, *streams, return_exceptions=True)
        return self.report()

    # Before

    async def prepare(self):
        admin = await self.send("POST", "/api/v1/auth/login", body={"username": "admin", "password": ADMIN_PASSWORD})
        self.admin = (await self.send("POST", "/api/v1/auth/tokens", admin["accessToken"], {"name": "crowd"}))["token"]
        await self.send("POST", "/api/v1/groups", self.admin, {"name": "Crowd"})
        self.people = await self.many(range(PEOPLE), self.person)
        self.tokens = [token for person in self.people for token in person.tokens]
        await self.many(range(TICKETS), self.raise_ticket)

    async def many(self, values, work, at_once=8):
        gate = asyncio.Semaphore(at_once)

        async def one(value):
            async with gate:
                return await work(value)

        return await asyncio.gather(*map(one, values))

    async def person(self, index):
        is_agent = index >= REQUESTERS
        name = f"person{index}"
        await self.send(
            "POST",
            "/api/v1/users",
            self.admin,
            {
                "username": name,
                "name": f"Person {index}",
                "password": ADMIN_PASSWORD,
                "roles": ["agent" if is_agent else "requester"],
                "groups": ["Crowd"] if is_agent else [],
            },
        )
        access = (await self.send("POST", "/api/v1/auth/login", body={"username": name, "password": ADMIN_PASSWORD}))["accessToken"]
        tokens = [
            (await self.send("POST", "/api/v1/auth/tokens", access, {"name": f"stream {number}"}))["token"] for number in range(STREAMS // PEOPLE)
        ]
        async with self.http.post("/sign-in", data={"username": name, "password": ADMIN_PASSWORD, "next": "/"}, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            cookie = "; ".join(f"{each.key}={each.value}" for each in answer.cookies.values())
        return Person(index, is_agent, tokens, cookie)

    async def raise_ticket(self, index):
        person = self.people[index % PEOPLE]
        made = await self.send(
            "POST",
            "/api/v1/incidents",
            person.tokens[0],
            {"title": f"{random.choice(WORDS)} {index} does not work", "description": f"The {random.choice(WORDS)} of desk {index}."},
        )
        if index % 2 == 0:
            await self.send("PATCH", f"/api/v1/tickets/{made['number']}", self.admin, {"group": "Crowd"})
        person.own.append(made["number"])
        self.numbers.append(made["number"])

    async def send(self, method, path, token=None, body=None):
        """What is asked for while nobody measures; waits where the server asks for it."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        while True:
            async with self.http.request(method, path, json=body, headers=headers) as answer:
                if answer.status == 429:
                    await asyncio.sleep(float(answer.headers.get("Retry-After", 1)))
                    continue
                assert answer.status < 300, f"{method} {path}: {answer.status} {await answer.text()}"
                return await answer.json()

    # The streams

    async def listen(self, index):
        """Counts what comes; of every hundredth stream it is read how late. aiohttp would take most of a core for a thousand of them."""
        host, port = self.server.address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1 << 20)
        writer.write(
            f"GET /api/v1/events/stream HTTP/1.1\r\nHost: {self.server.address}\r\nAuthorization: Bearer {self.tokens[index]}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n")[0]:
            return self.errors.append(f"stream: {head.split(chr(13).encode())[0].decode()}")
        self.open_streams += 1
        # Agents' streams all tell the same; those of requesters only of their own tickets.
        is_agent, rest = self.people[index // (STREAMS // PEOPLE)].is_agent, b""
        while data := await reader.read(1 << 16):
            if not is_agent:
                continue
            # What is read ends anywhere: a line is counted when its end is there, with the line feed before it.
            text = rest + data
            end = max(text.rfind(b"\n"), 0)
            self.delivered[index] += text.count(b"\nevent: ticket.", 0, end) if index % 100 else self.late(text[:end])
            rest = text[end:]
        if not self.is_over:
            self.lost_streams += 1

    def late(self, text):
        found = 0
        for line in text.split(b"\n"):
            if line.startswith(b"data: {"):
                found += 1
                then = datetime.fromisoformat(json.loads(line[6:])["time"])
                self.lags.append((datetime.now(timezone.utc) - then).total_seconds() * 1_000)
        return found

    async def await_streams(self):
        for _ in range(600):
            if self.open_streams + len(self.errors) >= STREAMS:
                return
            await asyncio.sleep(0.1)

    async def await_delivery(self):
        """Until nothing more comes."""
        before = None
        while sum(self.delivered) != before:
            before = sum(self.delivered)
            await asyncio.sleep(1)

    # The people

    async def work(self, person, began):
        choice = random.Random(person.index)
        await asyncio.sleep(choice.uniform(0, THINK))
        while time.monotonic() - began < self.seconds:
            await self.act(person, choice)
            await asyncio.sleep(choice.uniform(0, 2 * THINK))

    async def act(self, person, choice):
        own = choice.choice(person.own)
        if person.is_agent:
            number = choice.choice(self.numbers)
            what = choice.choices(["queue", "rows", "ticket", "search", "list", "reply", "change", "notices"], [25, 10, 25, 10, 8, 8, 9, 5])[0]
        else:
            number = own
            what = choice.choices(["portal", "own", "reply", "raise", "notices"], [40, 30, 15, 5, 10])[0]
        match what:
            case "queue":
                await self.page("queue page", "/queue", person)
            case "rows":
                await self.page("queue rows", "/queue/rows?limit=50", person)
            case "ticket":
                await self.page("ticket page", f"/tickets/{number}", person)
            case "search":
                await self.page("search page", f"/queue?q={choice.choice(WORDS)}", person)
            case "notices":
                await self.page("notices", "/notices/newest", person)
            case "portal":
                await self.page("portal page", "/portal", person)
            case "own":
                await self.page("portal ticket page", f"/portal/tickets/{number}", person)
            case "list":
                await self.rest("GET tickets", "GET", "tickets?statusCategory=open&limit=50", person)
            case "reply":
                await self.rest("POST comments", "POST", f"tickets/{number}/comments", person, {"body": f"It is {choice.random()} now."})
            case "change":
                await self.rest(
                    "PATCH ticket",
                    "PATCH",
                    f"tickets/{number}",
                    person,
                    {"urgency": choice.choice(["low", "medium", "high"]), "tags": [str(choice.random())]},
                )
            case "raise":
                await self.rest("POST requests", "POST", "requests", person, {"title": f"A new {choice.choice(WORDS)}"})

    async def page(self, name, path, person):
        await self.timed(name, self.http.get(path, headers={"Cookie": person.cookie}, allow_redirects=False))

    async def rest(self, name, method, path, person, body=None):
        await self.timed(name, self.http.request(method, f"/api/v1/{path}", json=body, headers={"Authorization": f"Bearer {person.tokens[0]}"}))

    async def timed(self, name, asking):
        began = time.monotonic()
        try:
            async with asking as answer:
                await answer.read()
                if answer.status >= 300:
                    self.errors.append(f"{name}: {answer.status}")
        except (aiohttp.ClientError, OSError) as error:
            self.errors.append(f"{name}: {error!r}")
        self.times.setdefault(name, []).append((time.monotonic() - began) * 1_000)

    async def watch(self, began):
        while True:
            await asyncio.sleep(10)
            found = memory([self.server.process.pid])
            self.memory.append(found["Rss"])
            done = sum(map(len, self.times.values()))
            print(
                f"  {time.monotonic() - began:5.0f} s  server {found['Rss']:6.0f} MB  {done} answers  {sum(self.delivered)} events  "
                f"{len(self.errors)} errors",
                flush=True,
            )

    # After

    def report(self):
        everything = sorted(value for values in self.times.values() for value in values)
        print(f"  {'route':20} {'count':>6} {'p50':>7} {'p95':>7} {'p99':>7} ms")
        for name, values in sorted(self.times.items()) + [("all", everything)]:
            print(f"  {name:20} {len(values):6} " + " ".join(f"{percentile(values, percent):7.1f}" for percent in (50, 95, 99)))
        print(
            f"  events: {sum(self.delivered)} delivered on {STREAMS} streams, p50 {percentile(self.lags, 50):.0f} ms "
            f"and p99 {percentile(self.lags, 99):.0f} ms "
            f"after they happened; {self.lost_streams} streams ended"
        )
        faults = sorted(set(self.errors))
        if self.lost_streams:
            faults.append(f"{self.lost_streams} streams ended before their time")
        told = {count for index, count in enumerate(self.delivered) if self.people[index // (STREAMS // PEOPLE)].is_agent}
        if len(told) != 1 or 0 in told:
            fewer = sum(count < max(told) for index, count in enumerate(self.delivered) if self.people[index // (STREAMS // PEOPLE)].is_agent)
            faults.append(f"agents' streams told of {min(told)} to {max(told)} events, {fewer} of them of fewer than the others, which has to be the same")
        if self.judge:
            if percentile(everything, 95) >= SLOWEST:
                faults.append(f"the p95 of {percentile(everything, 95):.0f} ms is not under {SLOWEST}")
            # Caches fill at first: the last quarter against the second.
            quarter = len(self.memory) // 4
            if quarter:
                early, late = statistics.median(self.memory[quarter : 2 * quarter]), statistics.median(self.memory[-quarter:])
                print(f"  memory: {early:.0f} MB in the second quarter, {late:.0f} MB in the last")
                if late > early * MOST_GROWTH:
                    faults.append(f"memory grew from {early:.0f} to {late:.0f} MB")
        return faults


class Person:
    def __init__(self, index, is_agent, tokens, cookie):
        self.index, self.is_agent, self.tokens, self.cookie = index, is_agent, tokens, cookie
        self.own = []


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0
