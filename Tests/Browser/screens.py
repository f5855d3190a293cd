"""Every screen, for the tests that hold of all of them, and for screenshots."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Screen:
    name: str
    # Whose eyes: "agent", "requester", "admin", or nobody's.
    person: str | None
    # May name what `scene` made, such as {ticket}.
    address: str
    # What opens something over the page: keys to press, or the selector of what to click; "@desktop" or "@phone" behind it where it is only there.
    overlays: tuple[str, ...] = field(default=())
    # Whether what every page of this person can open is opened here.
    shell: bool = False


SCREENS = [
    Screen("sign-in", None, "/sign-in"),
    Screen("sign-in-code", None, "/sign-in/code"),
    Screen("reset-password", None, "/reset-password#{resetToken}"),
    Screen("reset-password-over", None, "/reset-password#none"),
    Screen("second-factor", "agent", "/account/second-factor"),
    Screen("queue", "agent", "/queue", shell=True, overlays=(
           '[popovertarget="add-filter"]', '[popovertarget="condition"]', '[popovertarget="group-by"]', '[popovertarget="layout"]@desktop', '.top .bell@desktop')),
    Screen("queue-view", "agent", "/queue?view={view}"),
    Screen("queue-condition-wrong", "agent", "/queue?filter=ticket.priorty%20%3D%3D%201"),
    Screen("views", "agent", "/queue/views"),
    Screen("view", "agent", "/queue/views/{view}"),
    Screen("view-new", "agent", "/queue/views/new?from=view%3Dopen%26priority%3Dhigh"),
    Screen("queue-by-priority", "agent", "/queue?view=open&by=priority"),
    Screen("queue-by-time-left", "agent", "/queue?view=open&by=timeLeft"),
    Screen("queue-no-match", "agent", "/queue?q=nothingholdsthis"),
    Screen("queue-nothing", "agent", "/queue?view=mine"),
    Screen("ticket", "agent", "/tickets/{ticket}", overlays=(
           '#panel [data-pick="urgency"]@desktop', '#panel [data-pick="assignee"]@desktop', '#panel [data-pick="tags"]@desktop',
           '[data-do="panel"]@phone', '[data-move]@desktop',
           '[data-do="send-and"]@desktop', '.clock a[data-explain]')),
    Screen("timer", "agent", "/tickets/{ticket}/sla/resolution"),
    Screen("assignment", "agent", "/tickets/{assigned}/assignment"),
    Screen("ticket-edit", "agent", "/tickets/{ticket}/edit"),
    Screen("bulk", "agent", "/bulk/{bulk}"),
    Screen("bulk-by-filter", "agent", "/bulk/{filtered}"),
    Screen("ticket-absent", "agent", "/tickets/INC9999999"),
    Screen("new-ticket", "agent", "/tickets/new", overlays=("main .with-button button",)),
    Screen("portal", "requester", "/portal", shell=True),
    Screen("portal-no-match", "requester", "/portal?q=nothingholdsthis"),
    Screen("portal-new", "requester", "/portal/new"),
    Screen("portal-ticket", "requester", "/portal/tickets/{ticket}"),
    Screen("portal-resolved", "requester", "/portal/tickets/{resolved}"),
    Screen("inbox", "agent", "/notices"),
    Screen("portal-inbox", "requester", "/notices?unread=true"),
    Screen("nowhere", None, "/nowhere"),
    Screen("people", "admin", "/admin/people", shell=True),
    Screen("people-no-match", "admin", "/admin/people?q=nobodyiscalledso"),
    Screen("person", "admin", "/admin/people/{person}"),
    Screen("person-new", "admin", "/admin/people/new"),
    Screen("groups", "admin", "/admin/groups"),
    Screen("group", "admin", "/admin/groups/{group}"),
    Screen("group-new", "admin", "/admin/groups/new"),
    Screen("roles", "admin", "/admin/roles"),
    Screen("role", "admin", "/admin/roles/{role}"),
    Screen("role-new", "admin", "/admin/roles/new"),
    Screen("services", "admin", "/admin/services"),
    Screen("service", "admin", "/admin/services/{service}"),
    Screen("categories", "admin", "/admin/categories"),
    Screen("category", "admin", "/admin/categories/{category}"),
    Screen("fields", "admin", "/admin/fields"),
    Screen("field", "admin", "/admin/fields/{field}"),
    Screen("field-new", "admin", "/admin/fields/new"),
    Screen("priority", "admin", "/admin/priority"),
    Screen("settings", "admin", "/admin/settings"),
    Screen("policies", "admin", "/admin/sla"),
    Screen("policy", "admin", "/admin/sla/policies/{policy}"),
    Screen("policy-new", "admin", "/admin/sla/policies/new"),
    Screen("policy-version", "admin", "/admin/sla/policies/{policy}/versions/1"),
    Screen("calendars", "admin", "/admin/sla/calendars"),
    Screen("calendar", "admin", "/admin/sla/calendars/{calendar}?year=2026"),
    Screen("calendar-new", "admin", "/admin/sla/calendars/new"),
    Screen("holidays", "admin", "/admin/sla/calendars/{calendar}/holidays"),
    Screen("escalation-rules", "admin", "/admin/sla/escalation-rules"),
    Screen("escalation-rule", "admin", "/admin/sla/escalation-rules/{rule}"),
    Screen("escalation-rule-new", "admin", "/admin/sla/escalation-rules/new"),
    Screen("service-levels", "admin", "/reports/sla"),
    Screen("service-levels-today", "admin", "/reports/sla?metric=firstResponse&rules=today"),
    Screen("service-levels-nothing", "admin", "/reports/sla?from=2020-01&to=2020-02"),
    Screen("assignment-rules", "admin", "/admin/assignment"),
    Screen("assignment-rule", "admin", "/admin/assignment/{assignmentRule}"),
    Screen("assignment-rule-new", "admin", "/admin/assignment/new"),
    Screen("assignment-rehearsal", "admin", "/admin/assignment/{assignmentRule}/rehearsal?days=7"),
    Screen("audit", "admin", "/admin/audit"),
    Screen("imports", "admin", "/admin/imports"),
    Screen("import", "admin", "/admin/imports/{import}"),
    Screen("account", "agent", "/account"),
    Screen("portal-account", "requester", "/account"),
]


# One ticket and one row that cannot be read.
IMPORTED = """number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_at,category,impact,urgency,assignment_group,resolved_at,closed_at
{0}1,Closed,1,Caller 1,1/3/2016 09:00,2/3/2016 09:30,Category 1,2 - Medium,2 - Medium,Group 7,2/3/2016 08:00,2/3/2016 09:30
{0}2,New,0,Caller 2,some day,1/3/2016 09:00,Category 1,2 - Medium,2 - Medium,Group 7,?,?
"""


def scene(desk, agent, requester):
    """A ticket as agents see them every day, and what else addresses name."""
    fields = own_fields(desk, desk.number())
    ticket = desk.ticket(
        requester, customFields={fields[0]["name"]: "hq", fields[1]["name"]: "https://wiki.example.org/dock-4"}, title="Dock 4 scanners lose Wi-Fi every few minutes",
        description="Since **this morning** the scanners at dock 4 drop off the network.\n\n1. Scan a pallet\n2. Wait\n3. `Error 502`\n\nWe work on paper.")
    number = ticket["number"]
    desk.call("PATCH", f"tickets/{number}", {
        "impact": "medium", "urgency": "high", "tags": ["porto", "wifi"], "assignee": agent.id, "group": "Service Desk"}, agent)
    desk.call("POST", f"tickets/{number}/comments", {"body": "Thank you, we are looking at the access point."}, agent)
    desk.call("POST", f"tickets/{number}/comments", {"body": "AP-14 restarts every 4 minutes, see `syslog`.", "visibility": "workNote"}, agent)
    desk.call("POST", f"tickets/{number}/comments", {"body": "It happened again just now."}, requester)
    resolved = desk.ticket(requester, title="A key of my keyboard is lost")["number"]
    desk.call("POST", f"tickets/{resolved}/transitions", {"to": "resolved", "resolution": {"code": "fixed", "notes": "A new keyboard."}}, agent)
    first = {name: desk.call("GET", f"{path}?limit=1", person=desk.admin)["items"][0]["id"] for name, path in {
        "service": "services", "category": "categories", "role": "roles", "policy": "sla/policies", "rule": "sla/escalation-rules"}.items()}
    group = desk.call("GET", "groups/Service%20Desk", person=desk.admin)["id"]
    view = desk.call("POST", "views", {
        "name": f"Dock work {number}", "sort": "dueAt", "grouping": "priority", "columns": ["priority", "status", "assignee", "timeLeft"],
        "condition": f'ticket.priority <= 3 && (ticket.service == null || ticket.category == "network" || "wifi" in ticket.tags) && ticket.createdAt > now - duration("168h")'
        f' && ticket.assignee.id == "{agent.id}" && size(ticket.title) > 3'}, agent)["id"]
    link = desk.call("POST", f"users/{agent.id}/password-reset", {}, desk.admin)["path"]
    return {**assignment(desk, requester, desk.number()), "view": view, "resetToken": link.split("#")[1], "ticket": number, "resolved": resolved, "person": agent.id, "group": group, "field": fields[0]["id"], **first,
            "calendar": calendar(desk, number), **operations(desk, agent, [number, resolved], desk.number())}


def own_fields(desk, text):
    """Fields of the desk's own, one of them with choices; `text` stands in their names."""
    return [desk.call("POST", "custom-fields", {"visibleToRequesters": True, **field}, desk.admin) for field in (
        {"name": f"site{text}", "label": "Site", "kind": "choice", "help": "Where it happens", "choices": [
            {"value": "hq", "label": "Head office"}, {"value": "lab", "label": "Laboratory"}, {"value": "old", "label": "Old mill", "archived": True}]},
        {"name": f"page{text}", "label": "Related page", "kind": "url"},
        {"name": f"teams{text}", "label": "Teams concerned", "kind": "multiChoice", "choices": [
            {"value": "net", "label": "Network"}, {"value": "field", "label": "Field service"}]})]



def assignment(desk, requester, text):
    """A rule that found somebody for a ticket, after one that failed; both only for tickets with `text` in their titles."""
    mine = f'ticket.title.endsWith("{text}")'
    desk.call("POST", "assignment-rules", {
        "name": f"Payroll of VIPs {text}", "condition": f'{mine} && ticket.service.name == "Payroll"', "group": "Service Desk"}, desk.admin)
    rule = desk.call("POST", "assignment-rules", {
        "name": f"Wi-Fi at the docks {text}", "condition": f'{mine} && ticket.priority <= 4', "group": "Service Desk", "choice": "leastLoaded"},
        desk.admin)
    ticket = desk.ticket(requester, title=f"No Wi-Fi at dock 5, {text}")
    return {"assignmentRule": rule["id"], "assigned": ticket["number"]}


def calendar(desk, text):
    """A calendar with days of all kinds; `text` stands in its name."""
    weekly = {day: [["09:00", "12:30"], ["13:30", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return desk.call("POST", "sla/calendars", {
        "name": f"Porto office {text}", "zone": "Europe/Lisbon", "weekly": weekly,
        "holidays": [{"date": "2026-12-25", "name": "Christmas Day"}, {"date": "2026-12-24", "name": "Christmas Eve", "closes": [["12:30", "24:00"]]}],
        "yearly": [{"month": 1, "day": 1, "name": "New Year", "hours": []}]}, desk.admin)["id"]


def operations(desk, agent, tickets, text):
    """A bulk change of which a part was refused, and an import; `text` stands in both."""
    bulk = desk.call("POST", "tickets/bulk", {"tickets": [*tickets, "INC9999999"], "changes": {"addTags": [text]}}, agent)
    filtered = desk.call("POST", "tickets/bulk", {"query": f"tag={text}", "expectedCount": 2, "changes": {"status": "resolved"}}, agent)
    return {"bulk": bulk["id"], "filtered": filtered["id"], "import": desk.imported(desk.admin, IMPORTED.format(f"{text} "))}
