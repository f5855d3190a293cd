"""A requester on a phone."""
from playwright.sync_api import expect

from conftest import PHONE

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cfc0f01f00050001ff5cc0a1c80000000049454e44ae426082")


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
    expect(page.locator("#thread")).to_contain_text("The second.")

    for move in ({"to": "inProgress", "assignee": agent.id}, {"to": "resolved", "resolution": {"code": "fixed", "notes": "A new keyboard."}}):
        desk.call("POST", f"tickets/{number}/transitions", move, agent)
    page.goto("/portal")
    page.get_by_role("link", name=title).first.tap()
    expect(page.locator("main")).to_contain_text("A new keyboard.")
    expect(page.locator("#compose")).to_contain_text("Your reply reopens this ticket.")
    page.get_by_role("textbox").last.fill("The Q is missing again.")
    page.get_by_role("button", name="Send and reopen").tap()
    expect(page.locator("main")).to_contain_text("reopened it", timeout=15_000)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    assert desk.call("GET", f"tickets/{number}", person=agent)["statusCategory"] != "resolved"


def test_files_go_with_a_new_ticket_and_faults_lose_nothing(window, desk, requester):
    page = window(requester, size=PHONE, touch=True).open("/portal/new")
    page.locator("#title").evaluate("(field) => field.removeAttribute('required')")
    page.locator("#attach").set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": PIXEL})
    page.get_by_label("Description").fill("See the photo.")
    page.get_by_role("button", name="Send").tap()
    expect(page.locator("#faults")).to_contain_text("Title is required")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#pending")).to_contain_text("photo.png")
    expect(page.get_by_label("Description")).to_have_value("See the photo.")
    page.get_by_label("Title").fill(f"A crack {desk.number()}")
    page.get_by_role("button", name="Send").tap()
    page.wait_for_url("**/portal/tickets/*")
    expect(page.get_by_role("list", name="Files").get_by_role("link", name="photo.png")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("your ticket is")


def test_without_scripts(window, desk, requester):
    page = window(requester, size=PHONE, scripts=False).open("/portal/new")
    page.get_by_text("I need something").click()
    page.get_by_label("Title").fill("A second screen")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("A second screen")
    page.get_by_label("Your reply").fill("For *numbers*.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("em")).to_have_text("numbers")
    page.get_by_label("Add a file").set_input_files({"name": "desk.txt", "mimeType": "text/plain", "buffer": b"oak"})
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_role("list", name="Files").get_by_role("link", name="desk.txt")).to_be_visible()
