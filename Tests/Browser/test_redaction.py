"""A superAdmin takes out what should never have been written: a message and a file of a ticket, each with a reason."""
import os

import pytest
from playwright.sync_api import expect

from conftest import DESKTOP, PHONE
from test_every_screen import check


@pytest.fixture(scope="module")
def root(desk):
    return desk.person("superAdmin", "Ruth Root")


@pytest.fixture
def told(desk, requester, agent, window):
    """A ticket whose requester told a secret, in a message and in a file."""
    ticket = desk.ticket(requester, title="The door stays shut")
    agent_page = window(agent).open(f"/tickets/{ticket['number']}")
    agent_page.get_by_label("Reply to Rosa Requester").fill("The code is 4711.")
    agent_page.locator("input#attach").set_input_files({"name": "door-4711.txt", "mimeType": "text/plain", "buffer": desk.number().encode()})
    agent_page.keyboard.press("Control+Enter")
    expect(agent_page.locator("#thread").get_by_role("link", name="door-4711.txt")).to_be_visible(timeout=15_000)
    agent_page.close()
    return ticket


def picture(page, name):
    """For whoever looks at them: kept where ITSM_PICTURES names a folder."""
    if folder := os.environ.get("ITSM_PICTURES"):
        page.screenshot(path=os.path.join(folder, f"{name}.png"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_message_and_a_file_are_redacted(window, desk, root, told, theme, size):
    name = f"{theme}-{size[0]}"
    address = f"/tickets/{told['number']}"
    comment = desk.call("GET", f"tickets/{told['number']}/comments", person=root)["items"][0]["id"]
    file = desk.call("GET", f"tickets/{told['number']}/attachments", person=root)["items"][0]["id"]

    page = window(root, theme=theme, size=size).open(f"{address}/attachments/{file}/redact")
    expect(page.get_by_role("heading", level=1)).to_have_text("Redact door-4711.txt")
    assert check(page, "the page of a file") == []
    picture(page, f"file-{name}")
    page.get_by_label("Reason").fill("the code of a door")
    page.get_by_role("button", name="Redact the file").click()
    page.wait_for_url(f"**{address}")
    expect(page.get_by_text("door-4711.txt")).to_have_count(0)

    page.goto(f"{address}/comments/{comment}")
    assert check(page, "the page of a message") == []
    picture(page, f"message-{name}")
    page.get_by_label("Reason").fill("the code of a door")
    page.get_by_role("button", name="Redact the text of this message").click()
    page.wait_for_url(f"**{address}#c-{comment}")
    expect(page.get_by_text("This text was redacted.")).to_be_visible()
    expect(page.get_by_text("The code is 4711.")).to_have_count(0)
    picture(page, f"ticket-{name}")


def test_the_panel_offers_it_to_superadmins_alone(window, agent, root, told):
    offered = window(root).open(f"/tickets/{told['number']}").get_by_role("link", name="Redact the file door-4711.txt")
    expect(offered).to_be_visible()
    expect(window(agent).open(f"/tickets/{told['number']}").get_by_role("link", name="Redact the file door-4711.txt")).to_have_count(0)
