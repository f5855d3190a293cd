"""Text that would be markup or a script, in every text field there is: it is shown, never run. What the security policy stops also fails, by the console."""
import pytest
from playwright.sync_api import expect

from screens import SCREENS, operations

pytestmark = pytest.mark.slow
HOSTILE = """<img src=x onerror="window.ran=1">"'><script>window.ran=1</script><svg onload=window.ran=1>{{shell.token}}"""
MARKDOWN = HOSTILE + "\n\n[click](javascript:window.ran=1) ![x](javascript:window.ran=1) <javascript:window.ran=1>\n\n<a href=\"javascript:window.ran=1\">x</a>"


@pytest.fixture(scope="module")
def hostile(desk, admin):
    """A desk in which everything that has a name has a hostile one."""
    number = desk.number()
    name = f'<b onclick="window.ran=1">"\'&{number}'
    group = desk.call("POST", "groups", {"name": f"Group {name}"}, admin)
    service = desk.call("POST", "services", {"name": f"Service {name}"}, admin)
    role = desk.call("POST", "roles", {"name": f"Role {name}", "description": HOSTILE, "permissions": {}}, admin)
    category = desk.call("POST", "categories", {"name": f"hostile-{number}"}, admin)
    agent = desk.person("agent", f"Agent {name}", [group["name"]])
    requester = desk.person("requester", f"Requester {name}")
    ticket = desk.ticket(requester, title=HOSTILE, description=MARKDOWN)
    at = f"tickets/{ticket['number']}"
    resolved = desk.ticket(requester, title=HOSTILE)["number"]
    desk.call("POST", f"tickets/{resolved}/transitions", {"to": "resolved", "resolution": {"code": "fixed", "notes": MARKDOWN}}, agent)
    desk.call("POST", f"{at}/comments", {"body": MARKDOWN}, agent)
    desk.call("POST", f"{at}/comments", {"body": MARKDOWN, "visibility": "workNote"}, agent)
    desk.call("PATCH", at, {"tags": [f"<b>{number}"], "service": service["name"], "group": group["name"], "assignee": agent.id}, agent)
    # Whoever and whatever the forms below change is made for that.
    places = {"ticket": ticket["number"], "resolved": resolved, **operations(desk, agent, [ticket["number"], resolved], f"<b>{number}"), "person": desk.person("agent").id,
              **{name: made["id"] for name, made in (("group", group), ("role", role), ("service", service), ("category", category))}}
    return {"agent": agent, "requester": requester, "admin": admin, "group": group, "scene": places}


def nothing_ran(page):
    assert page.evaluate("window.ran") is None, page.url
    injected = page.locator("main img[src='x'], script:not([src]), [onclick], [onerror], [onload], a[href^='javascript:' i]")
    assert injected.count() == 0, f"{page.url}: {injected.first.evaluate('e => e.outerHTML')}"


@pytest.mark.parametrize("screen", [screen for screen in SCREENS if screen.person], ids=lambda screen: screen.name)
def test_hostile_names_are_only_text(window, hostile, screen):
    page = window(hostile[screen.person]).open(screen.address.format(**hostile["scene"]))
    nothing_ran(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("onclick")
    expect(page.get_by_role("dialog", name="Search and commands").get_by_role("status")).not_to_be_empty()
    nothing_ran(page)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_what_is_typed_into_a_form_comes_back_as_text(window, desk, hostile, screen):
    """Every form of every screen, each text field of it hostile, sent as a browser without our scripts would."""
    person = hostile.get(screen.person)
    if screen.person:
        # Somebody of their own: a form may end the sign-in or change the name.
        person = desk.person(screen.person)
    settings = desk.call("GET", "settings", person=desk.admin)
    browser = window(person)
    address = screen.address.format(**hostile["scene"])
    page = browser.open(address)
    count = page.locator("main form").count()
    for index in range(count):
        page.goto(address)
        if page.locator("main form").count() <= index:
            break
        changed = page.locator("main form").nth(index).evaluate("""(form, text) => {
            let changed = 0;
            for (const field of form.elements) {
                if (field.matches('textarea, input:not([type]), input[type="text"], input[type="search"], input[type="email"], input[type="url"]')) {
                    field.removeAttribute('maxlength');
                    field.value = text;
                    changed += 1;
                }
            }
            return changed;
        }""", HOSTILE)
        if not changed:
            continue
        with page.expect_navigation():
            page.locator("main form").nth(index).evaluate("(form) => HTMLFormElement.prototype.submit.call(form)")
        nothing_ran(page)
        # What looks like a template is none.
        assert page.content().count("onload=window.ran=1&gt;") == page.content().count("onload=window.ran=1&gt;{{shell.token}}")
    after = desk.call("GET", "settings", person=desk.admin)
    if after != settings:
        desk.call("PATCH", "settings", {"name": settings["name"]}, desk.admin, {"If-Match": f'"{after["version"]}"'})
