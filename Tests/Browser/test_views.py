"""Views of the queue, and the condition as rows and as text."""
import pytest
from playwright.sync_api import expect

from conftest import PHONE


@pytest.fixture
def keeper(desk):
    return desk.person("agent", "Vic Viewer", ["Service Desk"])


def field(page):
    return page.get_by_role("textbox", name="Condition")


def rows(page):
    return page.get_by_role("group", name="Condition as rows")


def checked(page):
    return page.locator("[data-said]")


def test_a_list_is_kept_as_a_view_and_changed_by_rows(window, desk, keeper):
    word = f"okapi{desk.number()}"
    mine = desk.ticket(keeper, title=f"Printer {word}", tags=[word])
    other = desk.ticket(desk.admin, title=f"Screen {word}", tags=[word], major=True)
    page = window(keeper).open(f"/queue?view=open&tag={word}")
    expect(page.locator("tr.r")).to_have_count(2)
    page.get_by_role("link", name="Save as view").click()

    expect(field(page)).to_have_value(f'ticket.statusCategory in ["open", "pending"] && "{word}" in ticket.tags')
    expect(rows(page).locator(".cx-row")).to_have_count(2)
    page.get_by_label("Name").fill(f"Okapis {word}")
    rows(page).get_by_role("button", name="Row", exact=True).click()
    last = rows(page).locator(".cx-row").last
    last.get_by_label("Field").select_option("ticket.major")
    last.get_by_label("What is asked").select_option("isTrue")
    # Sent at once: what was chosen last is part of it all the same.
    page.get_by_role("button", name="Keep view").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Okapis {word}")
    expect(page.locator("tr.r")).to_have_count(1)
    expect(page.locator("tr.r")).to_contain_text(other["number"])
    tab = page.get_by_role("navigation", name="Lists").get_by_role("link", name=f"Okapis {word}")
    expect(tab).to_contain_text("1")
    kept = desk.call("GET", f"views?q={word}", person=keeper)["items"][0]
    assert kept["condition"].endswith(f'"{word}" in ticket.tags && ticket.major'), kept

    # What happens meanwhile is told to the view too.
    desk.call("PATCH", f"tickets/{mine['number']}", {"major": True}, desk.admin)
    expect(page.get_by_role("button", name="1 ticket changed, show the changes")).to_be_visible()
    expect(tab).to_contain_text("2")
    page.get_by_role("button", name="1 ticket changed, show the changes").click()
    expect(page.locator("tr.r")).to_have_count(2)

    page.get_by_role("link", name="Change view").click()
    page.get_by_role("button", name="Delete Okapis").click()
    expect(page).to_have_url("/queue/views")
    expect(page.locator("#toasts")).to_contain_text("was deleted")


def test_text_and_rows_say_the_same(window, desk, keeper):
    page = window(keeper).open("/queue/views/new")
    area = field(page)
    area.fill('ticket.priority <= 2 && (ticket.category == "network" || ticket.tags.exists(x, x in ["vpn", "vip"])) && size(ticket.title) > 3')
    group = rows(page).get_by_role("group", name="Group of rows")
    expect(group).to_be_visible()
    expect(rows(page).get_by_label("What is asked").first).to_have_value("lessOrEqual")
    expect(rows(page).get_by_label("Priority: value")).to_have_value("2")
    expect(group.get_by_text("vpn", exact=True)).to_be_visible()
    expect(rows(page).get_by_label("Expression")).to_have_value("size(ticket.title) > 3")
    expect(rows(page)).to_contain_text("Rows cannot say this part")

    group.get_by_role("button", name="Remove vpn").click()
    expect(area).to_have_value('ticket.priority <= 2 && (ticket.category == "network" || "vip" in ticket.tags) && size(ticket.title) > 3')
    group.get_by_label("Group: it holds").select_option("all")
    expect(area).to_have_value('ticket.priority <= 2 && (ticket.category == "network" && "vip" in ticket.tags) && size(ticket.title) > 3')
    rows(page).get_by_label("It holds", exact=True).select_option("any")
    expect(area).to_have_value('ticket.priority <= 2 || ticket.category == "network" && "vip" in ticket.tags || size(ticket.title) > 3')


def test_values_are_picked_and_typed(window, desk, keeper):
    page = window(keeper).open("/queue/views/new")
    rows(page).get_by_role("button", name="Row", exact=True).click()
    row = rows(page).locator(".cx-row")
    expect(row.get_by_label("Field")).to_be_focused()
    row.get_by_role("button", name="Status: choose").click()
    page.get_by_role("dialog", name="Status").get_by_role("option", name="In progress").click()
    expect(field(page)).to_have_value('ticket.status == "inProgress"')
    row.get_by_role("button", name="Status: one more").click()
    page.keyboard.type("new")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value('ticket.status in ["inProgress", "new"]')

    row.get_by_label("Field").select_option("ticket.assignee")
    expect(row.get_by_label("Field")).to_be_focused()
    row.get_by_role("button", name="Assignee: choose").click()
    page.keyboard.type(keeper.username)
    page.get_by_role("dialog", name="Assignee").get_by_role("option", name=keeper.username).click()
    expect(field(page)).to_have_value(f'ticket.assignee.id == "{keeper.id}"')
    row.get_by_label("What is asked").select_option("isNotMe")
    expect(field(page)).to_have_value("ticket.assignee == null || ticket.assignee.id != principal.id")

    row.get_by_label("Field").select_option("ticket.createdAt")
    row.get_by_label("Created at: how many").fill("7")
    expect(field(page)).to_have_value('ticket.createdAt > now - duration("168h")')
    row.get_by_label("Created at: unit").select_option("h")
    expect(field(page)).to_have_value('ticket.createdAt > now - duration("7h")')
    row.get_by_role("button", name="Remove this row").click()
    expect(field(page)).to_have_value("")


def test_faults_are_marked_at_their_place(window, desk, keeper):
    page = window(keeper).open("/queue/views/new")
    area = field(page)
    area.fill("ticket.major &&\n  ticket.priorty == 1")
    faults = page.locator(".cx-faults")
    expect(faults).to_contain_text("Line 2, column 3")
    expect(page.locator(".cx-mirror mark")).to_have_text("ticket.priorty")
    expect(checked(page)).to_contain_text("One fault in the condition")
    expect(area).to_have_attribute("aria-invalid", "true")
    assert "condition-faults" in area.get_attribute("aria-describedby")
    faults.get_by_role("button", name="Line 2, column 3").click()
    assert page.evaluate("() => { const area = document.activeElement; return area.value.slice(area.selectionStart, area.selectionEnd) }") == "ticket.priorty"
    faults.get_by_role("button", name="Use ticket.priority").click()
    expect(checked(page)).to_have_text("The condition is right.")
    expect(page.locator(".cx-mirror mark")).to_have_count(0)
    area.fill("ticket.major &&")
    expect(page.locator(".cx-mirror mark")).to_have_count(1)
    expect(rows(page)).to_have_class("cx-rows stale")
    area.fill('ticket.title.matches("a+")')
    expect(faults).to_contain_text("tried on every row")


def test_the_queue_is_filtered_by_a_condition(window, desk, keeper):
    word = f"gecko{desk.number()}"
    hit = desk.ticket(keeper, title=f"One {word}", tags=[word])
    desk.ticket(keeper, title=f"Two {word}")
    page = window(keeper).open("/queue")
    page.get_by_role("button", name="Condition").click()
    field(page).fill(f'"{word}" in ticket.tags')
    page.get_by_role("button", name="Show the tickets").click()
    expect(page.locator("tr.r")).to_have_count(1)
    expect(page.locator("tr.r")).to_contain_text(hit["number"])
    chip = page.get_by_role("group", name="Filter: Condition")
    expect(chip).to_contain_text(word)
    page.get_by_role("button", name="Condition").click()
    expect(field(page)).to_have_value(f'"{word}" in ticket.tags')
    page.keyboard.press("Escape")
    chip.get_by_role("link", name="Remove the filter Condition").click()
    expect(chip).to_have_count(0)


def test_without_scripts_the_text_alone_works(window, desk, keeper):
    word = f"newt{desk.number()}"
    hit = desk.ticket(keeper, title=f"One {word}", tags=[word])
    page = window(keeper, scripts=False).open("/queue")
    page.get_by_role("button", name="Condition").click()
    field(page).fill(f'"{word} in ticket.tags')
    page.get_by_role("button", name="Show the tickets").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 1")
    field(page).fill(f'"{word}" in ticket.tags')
    page.get_by_role("button", name="Show the tickets").click()
    expect(page.locator("tr.r")).to_have_count(1)
    page.get_by_role("link", name="Save as view").click()
    page.get_by_label("Name").fill(f"Newts {word}")
    page.get_by_role("button", name="Keep view").click()
    expect(page.locator("tr.r")).to_contain_text(hit["number"])


def test_a_phone_has_it_all(window, desk, keeper):
    page = window(keeper, size=PHONE, touch=True).open("/queue")
    page.get_by_role("button", name="Condition").click()
    rows(page).get_by_role("button", name="Row", exact=True).tap()
    row = rows(page).locator(".cx-row")
    row.get_by_role("button", name="Status: choose").tap()
    page.get_by_role("dialog", name="Status").get_by_role("option", name="New").tap()
    expect(field(page)).to_have_value('ticket.status == "new"')
    page.get_by_role("button", name="Show the tickets").tap()
    expect(page.get_by_role("group", name="Filter: Condition")).to_be_visible()
