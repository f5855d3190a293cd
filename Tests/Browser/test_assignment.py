"""Rules that give tickets to people, and what a ticket tells of it."""
import pytest
from playwright.sync_api import expect


@pytest.fixture
def text(desk):
    return desk.number()


def test_a_rule_is_made_and_tells_why(window, desk, admin, agent, requester, text):
    page = window(admin).open("/admin/assignment")
    page.get_by_role("link", name="New rule").first.click()
    page.get_by_label("Name").fill(f"Lifts {text}")
    page.get_by_role("textbox", name="Condition").fill('ticket.titel.contains("lift")')
    page.get_by_role("combobox", name="Group").select_option(label="Service Desk")
    page.get_by_label("One person").check()
    page.get_by_label("Person", exact=False).and_(page.locator("input[type=text]")).fill(agent.username)
    page.get_by_role("button", name="Add rule").click()
    # What is wrong with the condition stands at its field, with its place.
    fault = page.locator("#condition-fault")
    expect(fault).to_contain_text("Line 1, column")
    page.get_by_role("textbox", name="Condition").fill(f'ticket.title.contains("lift {text}")')
    page.get_by_role("button", name="Add rule").click()
    expect(page.locator("#toasts")).to_contain_text(f"Lifts {text}")

    ticket = desk.ticket(requester, title=f"The lift {text} is stuck")
    page = window(agent).open(f"/tickets/{ticket['number']}")
    page.get_by_role("link", name="Why me?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Why {ticket['number']} is where it is")
    expect(page.locator("main")).to_contain_text(f"You have it, by the rule Lifts {text}")
    page.get_by_text("What each part of the condition came to").click()
    expect(page.get_by_role("cell", name="true").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_rules_change_their_order(window, desk, admin, text, scripts):
    names = [f"First {text}", f"Second {text}"]
    for name in names:
        desk.call("POST", "assignment-rules", {"name": name, "condition": "false", "group": "Service Desk"}, desk.admin)
    page = window(admin, scripts=scripts).open("/admin/assignment")
    rows = page.locator("tbody tr").filter(has_text=text)
    expect(rows.locator("th a")).to_have_text(names)
    page.get_by_role("button", name=f"Ask {names[1]} earlier").click()
    expect(rows.locator("th a")).to_have_text(names[::-1])


def test_a_rule_is_rehearsed_without_scripts(window, desk, admin, requester, text):
    rule = desk.call("POST", "assignment-rules", {
        "name": f"Try {text}", "condition": f'ticket.title.contains("try {text}")', "group": "Service Desk", "choice": "roundRobin"}, desk.admin)
    desk.call("PATCH", f"assignment-rules/{rule['id']}", {"archived": True}, desk.admin)
    ticket = desk.ticket(requester, title=f"A try {text}")
    page = window(admin, scripts=False).open(f"/admin/assignment/{rule['id']}")
    page.get_by_label("Tickets of").select_option("7")
    page.get_by_role("button", name="Rehearse").click()
    row = page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(ticket["number"])
    expect(row).to_contain_text("Service Desk, next in turn")
    expect(row).to_contain_text("Elsewhere")


def test_an_absence_is_set_on_ones_own_account(window, desk, agent):
    page = window(agent).open("/account")
    page.get_by_label("Absent until").fill("2036-12-24T18:00")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("#toasts")).to_contain_text("saved")
    assert desk.call("GET", f"users/{agent.id}", person=agent)["absentUntil"].startswith("2036-12-24")
    page.get_by_label("Absent until").fill("")
    page.get_by_role("button", name="Save profile").click()
    expect(page.get_by_label("Absent until")).to_have_value("")
    assert "absentUntil" not in desk.call("GET", f"users/{agent.id}", person=agent)
