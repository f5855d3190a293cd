"""Notices: the bell counts them as they come, its popover and the inbox show them, opening one marks it read."""
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def hasty(desk, agent, requester):
    """A service of whose incidents the assignee is told after two seconds; gives what raises one of them for the agent."""
    name = f"Hasty {desk.number()}"
    service = desk.call("POST", "services", {"name": name}, desk.admin)["id"]
    goal = {"seconds": 200, "calendar": "24x7"}
    policy = desk.call("POST", "sla/policies", {
        "name": name, "order": 1, "coverage": {"services": [service]},
        "targets": [{"metric": "resolution", "goals": {priority: goal for priority in ("critical", "high", "medium", "low")}}]}, desk.admin)["id"]
    desk.call("POST", "sla/escalation-rules", {
        "name": name, "policy": policy, "threshold": {"percent": 1}, "actions": [{"type": "notify", "to": ["assignee"]}]}, desk.admin)
    return lambda: desk.ticket(agent, service=service, assignee=agent.id, requester=requester.id)


def bell(page):
    return page.locator(".top .bell")


def test_a_notice_comes_by_itself_and_is_read_once_it_is_opened(window, hasty, agent):
    browser = window(agent)
    page = browser.open("/queue?view=mine")
    before = int(bell(page).locator(".n").inner_text() or 0)
    ticket = hasty()
    expect(bell(page)).to_have_attribute("aria-label", f"Inbox, {before + 1} unread", timeout=20_000)
    expect(page.locator(".nav a[href='/notices'] b")).to_have_text(str(before + 1))

    bell(page).click()
    popover = page.get_by_role("dialog", name="Inbox")
    newest = popover.get_by_role("link", name=re.compile(ticket["number"]))
    expect(newest).to_contain_text("Unread")
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(bell(page)).to_be_focused()
    bell(page).press("Enter")
    newest.click()
    page.wait_for_url(f"**/tickets/{ticket['number']}")
    assert int(bell(page).locator(".n").inner_text() or 0) == before


def test_all_are_marked_read_from_the_popover(window, desk, hasty, agent):
    ticket = hasty()
    page = window(agent).open("/queue?view=mine")
    expect(bell(page)).to_have_attribute("aria-label", re.compile("unread"), timeout=20_000)
    bell(page).click()
    popover = page.get_by_role("dialog", name="Inbox")
    expect(popover.get_by_text(re.compile(ticket["number"])).first).to_be_visible()
    popover.get_by_role("button", name="Mark all read").click()
    expect(bell(page)).to_have_attribute("aria-label", "Inbox")
    expect(popover.get_by_role("button", name="Mark all read")).to_have_count(0)
    assert desk.call("GET", "notifications?unread=true", person=agent)["items"] == []


def test_g_i_leads_to_the_inbox(window, agent):
    page = window(agent).open("/queue")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/notices")
    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()


def test_without_scripts_the_bell_is_a_link_and_the_page_marks(window, desk, hasty, agent):
    ticket = hasty()
    expect(bell(window(agent).open("/queue"))).to_have_attribute("aria-label", re.compile("unread"), timeout=20_000)
    page = window(agent, scripts=False).open("/queue")
    bell(page).click()
    expect(page.get_by_text(re.compile(ticket["number"])).first).to_be_visible()
    page.get_by_role("button", name="Mark all read").click()
    expect(page.get_by_role("status")).to_contain_text("marked read")
    assert desk.call("GET", "notifications?unread=true", person=agent)["items"] == []
