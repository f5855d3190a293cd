"""Signing in by a provider (OpenID Connect), which runs in a process of its own."""
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from desk import PASSWORD, Person, free_port
from provider import CLIENT, SECRET


class RunningProvider:
    def __init__(self, desk):
        self.address = f"http://127.0.0.1:{free_port()}"
        self.desk = desk
        program = pathlib.Path(__file__).with_name("provider.py")
        self.process = subprocess.Popen(
            [sys.executable, program, self.address.rsplit(":", 1)[1]], env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while True:
            assert self.process.poll() is None, "the provider did not start: run Tests/Browser/provider.py to see why"
            try:
                urllib.request.urlopen(self.address + "/jwks").close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        self.record = desk.call("POST", "identity-providers", {
            "name": "Example ID", "issuer": self.address, "clientId": CLIENT, "clientSecret": SECRET, "groupsClaim": "groups", "createsPeople": True,
            "roleMappings": [{"group": "itsm-agents", "role": "agent"}]}, desk.admin)
        self.way = f"/sign-in/with/{self.record['id']}"

    def put(self, path, value):
        request = urllib.request.Request(self.address + path, json.dumps(value).encode(), {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(request).close()

    def person(self, subject, **claims):
        self.put(f"/users/{subject}", {"name": f"{subject} of the provider", "preferred_username": subject, **claims})
        return subject

    def change(self, **fields):
        self.desk.call("PATCH", f"identity-providers/{self.record['id']}", fields, self.desk.admin)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def provider(desk):
    provider = RunningProvider(desk)
    yield provider
    provider.stop()
    desk.call("DELETE", f"identity-providers/{provider.record['id']}", person=desk.admin)


@pytest.fixture
def fault(provider):
    """fault(name) spoils the provider's next tokens, until the test ends."""
    yield lambda name: provider.put("/fault", name)
    provider.put("/fault", None)


def answer_of(window, provider, subject):
    """Where the provider sends the browser back to, once `subject` has signed in there."""
    out = window.context.request.get(provider.way, max_redirects=0, headers={"Sec-Fetch-Site": "same-origin"})
    assert out.status == 303, out.text()
    back = window.context.request.post(out.headers["location"], form={"sub": subject}, max_redirects=0)
    assert back.status == 302, back.text()
    return back.headers["location"]


def coming_back(window, address):
    return window.context.request.get(address, max_redirects=0)


def me(window):
    answer = window.context.request.get("/api/v1/auth/me")
    return answer.json() if answer.ok else None


def test_a_person_signs_in_by_a_link(window, provider, desk):
    subject = provider.person(f"kim.{desk.number()}", email=f"kim.{desk.number()}@example.org", email_verified=True, groups=["itsm-agents"])
    page = window().open("/sign-in?next=%2Fqueue")
    page.get_by_role("link", name="Sign in with Example ID").click()
    page.wait_for_url(f"{provider.address}/**")
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").or_(page.get_by_role("button", name="Sign in")).first.click()
    expect(page).to_have_url("/queue")
    page.goto("/account")
    expect(page.get_by_text(f"You sign in as {subject}")).to_be_visible()
    expect(page.get_by_role("heading", name="Accounts elsewhere")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/queue")
    expect(page).to_have_url("/sign-in?next=%2Fqueue")


def test_groups_give_and_take_roles(window, provider, desk):
    subject = provider.person(f"lee.{desk.number()}", groups=["itsm-agents", "others"])
    first = window()
    coming_back(first, answer_of(first, provider, subject))
    assert {role["name"] for role in me(first)["roles"]} == {"requester", "agent"}
    provider.person(subject, groups=["others"])
    second = window()
    coming_back(second, answer_of(second, provider, subject))
    assert me(second)["id"] == me(first)["id"]
    assert {role["name"] for role in me(second)["roles"]} == {"requester"}
    revoked = desk.call("GET", f"audit?kind=user.roleRevoked&record={me(second)['id']}", person=desk.admin)["items"]
    assert len(revoked) == 1


@pytest.mark.parametrize("name", ["nonce", "expired", "audience", "issuer", "none", "shared", "stranger"])
def test_a_token_that_does_not_hold_lets_nobody_in(window, provider, desk, fault, name):
    subject = provider.person(f"mo.{desk.number()}")
    fault(name)
    visitor = window()
    answer = coming_back(visitor, answer_of(visitor, provider, subject))
    assert answer.status == 403 and "cannot be trusted" in answer.text()
    assert me(visitor) is None


def test_the_answer_is_for_the_browser_that_asked_and_for_once(window, provider, desk):
    subject = provider.person(f"ray.{desk.number()}")
    victim, thief = window(), window()
    address = answer_of(victim, provider, subject)
    # Another browser, a changed state, and another provider's name.
    for visitor, changed in [(thief, address), (victim, address.replace("state=", "state=x")), (victim, address + "&iss=https%3A%2F%2Flogin.example.org")]:
        cookies = victim.context.cookies()
        refused = coming_back(visitor, changed)
        assert refused.status == 400 and "does not belong" in refused.text(), refused.text()
        victim.context.add_cookies(cookies)
    cookies = victim.context.cookies()
    assert coming_back(victim, address).status == 303
    assert me(victim)["username"] == subject
    # The same answer again, with the cookie of its time: the provider hands out nothing twice.
    thief.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "itsm_provider"])
    again = coming_back(thief, address)
    assert again.status == 502 and "did not accept" in again.text()
    assert "<b>No.</b>" not in again.text() and "invalid_grant" not in again.text()
    assert me(thief) is None


def test_a_new_key_of_the_provider_is_found(window, provider, desk):
    for _ in range(2):
        provider.put("/rotate", None)
        visitor = window()
        assert coming_back(visitor, answer_of(visitor, provider, provider.person(f"key.{desk.number()}"))).status == 303


def test_who_is_disabled_or_unknown_is_told_what_to_do(window, provider, desk):
    subject = provider.person(f"sam.{desk.number()}")
    visitor = window()
    coming_back(visitor, answer_of(visitor, provider, subject))
    desk.call("DELETE", f"users/{subject}", person=desk.admin)
    refused = coming_back(visitor, answer_of(visitor, provider, subject))
    assert refused.status == 403 and "is disabled" in refused.text()
    provider.change(createsPeople=False)
    try:
        page = visitor.open(answer_of(visitor, provider, provider.person(f"una.{desk.number()}")))
        expect(page.get_by_role("heading", name="Signing in with Example ID did not work")).to_be_visible()
        expect(page.get_by_text("nobody here is linked to your account there")).to_be_visible()
        page.get_by_role("link", name="Back to the sign-in page").click()
        expect(page).to_have_url("/sign-in")
    finally:
        provider.change(createsPeople=True)


def test_saying_no_at_the_provider_comes_back(window, provider):
    visitor = window()
    out = visitor.context.request.get(provider.way, max_redirects=0, headers={"Sec-Fetch-Site": "same-origin"}).headers["location"]
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(out).query)["state"][0]
    refused = visitor.context.request.get(f"{provider.way}/return?error=access_denied&error_description=%3Cb%3E&session_state=1&state={state}")
    assert refused.status == 403 and "did not let you in" in refused.text() and "<b>" not in refused.text().split("<main")[1]


def test_a_signed_in_person_links_and_unlinks(window, provider, desk, requester):
    subject = provider.person(f"link.{desk.number()}")
    mine = window(requester)
    page = mine.open("/account")
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Link an account").click()
    page.get_by_role("link", name="Go on to Example ID").click()
    page.wait_for_url(f"{provider.address}/**")
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").or_(page.get_by_role("button", name="Sign in")).first.click()
    expect(page).to_have_url("/account")
    expect(page.get_by_text("Your account at Example ID is linked.")).to_be_visible()
    other = window()
    assert coming_back(other, answer_of(other, provider, subject)).status == 303
    assert me(other)["id"] == requester.id
    page.get_by_role("button", name="End the link").click()
    expect(page.get_by_text("The account is no longer linked.")).to_be_visible()


def test_a_provider_is_set_up_on_its_page(window, desk, provider):
    root = desk.call("POST", "users", {"username": f"root.{desk.number()}", "name": "Root", "password": PASSWORD, "roles": ["superAdmin"]}, desk.admin)
    mine = window(Person(root["id"], root["username"], root["name"], ""))
    page = mine.open("/admin/sign-in-providers/new")
    name = f"Other ID {desk.number()}"
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Issuer").fill("http://login.example.org")
    page.get_by_label("Client id").fill("desk")
    page.get_by_label("Roles by groups").fill("staff = agent\nleads = manager")
    page.get_by_role("button", name="Add provider").click()
    expect(page.get_by_text("must begin with https://").first).to_be_visible()
    page.get_by_label("Issuer").fill(f"https://{desk.number()}.example.org")
    page.get_by_label("Claim of the groups").fill("groups")
    page.get_by_role("button", name="Add provider").click()
    expect(page.get_by_text("Register this redirect address there:")).to_be_visible()
    expect(page.get_by_label("Roles by groups")).to_have_value("leads = manager\nstaff = agent")
    page.get_by_label("Offer it on the sign-in page").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was saved")).to_be_visible()
    page.get_by_label(f"Type {name} to confirm").fill(name)
    page.get_by_role("button", name="Delete provider").click()
    expect(page.get_by_text("was deleted")).to_be_visible()
