"""What agents do all day, by mouse and by keyboard alone."""
import pytest
from playwright.sync_api import expect

from desk import PASSWORD


@pytest.fixture
def pile(desk, requester):
    """Three tickets that nobody has taken, and the word by which they are found."""
    word = f"okapi{desk.number()}"
    return word, [desk.ticket(requester, title=f"The {word} printer {n} is jammed") for n in range(3)]


def toast(page):
    return page.locator("#toasts")


def row(page, ticket):
    return page.get_by_role("row").filter(has_text=ticket["number"])


def test_an_agents_morning(window, desk, pile):
    agent = desk.person("agent", "Mia Morning", ["Service Desk"])
    word, tickets = pile
    page = window().open("/")

    page.get_by_label("Username").fill(agent.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/queue")

    page.get_by_role("navigation", name="Lists").get_by_role("link", name="All open").click()
    page.get_by_label("Search this list").fill(word)
    page.keyboard.press("Enter")
    expect(page.locator("tr.r")).to_have_count(3)

    for ticket in tickets:
        page.get_by_label(f"Select {ticket['number']}").check()
    bar = page.get_by_role("toolbar", name="Change the chosen tickets")
    expect(bar).to_contain_text("3")
    bar.get_by_role("button", name="Assign").click()
    page.get_by_role("dialog", name="Assign to").get_by_role("option", name="Me", exact=True).click()
    expect(toast(page)).to_contain_text("3 tickets changed")
    for ticket in tickets:
        expect(row(page, ticket).get_by_role("img", name="Mia Morning")).to_be_visible()

    page.get_by_role("link", name=tickets[0]["title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(tickets[0]["title"])

    page.get_by_label("Reply to Rosa Requester").fill("A colleague is **on the way**.")
    page.locator("input#attach").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Paper tray, then rollers."})
    page.keyboard.press("Control+Enter")
    thread = page.locator("#thread")
    expect(thread.locator("strong")).to_have_text("on the way", timeout=15_000)
    expect(thread.get_by_role("link", name="plan.txt")).to_be_visible()

    page.get_by_text("Note", exact=True).click()
    page.get_by_label("Work note").fill("Roller 3 is worn.")
    page.get_by_role("button", name="Add note").click()
    expect(thread.locator(".msg.note")).to_contain_text("Roller 3 is worn.", timeout=15_000)

    page.get_by_role("main").get_by_role("link", name="Resolve", exact=True).click()
    dialog = page.get_by_role("dialog", name="Change the status")
    dialog.get_by_label("Outcome").select_option(index=1)
    dialog.get_by_label("What was done").fill("Cleaned the rollers.")
    dialog.get_by_role("button", name="Change the status").click()
    expect(page.get_by_role("region", name="Resolution")).to_contain_text("Cleaned the rollers.")

    known = desk.call("GET", f"tickets/{tickets[0]['number']}", person=agent)
    assert (known["status"], known["assignee"]["name"]) == ("resolved", "Mia Morning")


def test_a_bulk_change_can_be_undone(window, desk, agent, pile):
    word, tickets = pile
    page = window(agent).open(f"/queue?q={word}")
    page.get_by_label("Select every ticket shown").check()
    page.get_by_role("toolbar", name="Change the chosen tickets").get_by_role("button", name="Assign").click()
    page.get_by_role("dialog", name="Assign to").get_by_role("option", name="Me", exact=True).click()
    expect(toast(page)).to_contain_text("3 tickets changed")
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("3 tickets put back")
    for ticket in tickets:
        expect(row(page, ticket).get_by_role("img", name="Unassigned")).to_be_visible()
        assert "assignee" not in desk.call("GET", f"tickets/{ticket['number']}", person=agent)


def test_the_same_by_keyboard_alone(window, desk, agent, pile):
    word, tickets = pile
    page = window(agent).open("/queue")
    press = page.keyboard.press

    press("/")
    expect(page.get_by_label("Search this list")).to_be_focused()
    page.keyboard.type(word)
    press("Enter")
    expect(page.locator("tr.r")).to_have_count(3)

    press("j")
    press("x")
    press("j")
    press("x")
    expect(page.get_by_role("toolbar", name="Change the chosen tickets")).to_contain_text("2")
    press("a")
    expect(page.get_by_role("dialog", name="Assign to").get_by_role("combobox")).to_be_focused()
    page.keyboard.type("me")
    press("Enter")
    expect(toast(page)).to_contain_text("2 tickets changed")
    press("Escape")
    expect(page.locator("tr.r .ck:checked")).to_have_count(0)

    press("k")
    press("Space")
    expect(page.get_by_role("complementary", name="Preview")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("complementary", name="Preview")).to_be_hidden()

    first = page.locator("tr.r").first.get_attribute("data-number")
    press("Enter")
    page.wait_for_url(f"**/tickets/{first}*")
    press("r")
    expect(page.get_by_label("Reply to Rosa Requester")).to_be_focused()
    page.keyboard.type("Done by keyboard.")
    press("Control+Enter")
    expect(page.locator("#thread")).to_contain_text("Done by keyboard.", timeout=15_000)
    press("Escape")
    press("n")
    expect(page.get_by_label("Work note")).to_be_focused()
    press("Escape")
    press("s")
    page.get_by_role("dialog", name="status").get_by_role("combobox").fill("in prog")
    press("Enter")
    expect(page.locator("#panel .props")).to_contain_text("In progress")
    press("j")
    page.wait_for_url(lambda url: first not in url)
    press("u")
    page.wait_for_url("**/queue?*")


def test_two_agents_on_one_ticket(window, desk, agent):
    other = desk.person("agent", "Olga Other", ["Service Desk"])
    ticket = desk.ticket(agent, impact="low", urgency="low")
    mine, theirs = (window(person).open(f"/tickets/{ticket['number']}") for person in (agent, other))
    # The first page is not told: it stands for one whose line is slow.
    mine.context.route("**/thread?*", lambda route: route.abort())

    theirs.locator('#panel [data-pick="urgency"]').click()
    theirs.get_by_role("option", name="High").click()
    expect(toast(theirs)).to_contain_text("Urgency: High")

    mine.locator('#panel [data-pick="urgency"]').click()
    mine.get_by_role("option", name="Medium").click()
    question = mine.get_by_role("dialog", name="Urgency was changed meanwhile")
    expect(question).to_contain_text("High")
    question.get_by_role("button", name="Keep theirs").click()
    assert desk.call("GET", f"tickets/{ticket['number']}", person=agent)["urgency"] == "high"


def test_what_changes_is_told_without_moving_a_row(window, desk, agent, pile):
    word, tickets = pile
    page = window(agent).open(f"/queue?q={word}")
    expect(page.locator("[data-live]")).to_have_text("Live")
    before = page.locator("tr.r").evaluate_all("rows => rows.map((row) => [row.dataset.number, row.getBoundingClientRect().top])")
    page.locator("tr.r a").nth(1).focus()

    desk.ticket(agent, title=f"Another {word} printer burns")
    expect(page.locator("#newer")).to_contain_text("1 ")
    after = page.locator("tr.r").evaluate_all("rows => rows.map((row) => [row.dataset.number, row.getBoundingClientRect().top])")
    assert before == after
    expect(page.locator("tr.r a").nth(1)).to_be_focused()

    page.locator("#newer").click()
    expect(page.locator("tr.r")).to_have_count(4)
    expect(page.locator("#newer")).to_be_hidden()


def test_a_change_that_keeps_the_order_is_shown_at_once(window, desk, agent, pile):
    word, tickets = pile
    page = window(agent).open(f"/queue?q={word}&sort=-createdAt")
    expect(page.locator("[data-live]")).to_have_text("Live")
    desk.call("PATCH", f"tickets/{tickets[1]['number']}", {"assignee": agent.id}, agent)
    expect(row(page, tickets[1]).get_by_role("img", name="Ada Agent")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_columns_and_rows_stay_as_chosen(window, agent, pile, scripts):
    page = window(agent, scripts=scripts).open("/queue")
    subject = page.locator("th.c-sj").bounding_box()["width"]
    page.get_by_role("button", name="Columns and rows").click()
    layout = page.locator("#layout")
    layout.get_by_label("Service").uncheck()
    layout.get_by_label("Compact").check()
    layout.get_by_role("button", name="Save").click()
    page.goto("/queue?view=open&by=priority")
    expect(page.locator("th.c-sv")).to_be_hidden()
    expect(page.locator("th.c-rq")).to_be_visible()
    assert page.locator("th.c-sj").bounding_box()["width"] > subject, "what is hidden leaves its room to the subject, also beside headings of groups"
    assert page.locator("tr.r").first.bounding_box()["height"] == 32


def test_only_those_who_work_tickets_are_offered_as_assignees(window, desk, agent, requester):
    page = window(agent).open(f"/tickets/{desk.ticket(requester)['number']}")
    for opener, offers in (("a", False), ("#panel [data-pick=requester]", True)):
        if opener == "a":
            page.keyboard.press(opener)
        else:
            page.locator(opener).click()
        picker = page.get_by_role("dialog", name="Assign to" if opener == "a" else "Set requester")
        picker.get_by_role("combobox").fill(requester.name)
        found = picker.get_by_role("option").filter(has_text=requester.username)
        expect(found).to_have_count(1 if offers else 0)
        if not offers:
            expect(picker.get_by_role("listbox")).to_contain_text("Nothing found")
        page.keyboard.press("Escape")


def test_a_new_ticket_shows_its_priority_while_it_is_written(window, desk, agent):
    page = window(agent).open("/queue")
    page.keyboard.press("c")
    page.wait_for_url("**/tickets/new")
    page.get_by_label("Title").fill("Dock 4 has no light")
    page.get_by_label("Impact").select_option("high")
    page.get_by_label("Urgency").select_option("high")
    expect(page.locator("#computed")).to_contain_text("Critical")
    page.get_by_role("button", name="Raise the ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dock 4 has no light")


def test_the_main_forms_work_without_scripts(window, desk, agent, requester):
    page = window(agent, scripts=False).open("/tickets/new")
    page.get_by_label("Title").fill("Raised without scripts")
    page.get_by_role("button", name="Raise the ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Raised without scripts")
    page.get_by_label("Reply to Ada Agent").fill("Written without scripts.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#thread")).to_contain_text("Written without scripts.")
    page.get_by_text("Change the status").first.click()
    page.get_by_label("New status").select_option(label="In progress")
    page.get_by_role("button", name="Change the status").click()
    expect(page.locator(".props")).to_contain_text("In progress")
    number = page.locator("main").get_attribute("data-number")

    # Whoever asked for a ticket sees no work notes on it, so this is another's.
    page.goto(f"/tickets/{desk.ticket(requester)['number']}")
    page.get_by_text("Note", exact=True).click()
    page.get_by_label("Work note").fill("Noted without scripts.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".msg.note")).to_contain_text("Noted without scripts.")
    # Playwright finds no text in what stands there for browsers without scripts.
    page.locator("noscript summary").click()
    page.locator("#file").set_input_files({"name": "trace.log", "mimeType": "text/plain", "buffer": b"oh no"})
    page.locator("noscript button").click()
    expect(page.locator(".file-list")).to_contain_text("trace.log")

    page.goto("/queue")
    page.get_by_label("Search this list").fill(number)
    page.keyboard.press("Enter")
    expect(page.locator("tr.r")).to_have_count(1)
