"""The clocks of tickets on screen: how they count down, what they turn into, and why they show what they show."""
import pytest
from playwright.sync_api import expect


@pytest.fixture
def urgent(desk, agent, requester):
    """A critical incident: an answer in 15 minutes and an end in an hour, around the clock."""
    return desk.ticket(agent, requester=requester.id, title=f"The lift is stuck {desk.number()}", impact="high", urgency="high")


def later(page, minutes):
    """So many minutes later by the browser's clock; the server's stands, as far as the page can tell."""
    page.clock.fast_forward(minutes * 60_000)


def opened(window, person, address, **manner):
    page = window(person, **manner).context.new_page()
    page.clock.install()
    page.goto(address)
    page.wait_for_function("() => !document.querySelector('[data-do=palette][hidden]')")
    return page


def test_the_queue_counts_down_and_turns_amber_and_red(window, agent, urgent):
    page = opened(window, agent, f"/queue?q={urgent['number']}")
    chip = page.locator("tr.r .sla")
    expect(chip).to_have_attribute("data-state", "soon")
    expect(chip).to_contain_text("14 min")
    later(page, 10)
    expect(chip.locator(".v")).to_have_text("4 min")
    expect(chip).to_have_attribute("data-state", "soon")
    later(page, 10)
    expect(chip.locator(".v")).to_have_text("5 min over")
    expect(chip).to_have_attribute("data-state", "late")
    assert chip.get_attribute("title").startswith("First response due ")


def test_the_card_counts_down_and_the_answer_stops_it(window, desk, agent, urgent):
    page = opened(window, agent, f"/tickets/{urgent['number']}")
    card = page.get_by_role("region", name="Service level")
    solve = card.locator("dl > div").filter(has_text="Resolution")
    answer = card.locator("dl > div").filter(has_text="First response")
    expect(solve.locator(".v")).to_have_text("59 min left")
    expect(solve).to_have_class("soon")
    later(page, 20)
    expect(solve.locator(".v")).to_have_text("39 min left")
    expect(answer).to_have_class("late")
    # What the server says has the last word: the answer came within its time.
    desk.call("POST", f"tickets/{urgent['number']}/comments", {"body": "We are on the way."}, agent)
    page.reload()
    expect(answer).to_have_class("met")
    expect(answer).to_contain_text("met, target 15 min")


def test_what_waits_does_not_count(window, desk, agent, urgent):
    desk.call("POST", f"tickets/{urgent['number']}/comments", {"body": "Which lift?"}, agent)
    desk.call("PATCH", f"tickets/{urgent['number']}", {"assignee": agent.id}, agent)
    desk.call("POST", f"tickets/{urgent['number']}/transitions", {"to": "inProgress"}, agent)
    desk.call("POST", f"tickets/{urgent['number']}/transitions", {"to": "pendingRequester", "reason": "Which lift?"}, agent)
    page = opened(window, agent, f"/queue?view=all&q={urgent['number']}")
    chip = page.locator("tr.r .sla")
    expect(chip.locator(".v")).to_have_text("Paused")
    assert "pending requester" in chip.get_attribute("title")
    later(page, 90)
    expect(chip.locator(".v")).to_have_text("Paused")


def test_an_explanation_opens_over_the_ticket_and_as_a_page(window, agent, urgent):
    browser = window(agent)
    page = browser.open(f"/tickets/{urgent['number']}")
    page.get_by_role("link", name="Resolution").click()
    sheet = page.get_by_role("dialog", name="Resolution of")
    expect(sheet).to_contain_text("Standard, version 1")
    expect(sheet).to_contain_text("24x7 (UTC), version 1")
    expect(sheet.get_by_role("table")).to_contain_text("Together")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("link", name="Resolution")).to_be_focused()
    page.get_by_role("link", name="Resolution").click()
    sheet.get_by_role("link", name="Open as a page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Resolution of {urgent['number']}")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name=urgent["number"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(urgent["title"])


def test_the_queue_is_sorted_and_grouped_by_time_left(window, desk, requester, agent):
    word = f"tapir{desk.number()}"
    slow = desk.ticket(agent, requester=requester.id, title=f"Slow {word}", impact="medium", urgency="high")
    quick = desk.ticket(agent, requester=requester.id, title=f"Quick {word}", impact="high", urgency="high")
    none = desk.call("POST", "tickets", {"kind": "problem", "title": f"None {word}"}, agent)
    page = window(agent).open(f"/queue?view=open&q={word}")
    expect(page.locator("tr.r")).to_have_count(3)
    page.get_by_role("columnheader", name="Time left").get_by_role("link").click()
    expect(page.locator("tr.r .subj a")).to_have_text([quick["title"], slow["title"], none["title"]])
    page.get_by_role("button", name="Grouped by").click()
    page.get_by_role("link", name="time left", exact=True).click()
    expect(page.locator("tr.g")).to_have_text(["Due within the hour", "No target running"])
    page.locator("tr.r").first.hover()
    page.locator("tr.r").first.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("complementary", name="Preview")).to_contain_text("first response")
