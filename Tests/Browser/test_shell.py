"""What surrounds every page: the palette, the map of keys, the theme, the drawer."""
import pytest
from playwright.sync_api import expect

from conftest import PHONE


@pytest.fixture
def page(window, agent):
    return window(agent).open("/queue")


def test_the_palette_finds_commands_tickets_and_people(page, desk, agent):
    ticket = desk.ticket(agent, title="The quokka terminal shows nothing")
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and commands")
    box = palette.get_by_role("combobox")
    expect(box).to_be_focused()
    box.fill("dark th")
    expect(palette.get_by_role("option").first).to_have_text("Dark theme")
    box.fill(ticket["number"])
    expect(palette.get_by_role("option").first).to_contain_text("The quokka terminal")
    box.fill("quokka")
    expect(palette.get_by_role("group", name="Tickets").get_by_role("option")).to_have_count(1)
    expect(palette.get_by_role("status")).to_contain_text("result")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()


def test_enter_means_what_was_typed_not_what_still_stands_there(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("dark theme")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_map_names_every_key_once_and_switches_them_off(page):
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Search and commands")
    labels = dialog.locator("dt").all_inner_texts()
    assert len(labels) == len(set(labels))
    dialog.get_by_label("Single-letter shortcuts").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    expect(page.locator("kbd:visible")).to_have_text(["Ctrl K"])
    page.reload()
    expect(page.locator("kbd:visible")).to_have_text(["Ctrl K"])
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and commands")).to_be_visible()


def test_keys_do_nothing_while_typing_or_with_alt(page):
    page.keyboard.press("Alt+Shift+?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("?c")
    expect(page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")).to_have_value("?c")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_a_requester_finds_no_people(window, requester):
    page = window(requester).open("/portal")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")).to_have_attribute("aria-label", "Search tickets and commands")


def test_the_drawer_of_small_screens(window, agent):
    page = window(agent, size=PHONE, touch=True).open("/queue")
    page.get_by_role("navigation", name="Primary").get_by_text("More").click()
    expect(page.get_by_role("complementary", name="Workspace")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Workspace")).to_be_hidden()
