"""What the tests get: the desk, and browsers in which people have signed in. Every page is watched: an error in its console fails the test."""
import os

import pytest
from playwright.sync_api import expect, sync_playwright

from desk import PASSWORD, Desk

DESKTOP, PHONE = (1440, 900), (390, 844)
# A host name that is not localhost: over plain HTTP it is no secure context.
PLAIN_HOST = "desk.test"

expect.set_options(timeout=10_000)


@pytest.fixture(scope="session")
def desk():
    desk = Desk()
    yield desk
    desk.stop()


def launch(playwright):
    return playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        args=["--no-sandbox", f"--host-resolver-rules=MAP {PLAIN_HOST} 127.0.0.1"])


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


class Window:
    """A browser of its own, with one person signed in."""

    def __init__(self, chromium, desk, person=None, size=DESKTOP, theme="light", scripts=True, host="127.0.0.1", touch=False, port=None):
        self.address = f"http://{host}:{port or desk.port}"
        self.desk, self.scripts = desk, scripts
        self.faults = []
        self.context = chromium.new_context(
            base_url=self.address, viewport={"width": size[0], "height": size[1]}, color_scheme=theme, java_script_enabled=scripts, has_touch=touch,
            reduced_motion="reduce")
        self.context.set_default_timeout(10_000)
        self.context.set_default_navigation_timeout(30_000)
        self.context.on("page", self._watch)
        if person is not None and host == PLAIN_HOST:
            # Only the browser itself knows this name.
            page = self.open("/sign-in")
            page.get_by_label("Username").fill(person.username)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("/*")
            page.close()
        elif person is not None:
            answer = self.context.request.post("/sign-in", form={"username": person.username, "password": PASSWORD, "next": "/"}, max_redirects=0)
            assert answer.status == 303, answer.text()

    def _watch(self, page):
        # Answers with an error status are for the tests to judge; the console tells of them too.
        page.on("console", lambda message: self.faults.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Failed to load resource" not in message.text else None)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error.stack or error}"))
        page.on("dialog", lambda dialog: self.faults.append(f"{page.url}: a dialog of the browser: {dialog.message}") or dialog.accept()
                if dialog.type != "beforeunload" else dialog.accept())

    def open(self, address="/"):
        page = self.context.new_page()
        page.goto(address)
        if self.scripts:
            # The scripts show their buttons when they are done.
            page.wait_for_function("() => !document.querySelector('[data-do=palette][hidden]')")
        return page

    def close(self):
        self.context.close()
        assert not self.faults, "\n".join(self.faults)


@pytest.fixture
def window(chromium, desk):
    """window(person, size=…, theme=…, scripts=…, host=…, touch=…) gives a Window; all are closed at the end, and their consoles must be clean."""
    windows = []

    def make(person=None, **manner):
        windows.append(Window(chromium, desk, person, **manner))
        return windows[-1]

    yield make
    for each in windows:
        each.close()


@pytest.fixture(scope="session")
def agent(desk):
    return desk.person("agent", "Ada Agent", ["Service Desk"])


@pytest.fixture(scope="session")
def requester(desk):
    return desk.person("requester", "Rosa Requester")


@pytest.fixture(scope="session")
def admin(desk):
    return desk.person("admin", "Abel Admin")
