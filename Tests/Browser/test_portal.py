"""A requester on a phone."""
from playwright.sync_api import expect

from conftest import PHONE


def test_raise_reply_and_reopen(window, desk, agent, requester):
    page = window(requester, size=PHONE, touch=True).open("/")
    page.get_by_role("navigation", name="Primary").get_by_role("link", name="New").tap()
    page.wait_for_url("**/portal/new")
    title = f"My keyboard lost a key {desk.number()}"
    page.get_by_label("Title").fill(title)
    page.get_by_label("Description").fill("It is the letter *Q*.")
    page.locator("main").get_by_role("button", name="Send").tap()
    page.wait_for_url("**/portal/tickets/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator("em")).to_have_text("Q")
    number = page.url.rsplit("/", 1)[1].split("?")[0]

    desk.call("POST", f"tickets/{number}/comments", {"body": "Which floor are you on?"}, agent)
    desk.call("POST", f"tickets/{number}/comments", {"body": "Looks like a drink was spilled.", "visibility": "workNote"}, agent)
    expect(page.locator("main")).to_contain_text("Which floor are you on?")
    expect(page.locator("main")).not_to_contain_text("Looks like a drink")
    page.get_by_label("Your reply").fill("The second.")
    page.get_by_role("button", name="Send").tap()
    expect(page.locator(".talk")).to_contain_text("The second.")

    for move in ({"to": "inProgress", "assignee": agent.id}, {"to": "resolved", "resolution": {"code": "fixed", "notes": "A new keyboard."}}):
        desk.call("POST", f"tickets/{number}/transitions", move, agent)
    page.goto("/portal")
    page.get_by_role("link", name=title).first.tap()
    expect(page.locator("main")).to_contain_text("A new keyboard.")
    page.get_by_label("What is still wrong?").fill("The Q is missing again.")
    page.get_by_role("button", name="Reopen").tap()
    expect(page.locator(".talk")).to_contain_text("The Q is missing again.")
    expect(page.get_by_label("Your reply")).to_be_visible()
    assert desk.call("GET", f"tickets/{number}", person=agent)["statusCategory"] == "open"
