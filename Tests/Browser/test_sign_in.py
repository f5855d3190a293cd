"""Signing in and out as a person does it, with a second factor too."""
import base64
import hashlib
import hmac
import time

from playwright.sync_api import expect

from desk import PASSWORD


def test_a_page_asks_for_the_sign_in_and_comes_back(window, agent):
    page = window().open("/queue")
    expect(page).to_have_url("/sign-in?next=%2Fqueue")
    page.get_by_label("Username").fill(agent.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Username or password is wrong")
    expect(page.get_by_label("Username")).to_have_value(agent.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/queue")


def test_signing_out_ends_it(window, desk):
    page = window(desk.person("agent")).open("/queue")
    page.keyboard.press("Control+k")
    page.keyboard.type("sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    page.goto("/queue")
    expect(page).to_have_url("/sign-in?next=%2Fqueue")


def test_a_link_lets_a_person_choose_a_password(window, desk, admin):
    person = desk.person("agent")
    page = window(admin).open(f"/admin/people/{person.id}")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    assert "#itsm_reset_" in link
    # Without scripts the code is pasted.
    plain = window(scripts=False).open(link)
    plain.get_by_label("Code of the link").fill(link.split("#")[1])
    plain.get_by_role("button", name="Go on").click()
    expect(plain.get_by_text(f"For {person.username}.")).to_be_visible()
    other = window().open(link)
    expect(other).to_have_url("/reset-password/open")
    expect(other.get_by_text(f"For {person.username}.")).to_be_visible()
    other.get_by_label("New password").fill("Password1234")
    other.get_by_role("button", name="Set password").click()
    expect(other.get_by_role("alert")).to_contain_text("easy to guess")
    other.get_by_label("New password").fill("chosen by the link now")
    other.get_by_role("button", name="Set password").click()
    expect(other.get_by_role("status")).to_contain_text(f"as {person.username}")
    other.get_by_label("Username").fill(person.username)
    other.get_by_label("Password").fill("chosen by the link now")
    other.get_by_role("button", name="Sign in").click()
    expect(other).to_have_url("/queue")


def code(secret, step=0):
    """What an app shows now (RFC 6238), or so many steps later."""
    digest = hmac.new(base64.b32decode(secret.replace(" ", "")), (int(time.time()) // 30 + step).to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[19] & 15
    return f"{(int.from_bytes(digest[offset:offset + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def set_up(page):
    """From the first page of the second factor to its recovery codes; gives both."""
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.get_by_label("Or type this into the app").input_value()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.get_by_role("button", name="Turn it on").click()
    codes = page.locator(".recovery code").all_inner_texts()
    assert len(codes) == 10
    return secret, codes


def test_a_second_factor_from_setting_up_to_a_trusted_browser(window, desk):
    person = desk.person("agent")
    page = window(person).open("/account")
    page.get_by_role("link", name="Set up").click()
    secret, codes = set_up(page)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()

    other = window(scripts=False).open("/queue")

    def sign_in():
        other.get_by_label("Username").fill(person.username)
        other.get_by_label("Password").fill(PASSWORD)
        other.get_by_role("button", name="Sign in").click()

    sign_in()
    other.get_by_label("Code", exact=True).fill("000000")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("alert")).to_contain_text("This code is not right")
    other.get_by_label("Code", exact=True).fill(codes[0])
    other.get_by_label("Do not ask for a code in this browser for 30 days").check()
    other.get_by_role("button", name="Sign in").click()
    expect(other).to_have_url("/queue")
    other.goto("/account")
    other.get_by_role("button", name="Sign out").click()
    sign_in()
    expect(other).to_have_url("/queue")

    page.reload()
    page.get_by_role("button", name="Trust ").click()
    expect(page.get_by_role("heading", name="Trusted browsers")).to_have_count(0)
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Take it away").click()
    expect(page.get_by_role("link", name="Set up")).to_be_visible()


def test_a_role_asks_for_a_second_factor(window, desk):
    role = desk.call("POST", "roles", {
        "name": f"Careful {desk.number()}", "permissions": {"tickets:read": "all", "tickets:update": "all"}, "requiresSecondFactor": True}, desk.admin)
    person = desk.person("agent")
    page = window(person).open("/queue")
    desk.call("POST", f"users/{person.id}/roles", {"role": role["id"]}, desk.admin)
    # The server remembers a caller until the feed has told it otherwise.
    for _ in range(100):
        if not page.goto("/queue").url.endswith("/queue"):
            break
    expect(page).to_have_url("/account/second-factor")
    expect(page.get_by_text("One of your roles asks for a second factor")).to_be_visible()
    set_up(page)
    page.goto("/queue")
    expect(page).to_have_url("/queue")
