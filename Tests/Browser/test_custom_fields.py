"""Custom fields: made by an administrator, asked for, edited in place, and hidden from whom they are not for."""
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def fields(desk):
    """A field of each kind; their names are the desk's own, as other tests share it."""
    number = desk.number()
    made = {}
    for kind, more in {
        "text": {"help": "As on the invoice"}, "number": {}, "boolean": {}, "date": {}, "url": {}, "user": {}, "ci": {},
        "choice": {"choices": [{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}]},
        "multiChoice": {"choices": [{"value": "a", "label": "Alpha"}, {"value": "b", "label": "Beta"}]},
    }.items():
        name = f"{kind}{number}"
        made[kind] = desk.call("POST", "custom-fields", {
            "name": name, "label": f"My {kind} {number}", "kind": kind, "visibleToRequesters": True, "kinds": ["incident"], **more}, desk.admin)
    made["hidden"] = desk.call("POST", "custom-fields", {"name": f"hidden{number}", "label": f"Hidden {number}", "kind": "text"}, desk.admin)
    yield made
    for field in made.values():
        desk.call("PATCH", f"custom-fields/{field['id']}", {"archived": True}, desk.admin)


def test_making_a_field(window, desk, admin):
    number = desk.number()
    page = window(admin).open("/admin/fields")
    page.get_by_role("link", name="New field").first.click()
    page.get_by_label("Label").fill(f"Cost centre {number}")
    expect(page.get_by_label("Name")).to_have_value(f"costCentre{number[0].upper()}{number[1:]}")
    expect(page.locator("#choices")).to_be_hidden()
    page.get_by_label("Kind", exact=True).select_option("choice")
    page.locator("#choices").fill("a | First\nb\nc | Old | archived")
    page.get_by_role("button", name="Add field").click()
    expect(page.locator("#toasts")).to_contain_text(f"Cost centre {number}")
    expect(page.locator("#choices")).to_have_value("a | First\nb\nc | Old | archived")
    page.get_by_label("Help").fill("Ask your manager")
    page.get_by_role("button", name="Save").click()
    made = desk.call("GET", f"custom-fields/{page.url.rsplit('/', 1)[-1].split('?')[0]}", person=admin)
    assert made["help"] == "Ask your manager" and [c["archived"] for c in made["choices"]] == [False, False, True], made
    page.get_by_label(re.compile("^Type Cost centre")).fill(made["label"])
    page.get_by_role("button", name=f"Delete {made['label']}").click()
    expect(page.locator("#toasts")).to_contain_text("was deleted")


@pytest.mark.parametrize("scripts", [True, False])
def test_asking_for_help_with_fields(window, desk, fields, requester, scripts):
    page = window(requester, scripts=scripts).open("/portal/new")
    expect(page.get_by_text(fields["hidden"]["label"])).to_have_count(0)
    page.get_by_label("Title").fill("Fields")
    page.get_by_label(fields["text"]["label"]).fill("4711")
    page.get_by_label(fields["number"]["label"]).fill("not a number")
    page.get_by_label(fields["choice"]["label"]).select_option("Large")
    page.get_by_label("Beta").check()
    page.get_by_role("button", name="Send").click()
    fault = page.locator(f"[data-field=\"customFields.{fields['number']['name']}\"] .wrong")
    expect(fault).to_contain_text("must be a number")
    expect(page.get_by_label("Beta")).to_be_checked()
    page.get_by_label(fields["number"]["label"]).fill("2.5")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/portal/tickets/"))
    told = page.locator(".told-fields")
    for words in ("4711", "2.5", "Large", "Beta"):
        expect(told).to_contain_text(words)
    ticket = desk.call("GET", f"tickets/{page.url.split('/')[-1].split('#')[0].split('?')[0]}", person=requester)
    assert set(map(str, ticket["customFields"].values())) == {"4711", "2.5", "l", "['b']"}, ticket


def test_fields_that_only_some_kinds_have(window, fields, agent):
    page = window(agent).open("/tickets/new")
    field = page.get_by_label(fields["text"]["label"])
    expect(field).to_be_visible()
    page.get_by_label("Kind", exact=True).select_option("problem")
    expect(field).to_be_hidden()


def test_editing_in_place(window, desk, fields, agent, requester):
    ticket = desk.ticket(requester)
    page = window(agent).open(f"/tickets/{ticket['number']}")
    property = lambda kind: page.locator(f"#panel [data-prop=\"customFields.{fields[kind]['name']}\"]")
    property("choice").locator("a").click()
    page.get_by_role("option", name="Small").click()
    expect(property("choice")).to_contain_text("Small")
    property("boolean").locator("a").click()
    page.get_by_role("option", name="Yes").click()
    expect(property("boolean")).to_contain_text("Yes")
    property("multiChoice").locator("a").click()
    page.get_by_role("option", name="Alpha").click()
    expect(property("multiChoice")).to_contain_text("Alpha")
    for kind, typed in (("text", "4711"), ("number", "12.5"), ("date", "2026-12-25"), ("url", "https://example.org/a"), ("hidden", "for us")):
        property(kind).locator("a").first.click()
        page.locator("#ask-text").fill(typed)
        page.get_by_role("button", name="Save").click()
        expect(property(kind)).to_contain_text(typed)
    expect(property("url").locator("a.out")).to_have_attribute("href", "https://example.org/a")
    values = desk.call("GET", f"tickets/{ticket['number']}", person=agent)["customFields"]
    assert values[fields["number"]["name"]] == 12.5 and values[fields["boolean"]["name"]] is True, values
    # Undone from the toast.
    property("choice").locator("a").click()
    page.get_by_role("option", name="Large").click()
    expect(property("choice")).to_contain_text("Large")
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(property("choice")).to_contain_text("Small")
    seen = desk.call("GET", f"tickets/{ticket['number']}?expand=timeline", person=requester)
    assert fields["hidden"]["name"] not in str(seen) and "for us" not in str(seen), seen


def test_editing_without_scripts(window, desk, fields, agent, requester):
    ticket = desk.ticket(requester, customFields={fields["text"]["name"]: "old", fields["multiChoice"]["name"]: ["a", "b"]})
    page = window(agent, scripts=False).open(f"/tickets/{ticket['number']}/edit")
    expect(page.get_by_label("Alpha")).to_be_checked()
    page.get_by_label("Alpha").uncheck()
    page.get_by_label(fields["text"]["label"]).fill("new")
    page.get_by_label(fields["user"]["label"]).fill(agent.username)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#panel")).to_contain_text(agent.name)
    values = desk.call("GET", f"tickets/{ticket['number']}", person=agent)["customFields"]
    assert values == {fields["text"]["name"]: "new", fields["multiChoice"]["name"]: ["b"], fields["user"]["name"]: agent.id}, values
