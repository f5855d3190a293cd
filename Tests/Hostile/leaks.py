"""Looks for what a person may not read, everywhere that the server answers: leaks.py [--long] [--spoil] [--as PERSON]. Ends with 1 where it finds something.

Every text of the desk is marked with a word of its own (world.py). As each person it reads every GET operation of the OpenAPI document with every
id there is, lists by every filter, sort and search, exports, the feed and its live stream, and every page that the links of anybody lead to; then

- no mark may stand in an answer, its headers included, that the person may not read by domain.md 3; nor the id or number of a hidden ticket
- lists and counts hold what the person may see, all of it and nothing else
- a hidden record and one that is not there are answered alike, to the byte but for ids, by every method of every route
- once more tickets are there that a person may not see, everything answers them as before

--spoil lets everybody's marks count as hidden, to see that the crawl finds them.
"""

import argparse
import json
import re
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urljoin, urlsplit

from world import MARK, World

ABSENT_ID, ABSENT_PART, ABSENT_NUMBER = "01932b4e-7c00-7000-8000-0000000000aa", "01932b4e-7c00-7000-8000-0000000000bb", "INC9999999"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?:INC|REQ|PRB|CHG|WRK)\d{7}")
# The same routes once more, for one kind of ticket.
SAME = re.compile("/(changes|problems|requests|work-orders)")
# What differs between two answers to one question.
CHANGING = [
    (re.compile(r"(?<=Request )[0-9a-f-]{36}"), "REQUEST"),
    (re.compile(r'("requestId": ?|name="csrf" (?:value|content)=|"csrf(?:Token)?": ?|nonce=|data-csrf=|name="form-token" content=)"[^"]*"'), r'\1""'),
    (re.compile(r'"(elapsedSeconds|remainingSeconds|percent|lastUsedAt|position|next)": ?("[^"]*"|-?[\d.]+)'), r'"\1":0'),
    (re.compile(r"(?<![-\w])\d+-\d+-\d+(?![-\w])"), "FEED"),
    (re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"[?&](cursor|after)=[^&\"<> ]*"), "CURSOR"),
    (re.compile(r' data-left=.*?</svg>(?:<span class="vh">[^<]*</span>)?(?:<span class="v"[^>]*>)?[^<]*'), " LEFT"),
    (re.compile(r"<time[^>]*>[^<]*</time>"), "TIME"),
]
UNLIKE = {"date", "x-request-id", "traceparent", "etag", "content-length", "link", "set-cookie", "server-timing", "ratelimit"}


class Leaks:
    def __init__(self, world, long, spoil):
        self.world, self.long, self.spoil = world, long, spoil
        self.address = world.desk.address
        self.document = world.desk.call("GET", "openapi.json")
        self.found = []

    def tell(self, person, where, what):
        line = f"{person} {where}: {what}"
        if line not in self.found:
            self.found.append(line)
            print(f"  LEAK {line}", flush=True)

    # Asking

    def ask(self, person, method, path, body=None, page=False, **more):
        session = person.web if page else person.api
        if body is not None:
            more["headers"] = {"Content-Type": "application/merge-patch+json" if method == "PATCH" else "application/json"}
            more["data"] = json.dumps(body)
        answer = session.request(method, self.address + path, allow_redirects=False, **more)
        person.asked += 1
        self.check(person, f"{method} {path}", answer, path + (json.dumps(body) if body else ""))
        return answer

    def check(self, person, where, answer, asked):
        text = answer.content.decode(errors="replace") + str(answer.headers)
        if answer.status_code >= 500:
            self.tell(person, where, f"answers {answer.status_code}")
        self.check_text(person, where, text, asked)

    def check_text(self, person, where, text, asked=""):
        for mark in set(MARK.findall(text)):
            what, readers = self.world.marks[mark]
            if mark not in asked and (self.spoil or not readers(person)):
                self.tell(person, where, f"tells {what}")
        hidden = {name: ticket for ticket in self.world.tickets if not person.sees(ticket) for name in (ticket.id, ticket.number)}
        for name in set(ID.findall(text)) & hidden.keys():
            # The record of who did what names all that happened, not what it was about.
            if name not in asked and not ("/audit" in where and "audit:read" in person.rights):
                self.tell(person, where, f"names a hidden ticket, {name}")

    # What there is to ask for

    def values(self, path):
        """All paths that a template stands for: with the ids of all records there are, and one that is not."""
        names = re.findall(r"\{(\w+)\}", path)
        if "{key}" in path:
            for ticket in self.world.tickets:
                mine = {
                    "comment": ticket.comments,
                    "attachment": ticket.attachments,
                    "link": ticket.links or [ABSENT_ID],
                    "visibility": ["public", "workNote"],
                    "timer": ["response", "resolution"],
                    "user": [each.id for each in ticket.watchers] or [ABSENT_ID],
                }
                rest = [name for name in names if name != "key"]
                for key in (ticket.number, ticket.id) if self.long or not rest and "/tickets/" in path else (ticket.number,):
                    for value in mine[rest[0]] if rest else [None]:
                        yield path.replace("{key}", key).replace("{%s}" % (rest or ["-"])[0], str(value))
            return
        kind = path.split("/{")[0].removeprefix("/api/v1/")
        for value in self.records.get(kind, []) + [ABSENT_ID] if names else [None]:
            yield path.replace("{%s}" % (names or ["-"])[0], str(value)).replace("{version}", "1").replace("{user}", ABSENT_ID).replace(
                "{role}", ABSENT_ID
            )

    def learn(self):
        """The ids of all that can be listed, as who sees everything and as who owns what."""
        self.records = {}
        for person in [self.world.people["sue"], *self.world.people.values()]:
            for kind in (
                "users",
                "groups",
                "roles",
                "services",
                "categories",
                "views",
                "custom-fields",
                "assignment-rules",
                "sla/policies",
                "sla/calendars",
                "sla/escalation-rules",
                "auth/tokens",
                "auth/sessions",
                "notifications",
                "jobs",
                "audit",
            ):
                answer = person.api.get(f"{self.address}/api/v1/{kind}", params={} if kind.startswith("auth") else {"limit": 20})
                if answer.status_code == 200:
                    known = self.records.setdefault(kind, [])
                    known += [each["id"] for each in answer.json()["items"] if each["id"] not in known]

    def reads(self):
        """Every address of the document's GET operations, lists also by each parameter."""
        tickets, people = self.world.tickets, self.world.people
        marks = list(self.world.marks)
        for path, operations in self.document["paths"].items():
            operation = operations.get("get")
            if operation is None or path.endswith("/stream") or path in ("/readyz", "/healthz") or not self.long and SAME.search(path):
                continue
            parameters = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
            required = [each["name"] for each in operation["parameters"] if each["in"] == "query" and each["required"]]
            for concrete in self.values(path):
                yield concrete + ("?" + "&".join(f"{name}=ticket" for name in required) if required else "")
                if "expand" in parameters:
                    yield concrete + "?expand=comments,attachments,links,watchers,timeline"
            if "{" in path or required:
                continue
            tests = {
                "q": [*marks[:: 1 if self.long else 4 if path == "/api/v1/tickets" else 40], "canary", "Title"],
                "sort": ["number", "-updatedAt", "priority", "title", "dueAt", "assignee", "customFields.closed", "customFields.open"],
                "count": ["exact", "capped"],
                "parent": [each.number for each in tickets] + [ABSENT_NUMBER],
                "tag": marks[2:9],
                "confidential": ["true"],
                "assignee": [each.id for each in people.values()][:9] + ["none", "me"],
                "requester": [each.id for each in people.values()],
                "watcher": [people["rosa"].id],
                "group": ["Squad A", "Squad B", "none", "mine"],
                "member": [people["ina"].id],
                "role": ["agent"],
                "assignable": ["true"],
                "ticket": [each.number for each in tickets],
                "record": [each.id for each in tickets],
                "recordType": ["ticket"],
                "principal": [people["sue"].id],
                "format": ["json", "csv"],
                "archived": ["true"],
                "mine": ["true"],
                "unread": ["true"],
                "view": self.records.get("views", []),
                "filter": [
                    "title.contains('canary')",
                    "size(title) > 0",
                    "customFields.closed != null",
                    "customFields.open != null",
                    "confidential == true",
                    f"parent == '{tickets[1].number}'",
                    "requester.name == 'Rosa'",
                    "group.name == 'Squad A'",
                    "description.contains('canary')",
                    "size(watchers) > 0",
                    "size(tags) > 0",
                    "text.contains('canary')",
                ],
            }
            # The collections of one kind are the same list.
            if path in ("/api/v1/requests", "/api/v1/changes", "/api/v1/work-orders") or path.endswith("s/export") and "/tickets/" not in path:
                tests = {"count": ["exact"]}
            for name in parameters:
                for value in tests.get(name, []):
                    yield f"{path}?{name}={quote(value)}" + ("&count=exact" if "count" in parameters and name != "count" else "")

    # What must hold

    def lists(self, person):
        """Lists and counts hold what the person may see, all of it and nothing else."""
        seen = {ticket.number: ticket for ticket in self.world.tickets if person.sees(ticket)}

        def numbers(query):
            answer = self.ask(person, "GET", f"/api/v1/tickets?limit=500&count=exact{query}").json()
            if answer["count"]["value"] != len(answer["items"]):
                self.tell(person, query, f"counts {answer['count']['value']} of {len(answer['items'])}")
            return {each["number"] for each in answer["items"]}

        expected = {"": set(seen)}
        for other in self.world.people.values():
            expected[f"&requester={other.id}"] = {number for number, ticket in seen.items() if ticket.requester is other}
        for group in ("Squad A", "Squad B"):
            expected[f"&group={quote(group)}"] = {number for number, ticket in seen.items() if ticket.group == group}
        for mark, (what, readers) in self.world.marks.items():
            if what.startswith(("the title", "the text", "a public comment", "a workNote comment")) and not self.spoil:
                # Found by those who may read the word; search is brought up to date within moments.
                found = numbers(f"&q={mark}")
                if found and not readers(person):
                    self.tell(person, f"search for {what}", f"finds {found}")
                if "the title" in what and readers(person) and len(found) != 1:
                    self.tell(person, f"search for {what}", "does not find what they may read")
        for query, want in expected.items():
            if (got := numbers(query)) != want:
                self.tell(person, f"tickets?{query}", f"has {sorted(got - want)} too many and {sorted(want - got)} too few")

    def alike(self, person):
        """Hidden and absent are answered alike, by every method; what is hidden is not changed by trying."""
        hidden = [ticket for ticket in self.world.tickets if not person.sees(ticket)]
        sees = next((ticket for ticket in self.world.tickets if person.sees(ticket)), None)
        for ticket in hidden[:2]:
            names = {ticket.number: ticket.number[:3] + "9999999", ticket.id: ABSENT_ID}
            for path, operations in self.document["paths"].items():
                if "{key}" not in path or "/tickets/" not in path:
                    continue
                for method in operations:
                    for real in names:
                        for concrete in self.on(ticket, path, real):
                            self.same(person, method.upper(), concrete, real, names[real], BODIES.get((method, path.rpartition("}")[2])))
            for page in (
                "/tickets/%s",
                "/portal/tickets/%s",
                "/queue/preview/%s",
                "/tickets/%s/thread",
                "/tickets/%s/edit",
                "/tickets/%s/assignment",
                "/tickets/%s/sla/response",
                "/portal/tickets/%s/thread",
            ):
                self.same(person, "GET", page % ticket.number, ticket.number, names[ticket.number], page=True)
            # Within bodies, filters and bulk changes.
            for real in names:
                for body in (
                    {"tickets": [real], "changes": {"addTags": ["x"]}, "dryRun": True},
                    {"filter": f"number == '{real}'", "changes": {"addTags": ["x"]}, "dryRun": True},
                ):
                    self.same(person, "POST", "/api/v1/tickets/bulk", real, names[real], body)
                self.same(person, "POST", "/api/v1/incidents", real, names[real], {"title": "", "parent": real})
                # Who reads the record of what happened may ask it for any ticket.
                for query in ("tickets?parent=", "tickets?q=", "tickets?view=", *([] if "audit:read" in person.rights else ["audit?ticket="])):
                    self.same(person, "GET", f"/api/v1/{query}{real}", real, names[real])
                if sees:
                    self.same(person, "POST", f"/api/v1/tickets/{sees.number}/links", real, names[real], {"type": "relates", "ticket": real})
                    self.same(person, "PATCH", f"/api/v1/tickets/{sees.number}", real, names[real], {"parent": real})
        for kind in ("views", "auth/tokens", "auth/sessions", "notifications", "jobs"):
            mine = person.api.get(f"{self.address}/api/v1/{kind}").json()
            own = {each["id"] for each in mine.get("items", [])}
            for real in [each for each in self.records.get(kind, []) if each not in own][:6]:
                for method in self.document["paths"].get(f"/api/v1/{kind}/{{id}}", {}):
                    self.same(person, method.upper(), f"/api/v1/{kind}/{real}", real, ABSENT_ID, {"name": "x"} if method == "patch" else None)

    def on(self, ticket, path, key):
        for name, values in {
            "comment": ticket.comments,
            "attachment": ticket.attachments,
            "link": ticket.links[:1] or [ABSENT_PART],
            "timer": ["response"],
            "visibility": ["public"],
            "user": [ABSENT_PART],
        }.items():
            if "{%s}" % name in path:
                for value in values:
                    yield path.replace("{key}", key).replace("{%s}" % name, value)
                return
        yield path.replace("{key}", key)

    def same(self, person, method, path, real, absent, body=None, page=False):
        def ask(name):
            text = json.dumps(body).replace(real, name) if body is not None else None
            files = {"file": ("a.txt", b"x")} if path.endswith("attachments") and method == "POST" else None
            more = {"files": files} if files else {}
            return self.ask(person, method, path.replace(real, name), json.loads(text) if text and not files else None, page, **more)

        one, other = ask(real), ask(absent)

        def plain(answer, name):
            headers = {key.lower(): value for key, value in answer.headers.items() if key.lower() not in UNLIKE}
            return answer.status_code, normal(answer.text).replace(name, "NAME"), {key: value.replace(name, "NAME") for key, value in headers.items()}

        if plain(one, real) != plain(other, absent):
            told = difference(str(plain(one, real)), str(plain(other, absent)))
            self.tell(person, f"{method} {path}", f"{one.status_code} for hidden, {other.status_code} for absent: {told}")

    def pages(self, person, known=()):
        """Follows the links of pages; gives the addresses. `known` are the ones that others came upon."""
        open_addresses, seen = [
            "/",
            "/queue",
            "/portal",
            "/account",
            "/notices",
            "/tickets/new",
            "/portal/new",
            "/admin/people",
            "/queue/rows",
            "/queue/counts",
            "/queue/export",
            "/portal/rows",
            "/notices/newest",
            "/notices/unread",
            "/reports/sla",
            *known,
        ], {}
        shapes = {}
        while open_addresses and len(seen) < (1_500 if self.long else 200):
            address = open_addresses.pop(0)
            # Of lists that differ in their filters and order alone, so many.
            shape = ID.sub("ID", re.sub(r"=[^&]*", "=", address))
            if address in seen or shapes.get(shape, 0) > (len(self.world.tickets) if "?" not in address else 3):
                continue
            shapes[shape] = shapes.get(shape, 0) + 1
            answer = self.ask(person, "GET", address, page=True)
            seen[address] = normal(answer.text) if "html" in answer.headers.get("Content-Type", "html") else ""
            if "location" in answer.headers:
                open_addresses.append(urljoin(address, answer.headers["location"]))
            for link in re.findall(r'(?:href|src|data-url|data-href|formaction)="([^"#]+)', answer.text):
                link = urljoin(address, link.replace("&amp;", "&"))
                if (
                    not urlsplit(link).netloc
                    and not link.startswith(("/assets", "/sign-", "/api/docs", "mailto:", "tel:"))
                    and "sign-out" not in link
                ):
                    open_addresses.append(link)
        return seen

    def feed(self, person):
        """The events from the first on, and none about a hidden ticket."""
        hidden = {ticket.id for ticket in self.world.tickets if not person.sees(ticket)}
        after = None
        while True:
            answer = self.ask(person, "GET", "/api/v1/events?limit=500" + (f"&after={after}" if after else "")).json()
            for event in answer.get("items", []):
                if any(name in json.dumps(event) for name in hidden):
                    self.tell(person, "events", f"has {event['type']} of a hidden ticket")
            if not answer.get("items") or answer.get("next") in (None, after):
                return
            after = answer["next"]

    def live(self, change):
        """What everybody's stream says while `change` makes things happen; the last of which everybody hears of."""
        people = list(self.world.people.values())
        said, threads, ready = {person: "" for person in people}, [], threading.Barrier(len(people) + 1)

        def listen(person):
            with person.api.get(f"{self.address}/api/v1/events/stream", stream=True, timeout=60) as answer:
                ready.wait()
                for piece in answer.iter_content(None):
                    said[person] += piece.decode(errors="replace")
                    if person.end in said[person]:
                        return

        for person in people:
            # Of a ticket of their own everybody hears.
            own = next(ticket for ticket in self.world.tickets if person.sees(ticket))
            person.end = own.id
            threads.append(threading.Thread(target=listen, args=[person], daemon=True))
            threads[-1].start()
        ready.wait(60)
        change()
        for person in people:
            number = next(ticket.number for ticket in self.world.tickets if ticket.id == person.end)
            self.world.desk.call("PATCH", f"tickets/{number}", {"urgency": "high"}, self.world.people["sue"])
            self.world.desk.call("PATCH", f"tickets/{number}", {"urgency": "low"}, self.world.people["sue"])
        for person, thread in zip(people, threads):
            thread.join(60)
            if thread.is_alive():
                self.tell(person, "events/stream", "is silent about what they may see")
            self.check_text(person, "events/stream", said[person])


BODIES = {
    ("patch", ""): {"title": "x"},
    ("post", "/transitions"): {"to": "inProgress"},
    ("post", "/comments"): {"body": "x"},
    ("put", ""): {"body": "x"},
    ("post", "/links"): {"type": "relates", "ticket": ABSENT_NUMBER},
    ("post", "/watchers"): {"user": "me"},
    ("post", "/presence"): {"state": "viewing"},
}


def normal(text):
    for pattern, plain in CHANGING:
        text = pattern.sub(plain, text)
    return text


def build(world):
    """Tickets of every standing."""
    ticket = world.ticket
    ticket("rosa", group="Squad A")
    ticket("otto", group="Squad B", path="requests")
    ticket("rosa", by="olaf", group="Squad B")
    first = ticket("olaf", group="Squad A")
    ticket("vera", by="ina")
    ticket("lil", by="ina", path="requests")
    for name in ("mona", "abel", "sue"):
        ticket(name)
    return first


def hidden(world, beside):
    """Tickets that are not for everybody, and what would give them away on those that are."""
    ticket = world.ticket
    one = ticket("rosa", group="Squad A", confidential=True)
    two = ticket("otto", group="Squad B", confidential=True, path="requests")
    three = ticket("ina", by="ina", group="Squad A", confidential=True, path="problems", parent=one)
    four = ticket("otto", by="ina", group="Squad A", confidential=True, watchers=["rosa"])
    five = ticket("vera", by="ina", assignee="olaf", confidential=True)
    six = ticket("sue", confidential=True, path="changes")
    world.link(one, three)
    world.link(beside, one)
    world.link(beside, six)
    world.link(two, four)
    world.link(five, six)
    # A ticket that all agents see is part of one that they do not.
    world.desk.call("PATCH", f"tickets/{beside.number}", {"parent": one.number}, world.root)


def more(world):
    """Tickets that only Squad A, Rosa and superAdmins may see."""
    one = world.ticket("rosa", group="Squad A", confidential=True)
    two = world.ticket("rosa", by="ina", group="Squad A", assignee="mona", confidential=True, parent=one, path="requests")
    world.link(one, two)


def answers(leaks, person, addresses, links):
    """What that person is answered at each of these addresses, and on the pages that lead on from them."""
    return {address: normal(leaks.ask(person, "GET", address).text) for address in addresses} | leaks.pages(person, links)


def difference(one, other):
    """Where two texts begin to differ."""
    place = next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, place - 60):place + 60]!r} and {other[max(0, place - 60):place + 60]!r}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="all collections of tickets, and every id by every name")
    parser.add_argument("--spoil", action="store_true")
    parser.add_argument("--as", dest="names", action="append", help="only as this person, such as otto; may stand several times")
    arguments = parser.parse_args()
    world = World()
    try:
        leaks = Leaks(world, arguments.long, arguments.spoil)
        beside = build(world)
        leaks.live(lambda: hidden(world, beside))
        leaks.learn()
        addresses = list(leaks.reads())
        # Search follows what was written within moments.
        links = sorted({address for name in ("sue", "ina", "rosa") for address in leaks.pages(world.people[name])})
        before = {}
        # From whom more can be hidden: whoever reads the record of what happened sees that something did.
        asked = [person for name, person in world.people.items() if name in (arguments.names or world.people)]
        others = [world.people[name] for name in ("otto", "vera", "olaf", "lil") if world.people[name] in asked]

        def crawl(person):
            before[person] = answers(leaks, person, addresses, links)
            leaks.lists(person)
            leaks.alike(person)
            leaks.feed(person)
            print(f"  as {person.role}: {person.asked} answers", flush=True)

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(crawl, asked))
        more(world)

        def compare(person):
            after = answers(leaks, person, addresses, links)
            for address in sorted(before[person].keys() & after.keys()):
                # Clocks and figures go on, and so does what is said of one's own sign-ins.
                if "/sla" not in address and address not in ("/account", "/metrics") and before[person][address] != after[address]:
                    leaks.tell(
                        person, address, f"answers otherwise since there is more hidden: {difference(before[person][address], after[address])}"
                    )

        with ThreadPoolExecutor(3) as pool:
            list(pool.map(compare, others))
        print(f"  {sum(person.asked for person in world.people.values())} answers in all", flush=True)
    finally:
        world.desk.stop()
    print(f"{len(leaks.found)} leaks." if leaks.found else "Nothing leaks.")
    return 1 if leaks.found else 0


# The desk ends with it, also where it is ended.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
sys.exit(main())
