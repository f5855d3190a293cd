"""Conditions on the lists of the administration, and custom fields set on many tickets at once."""
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
    lines = download.value.path().read_text().splitlines()
    assert len(lines) > 1 and all(",group.created," in line for line in lines[1:] if ",group" in line), lines[:3]
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
