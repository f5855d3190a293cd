"""A whole list changed at once: more tickets than the page shows."""
import pytest
from playwright.sync_api import expect

COUNT = 60


@pytest.fixture
def boss(desk):
    return desk.person("admin", "Bea Boss")


@pytest.fixture
def heap(desk, boss):
    """More tickets than a page shows, and their tag."""
    tag = f"heap{desk.number()}"
    return tag, [desk.ticket(boss, title=f"Heap {n}", tags=[tag]) for n in range(COUNT)]


def assigned(desk, boss, tag):
    return desk.call("GET", f"tickets?tag={tag}&assignee=me&count=exact&limit=1", person=boss)["count"]["value"]


def toast(page):
    return page.locator("#toasts")


def test_all_that_match_are_changed_and_put_back(window, desk, boss, heap):
    tag, tickets = heap
    page = window(boss).open(f"/queue?tag={tag}")
    page.get_by_label("Select every ticket shown").check()
    bar = page.get_by_role("toolbar", name="Change the chosen tickets")
    expect(bar).to_contain_text("50")
    bar.get_by_role("button", name=f"Select all {COUNT} that match").click()
    expect(bar.get_by_role("status")).to_have_text(str(COUNT))
    bar.get_by_role("button", name="Assign").click()
    page.get_by_role("dialog", name="Assign to").get_by_role("option", name="Me", exact=True).click()
    expect(toast(page)).to_contain_text(f"{COUNT} changed", timeout=20_000)
    assert assigned(desk, boss, tag) == COUNT

    toast(page).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{COUNT} changed")
    page.get_by_role("link", name="Every ticket").click()
    expect(page.locator(".outcomes li")).to_have_count(50)
    page.get_by_role("link", name="More").click()
    expect(page.locator(".outcomes li")).to_have_count(COUNT - 50)
    # Somebody works on one of them meanwhile: it is left, and named.
    desk.call("PATCH", f"tickets/{tickets[0]['number']}", {"title": "Mine now"}, boss)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("main")).to_contain_text(f"{COUNT - 1} tickets put back, 1 could not be.")
    expect(page.locator(".outcomes li")).to_contain_text(tickets[0]["number"])
    assert assigned(desk, boss, tag) == 1


def test_the_offer_goes_with_the_selection(window, boss, heap):
    page = window(boss).open(f"/queue?tag={heap[0]}")
    page.get_by_label("Select every ticket shown").check()
    offer = page.get_by_role("button", name=f"Select all {COUNT} that match")
    offer.click()
    expect(page.get_by_role("button", name="Select only those shown")).to_be_visible()
    page.locator("tr.r .ck").nth(3).uncheck()
    expect(page.get_by_role("toolbar", name="Change the chosen tickets").get_by_role("status")).to_have_text("49")
    expect(page.get_by_role("button", name="Select only those shown")).to_be_hidden()


def test_its_page_follows_it_without_a_reload(window, desk, boss, heap):
    begun = desk.call("POST", "tickets/bulk", {"query": f"tag={heap[0]}", "expectedCount": COUNT, "changes": {"addTags": ["swept"]}}, boss)
    page = window(boss).open(f"/bulk/{begun['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{COUNT} changed", timeout=20_000)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def test_without_scripts(window, desk, boss, heap):
    tag = heap[0]
    page = window(boss, scripts=False).open(f"/queue?tag={tag}")
    page.locator("tr.r .ck").first.check()
    page.locator("#change").select_option("assignee:me")
    page.get_by_role("button", name="Apply to the whole list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Assign to me: {COUNT} tickets")
    page.get_by_role("button", name=f"Change {COUNT} tickets").click()
    while page.get_by_role("link", name="Reload").count():
        page.get_by_role("link", name="Reload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{COUNT} changed")
    assert assigned(desk, boss, tag) == COUNT
