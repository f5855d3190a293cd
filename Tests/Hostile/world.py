"""A desk whose every text is marked, and who may read which mark: by domain.md 3 (and ADR 3 for work notes), not by asking the server."""

import itertools
import pathlib
import re
import sys

import requests

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Browser"))
from desk import PASSWORD, Desk  # noqa: E402

MARK = re.compile(r"canary[0-9a-f]{8}z")
# What the roles that are made with a desk let one do with tickets and notes: scope by right.
RIGHTS = {
    "requester": {"tickets:read": "own"},
    "viewer": {"tickets:read": "all", "people:read": "all"},
    "agent": {"tickets:read": "all", "comments:note": "all", "people:read": "all"},
    "manager": {"tickets:read": "all", "comments:note": "all", "people:read": "all"},
    "admin": {"tickets:read": "all", "comments:note": "all", "people:read": "all", "audit:read": "all"},
    "superAdmin": {"tickets:read": "all", "tickets:readConfidential": "all", "comments:note": "all", "people:read": "all", "audit:read": "all"},
}


class Person:
    def __init__(self, desk, login, role, rights, groups):
        self.login, self.role, self.rights, self.groups = login, role, rights, set(groups)
        self.id, self.name, self.token = login.id, login.name, login.token
        self.desk, self.asked = desk, 0
        self.api, self.web = requests.Session(), requests.Session()
        self.api.headers["Authorization"] = f"Bearer {self.token}"
        answer = self.web.post(f"{desk.address}/sign-in", {"username": login.username, "password": PASSWORD, "next": "/"}, allow_redirects=False)
        assert answer.status_code == 303, answer.text

    def __repr__(self):
        return self.login.username

    def is_in(self, ticket):
        """Its assignee, or in its group."""
        return ticket.assignee is self or ticket.group in self.groups

    def reaches(self, right, ticket, watching=True):
        own = self in (ticket.requester, ticket.opener) or watching and self in ticket.watchers
        if ticket.confidential and not (
            "tickets:readConfidential" in self.rights or self.is_in(ticket) or self in (ticket.requester, ticket.opener, *ticket.watchers)
        ):
            return False
        return {"all": True, "group": own or self.is_in(ticket), "own": own, None: False}[self.rights.get(right)]

    def sees(self, ticket):
        return self.reaches("tickets:read", ticket)

    def sees_notes(self, ticket):
        return self.sees(ticket) and (ticket.requester is not self or self.is_in(ticket)) and self.reaches("comments:note", ticket, watching=False)


class Ticket:
    def __init__(self, requester, opener, group=None, assignee=None, confidential=False):
        self.requester, self.opener, self.group, self.assignee, self.confidential = requester, opener, group, assignee, confidential
        self.watchers, self.id, self.number, self.path = set(), None, None, None
        self.comments, self.attachments, self.links = [], [], []


class World:
    def __init__(self):
        self.desk = desk = Desk(demo=False)
        self._numbers = itertools.count(1)
        # By mark: what it is, and whether a person may read it.
        self.marks = {}
        self.tickets = []
        # Does what is done to all tickets, and is none of those who are asked.
        self.root = desk.admin
        for name in ("Squad A", "Squad B"):
            self.make("groups", name=name, description=self.mark("a group's description", self.directory))
        self.make(
            "roles",
            name="little",
            permissions={"tickets:read": "group", "comments:reply": "group"},
            description=self.mark("a role's description", self.directory),
        )
        self.people = {}
        for name, role, groups in [
            ("rosa", "requester", []),
            ("otto", "requester", []),
            ("vera", "viewer", []),
            ("ina", "agent", ["Squad A"]),
            ("olaf", "agent", ["Squad B"]),
            ("mona", "manager", ["Squad A"]),
            ("abel", "admin", []),
            ("sue", "superAdmin", []),
            ("lil", "little", ["Squad B"]),
        ]:
            rights = RIGHTS.get(role, {"tickets:read": "group"})
            self.people[name] = Person(desk, desk.person(role, name.capitalize(), groups), role, rights, groups)
        for person in self.people.values():
            self.private(person)
        self.make("custom-fields", name="open", label="Open", kind="text", visibleToRequesters=True)
        # Named where a person sees the work notes of a ticket.
        self.make(
            "custom-fields", name="closed", label="Label " + self.mark("a field's label", lambda each: "comments:note" in each.rights), kind="text"
        )

    def make(self, path, **body):
        return self.desk.call("POST", path, body, self.root)

    def mark(self, what, readers):
        """A word that stands nowhere else. `readers` says of a person whether they may read it; made up anew so that search finds it."""
        mark = f"canary{next(self._numbers) * 2654435761 % 2**32:08x}z"
        self.marks[mark] = (what, readers)
        return mark

    @staticmethod
    def directory(person):
        """Who may read of people, groups and roles more than their names: those who hold people:read."""
        return "people:read" in person.rights

    def private(self, person):
        """What is a person's own."""
        own = lambda other: other is person  # noqa: E731
        self.desk.call(
            "PATCH",
            f"users/{person.id}",
            {
                "location": self.mark(f"{person}'s location", lambda other: other is person or self.directory(other)),
                "department": self.mark(f"{person}'s department", lambda other: other is person or self.directory(other)),
            },
            self.root,
        )
        self.desk.call(
            "POST", "auth/tokens", {"name": self.mark(f"a token of {person}", lambda other: other is person or "audit:read" in other.rights)}, person
        )
        self.desk.call("POST", "views", {"name": self.mark(f"a view of {person}", own)}, person)

    def ticket(self, requester, by=None, path="incidents", group=None, assignee=None, confidential=False, parent=None, watchers=()):
        """A ticket all of whose texts are marked."""
        people = self.people
        # Hidden from its first moment on, which requesters cannot ask for themselves.
        opener = people[by] if by else None
        ticket = Ticket(people[requester], opener, group, people.get(assignee), confidential)
        sees, notes = (lambda person: person.sees(ticket)), (lambda person: person.sees_notes(ticket))
        kind = f"{'confidential ' if confidential else ''}ticket of {requester}"
        body = {
            "title": f"Title {self.mark(f'the title of a {kind}', sees)}",
            "description": f"Text {self.mark(f'the text of a {kind}', sees)}",
            "requester": people[requester].id,
            "confidential": confidential,
            "tags": [self.mark(f"a tag of a {kind}", sees)],
        }
        if group:
            body["group"] = group
        made = self.desk.call("POST", path, body, opener or self.root)
        ticket.id, ticket.number, ticket.path = made["id"], made["number"], path
        self.tickets.append(ticket)
        change = {"customFields": {"open": self.mark(f"a field of a {kind}", sees), "closed": self.mark(f"a hidden field of a {kind}", notes)}}
        if assignee:
            change["assignee"] = people[assignee].id
        if parent:
            change["parent"] = parent.number
        change["priority"], change["priorityReason"] = "high", self.mark(f"the reason of a priority of a {kind}", sees)
        self.desk.call("PATCH", f"tickets/{ticket.number}", change, self.root)
        for each in watchers:
            self.desk.call("POST", f"tickets/{ticket.number}/watchers", {"user": people[each].id}, self.root)
            ticket.watchers.add(people[each])
        for visibility, readers in (("public", sees), ("workNote", notes)):
            words = self.mark(f"a {visibility} comment on a {kind}", readers)
            made = self.desk.call("POST", f"tickets/{ticket.number}/comments", {"body": f"Said {words}", "visibility": visibility}, self.root)
            ticket.comments.append(made["id"])
            self.file(
                ticket,
                self.mark(f"a {visibility} file's name on a {kind}", readers),
                self.mark(f"a {visibility} file on a {kind}", readers),
                visibility,
            )
            self.desk.call("PUT", f"tickets/{ticket.number}/drafts/{visibility}", {"body": self.mark("a draft", lambda person: False)}, self.root)
        return ticket

    def file(self, ticket, name, content, visibility):
        answer = requests.post(
            f"{self.desk.address}/api/v1/tickets/{ticket.number}/attachments",
            headers={"Authorization": f"Bearer {self.root.token}"},
            files=[("visibility", (None, visibility)), ("file", (f"{name}.txt", content, "text/plain"))],
        )
        assert answer.status_code == 201, answer.text
        ticket.attachments.append(answer.json()["id"])

    def link(self, one, other, kind="relates"):
        made = self.desk.call("POST", f"tickets/{one.number}/links", {"type": kind, "ticket": other.number}, self.root)
        one.links.append(made["id"])
