"""Signing in and out as a person does it."""
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
