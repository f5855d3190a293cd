"""The statements that the server sends for one request, as PostgreSQL logs them, and pgbench scripts made of them."""
import os
import re

from server import wait_until

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [\d:.]+ UTC \[(\d+)\] (\w+):  (.*)$", re.S)
VALUE = re.compile(r"\$(\d+) = (NULL|'((?:[^']|'')*)')")
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class Statement:
    def __init__(self, session, text):
        self.session, self.text, self.values = session, text, {}


def logged(server, send):
    """All statements that any session sends while `send()` runs."""
    path = os.path.join(server.data, "postgres.log")
    server.sql("ALTER SYSTEM SET log_statement = 'all';\nSELECT pg_reload_conf();")
    wait_until("statements are logged", lambda: server.sql("SHOW log_statement") == [["all"]])
    begin = os.path.getsize(path)
    try:
        send()
    finally:
        server.sql("ALTER SYSTEM RESET log_statement;\nSELECT pg_reload_conf();")
    with open(path, errors="replace") as file:
        file.seek(begin)
        return parse(file.read())


def capture(server, marker, send):
    """What is sent for `send()`: the transaction in which the value `marker` stands, or the reads."""
    statements = logged(server, send)
    hits = [statement for statement in statements if any(value and marker in value for value in statement.values.values())]
    own = [statement for statement in statements if statement.session == hits[0].session]
    at = own.index(hits[0])
    first = next((i for i in range(at, -1, -1) if own[i].text.startswith(("BEGIN", "COMMIT", "ROLLBACK"))), None)
    if first is None or not own[first].text.startswith("BEGIN"):
        return [hit for hit in hits if hit.session == hits[0].session]
    last = next(i for i in range(at, len(own)) if own[i].text.startswith("COMMIT"))
    return own[first:last + 1]


def parse(log):
    found = []
    # A line that begins with a tab goes on with the entry before it.
    for lines in re.split(r"\n(?!\t)", log):
        entry = ENTRY.match(lines.replace("\n\t", "\n"))
        if not entry:
            continue
        session, level, text = entry.groups()
        if level == "LOG" and (sent := re.match(r"(?:execute [^:]*|statement): (.*)", text, re.S)):
            found.append(Statement(session, sent[1].strip().rstrip(";")))
        elif level == "DETAIL" and text.startswith("parameters: ") and found:
            values = {int(number): None if value == "NULL" else quoted.replace("''", "'") for number, value, quoted in VALUE.findall(text)}
            next(statement for statement in reversed(found) if statement.session == session).values = values
    return found


class Script:
    """A pgbench script that sends statements as they were captured, each value as a parameter."""

    def __init__(self, statements, replacing=None, setup="", pipeline=False):
        """`replacing`: values for which an expression of pgbench's is sent instead, such as `:n`."""
        self.variables = {}
        lines = [self.bind(statement, replacing or {}) + ";" for statement in statements]
        if pipeline:
            lines = ["\\startpipeline", *lines, "\\endpipeline"]
        self.text = "\n".join([setup, *lines, ""])

    def bind(self, statement, replacing):
        def expression(match):
            value = statement.values[int(match[1])]
            if value is None:
                return "NULL"
            for old, new in replacing.items():
                if value == old:
                    return new
            name = next((name for name, known in self.variables.items() if known == value), None) or f"v{len(self.variables) + 1}"
            self.variables[name] = value
            return f":{name}" + cast(value)
        return re.sub(r"\$(\d+)", expression, statement.text)


def cast(value):
    """Where the place of a value alone does not tell its type."""
    if re.fullmatch(UUID, value):
        return "::uuid"
    return "::uuid[]" if re.fullmatch(rf"{{{UUID}(,{UUID})*}}", value) else ""
