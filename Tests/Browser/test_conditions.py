"""Conditions on the lists of the administration, and custom fields set on many tickets at once."""
import csv
import io
import urllib.parse

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("scripts", [True, False])
def test_people_by_a_condition(window, desk, admin, scripts):
    word = f"Dept{desk.number()}"
    for name in ("Kim", "Lou"):
        desk.call("POST", "users", {"username": f"{name}{word}".lower(), "name": f"{name} {word}", "department": word, "vip": name == "Kim"}, desk.admin)
    page = window(admin, scripts=scripts).open(f"/admin/people?q={word}")
    expect(page.locator("table.records tbody tr")).to_have_count(2)
    page.get_by_text("Condition", exact=True).first.click()
    page.locator("#filter").fill(f'person.department == "{word}" && person.vip')
    if scripts:
        expect(page.get_by_role("group", name="Condition as rows")).to_be_visible()
        expect(page.get_by_text("The condition is right.")).to_be_attached()
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("table.records tbody tr")).to_have_count(1)
    expect(page.locator("table.records")).to_contain_text(f"Kim {word}")
    # It stays in sight, and a fault stands at it.
    area = page.locator("#filter")
    expect(area).to_be_visible()
    area.fill("person.departmnt == null")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("#filter-fault")).to_contain_text("person.department")
    expect(page.get_by_text("Nothing is shown")).to_be_visible()
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("table.records tbody tr").first).to_be_visible()


def test_the_trail_and_the_report_by_a_condition(window, desk, admin):
    condition = 'activity.kind == "group.created" && activity.principal.name != "nobody"'
    desk.call("POST", "groups", {"name": f"Trail {desk.number()}"}, desk.admin)
    page = window(admin).open(f"/admin/audit?filter={urllib.parse.quote(condition)}")
    expect(page.locator("table.trail tbody th").first).to_have_text("Group: created")
    expect(page.get_by_role("group", name="Condition as rows")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert rows and {row["kind"] for row in rows} == {"group.created"}, rows[:3]
    report = window(admin).open("/reports/sla?filter=ticket.priority+%3D%3D+1")
    expect(report.locator("#filter")).to_have_value("ticket.priority == 1")


def test_a_field_of_many_tickets(window, desk, admin):
    number = desk.number()
    field = desk.call("POST", "custom-fields", {
        "name": f"site{number}", "label": f"Site {number}", "kind": "choice", "choices": [{"value": "hq", "label": "Head office"}, {"value": "lab", "label": "Lab"}],
    }, desk.admin)
    requester = desk.person("requester", "Rea Quest").id
    tickets = [desk.ticket(admin, title=f"Bulk {n}", tags=[f"t{number}"], requester=requester) for n in range(3)]
    page = window(admin).open(f"/queue?tag=t{number}")
    page.get_by_label("Select every ticket shown").check()
    page.get_by_role("toolbar", name="Change the chosen tickets").get_by_role("button", name="Field").click()
    page.get_by_role("dialog", name="Set field").get_by_role("option", name=f"Site {number}: Head office").click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets changed")
    now = [desk.call("GET", f"tickets/{ticket['number']}", person=desk.admin)["customFields"] for ticket in tickets]
    assert all(fields[f"site{number}"] == "hq" for fields in now), now
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets put back")
    assert f"site{number}" not in desk.call("GET", f"tickets/{tickets[0]['number']}", person=desk.admin)["customFields"]
    desk.call("PATCH", f"custom-fields/{field['id']}", {"archived": True}, desk.admin)


CHOICES = [{"value": "hq", "label": "Head office"}, {"value": "lab", "label": "Lab"}]


@pytest.fixture
def pile(window, desk, admin):
    """Three tickets with a tag, all chosen in the queue, and what sets one field of theirs."""
    number = desk.number()
    requester = desk.person("requester", "Rea Quest").id
    tickets = [desk.ticket(admin, title=f"Pile {n}", tags=[f"p{number}"], requester=requester) for n in range(3)]
    made = []

    def begin(kind, **more):
        name = f"{kind.lower()}{number}"
        field = desk.call("POST", "custom-fields", {"name": name, "label": f"{kind} {number}", "kind": kind, **more}, desk.admin)
        made.append(field)
        page = window(admin).open(f"/queue?tag=p{number}")
        page.get_by_label("Select every ticket shown").check()
        page.get_by_role("toolbar", name="Change the chosen tickets").get_by_role("button", name="Field").click()
        return page, name, page.get_by_role("dialog", name="Set field").get_by_role("option", name=f"{kind} {number}…")

    def values(name):
        return [desk.call("GET", f"tickets/{ticket['number']}", person=desk.admin)["customFields"].get(name) for ticket in tickets]

    yield begin, values, number
    for field in made:
        desk.call("PATCH", f"custom-fields/{field['id']}", {"archived": True}, desk.admin)


@pytest.mark.parametrize("kind, typed, value", [
    ("text", "Ground floor: \"B\"", "Ground floor: \"B\""), ("number", "7.5", 7.5), ("date", "2026-11-22", "2026-11-22"),
    ("url", "https://desk.test/a", "https://desk.test/a"), ("ci", "router-7", "router-7"),
])
def test_a_typed_field_of_many_tickets(pile, kind, typed, value):
    begin, values, number = pile
    page, name, option = begin(kind)
    option.click()
    dialog = page.get_by_role("dialog", name=f"{kind} {number}: 3 tickets")
    dialog.get_by_label(f"{kind} {number}").fill(typed)
    dialog.get_by_role("button", name="Change").click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets changed")
    assert values(name) == [value] * 3
    # Cleared, and put back.
    page.get_by_label("Select every ticket shown").check()
    page.get_by_role("toolbar", name="Change the chosen tickets").get_by_role("button", name="Field").click()
    page.get_by_role("dialog", name="Set field").get_by_role("option", name=f"{kind} {number}: Nothing").click()
    expect(page.locator("#toasts").get_by_text("3 tickets changed").last).to_be_visible()
    expect(page.locator("#toasts").get_by_role("button", name="Undo").last).to_be_visible()
    assert values(name) == [None] * 3
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets put back")
    assert values(name) == [value] * 3


def test_several_choices_of_many_tickets(pile):
    begin, values, number = pile
    page, name, option = begin("multiChoice", choices=CHOICES)
    option.click()
    dialog = page.get_by_role("dialog", name=f"multiChoice {number}: 3 tickets")
    dialog.get_by_label("Head office").check()
    dialog.get_by_label("Lab").check()
    dialog.get_by_role("button", name="Change").click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets changed")
    assert values(name) == [["hq", "lab"]] * 3
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets put back")
    assert values(name) == [None] * 3


def test_a_person_in_a_field_of_many_tickets(pile, desk):
    begin, values, _ = pile
    kim = desk.person("agent", "Kim Keeper")
    page, name, option = begin("user")
    option.click()
    page.get_by_role("combobox").last.fill("Kim Keeper")
    page.get_by_role("option", name="Kim Keeper").first.click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets changed")
    assert len(set(values(name))) == 1 and values(name)[0] is not None, kim


@pytest.mark.parametrize("address, condition, present", [
    ("/admin/roles", "role.builtIn", "agent"), ("/admin/sla/calendars", 'calendar.name.startsWith("24")', "24x7"),
    ("/admin/fields", 'field.name == "none"', "Nothing matches"), ("/queue/views", 'view.name == "none"', "Nothing matches"),
    ("/notices", 'notice.kind == "escalated" && notice.subject == ""', "Nothing matches"), ("/admin/imports", 'job.status == "failed" && job.kind == ""', "Nothing matches"),
])
def test_every_list_by_a_condition(window, admin, address, condition, present):
    page = window(admin).open(f"{address}?filter={urllib.parse.quote(condition)}")
    expect(page.get_by_role("group", name="Condition as rows")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(present)
    page.locator("#filter").fill("nothing.there == 1")
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.get_by_text("Nothing is shown")).to_be_visible()
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(page.locator("#filter-fault")).to_have_count(0)
