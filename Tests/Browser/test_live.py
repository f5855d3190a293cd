"""One open stream per browser, whatever the number of tabs, with and without a secure context."""
import re
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from conftest import PLAIN_HOST
from relay import Relay

HOSTS = ["127.0.0.1", PLAIN_HOST]


class Streams:
    """The requests for the stream that are open in a browser now."""

    def __init__(self, context):
        self.open = set()
        self.total = 0
        context.on("request", self._began)
        context.on("requestfinished", lambda request: self.open.discard(request))
        context.on("requestfailed", lambda request: self.open.discard(request))

    def _began(self, request):
        if request.url.endswith("/api/v1/events/stream"):
            self.open.add(request)
            self.total += 1


HOOK = """
import { onEvents, onState } from './%s';
window.told = []; window.ids = []; window.states = [];
onEvents((events) => { window.told.push(...events.map((event) => event.subject)); window.ids.push(...events.map((event) => event.id)); });
onState((state) => window.states.push(state));
"""


def listen(browser):
    """Makes every page note what its modules are told."""
    def extended(route):
        script = urllib.request.urlopen(browser.desk.address + urllib.parse.urlsplit(route.request.url).path).read().decode()
        route.fulfill(body=script + HOOK % re.search(r"live\.[0-9a-f]+\.js", script)[0], content_type="text/javascript")

    browser.context.route(re.compile(r"/assets/app\.[0-9a-f]+\.js$"), extended)
    return browser


def heard(page, ticket):
    page.wait_for_function("(id) => window.told.some((subject) => subject === `ticket/${id}`)", arg=ticket["id"])


@pytest.mark.parametrize("host", HOSTS)
def test_ten_tabs_share_one_stream(window, desk, agent, host):
    browser = listen(window(agent, host=host))
    streams = Streams(browser.context)
    tabs = [browser.open("/queue") for _ in range(10)]
    assert tabs[0].evaluate("isSecureContext") == (host != PLAIN_HOST)
    ticket = desk.ticket(agent)
    for tab in tabs:
        heard(tab, ticket)
    assert len(streams.open) == 1, f"{len(streams.open)} streams are open"
    # Every page still loads: the stream leaves the browser's connections free.
    tabs[3].reload()
    expect(tabs[3].locator("#main")).to_be_visible()


@pytest.mark.parametrize("host", HOSTS)
def test_when_the_tab_with_the_stream_goes_another_takes_over_without_a_gap(window, desk, agent, host):
    browser = listen(window(agent, host=host))
    first, second = browser.open("/queue"), browser.open("/queue")
    before = desk.ticket(agent)
    heard(first, before)
    heard(second, before)
    second.close()
    ticket = desk.ticket(agent)
    heard(first, ticket)


def test_nothing_is_told_twice_and_nothing_is_missed_from_the_page_on(window, desk, agent):
    browser = listen(window(agent))
    missed = []

    def slow(route):
        # Between the page and its scripts.
        missed.append(desk.ticket(agent))
        route.fallback()

    browser.context.route(re.compile("/assets/app"), slow, times=1)
    page = browser.open("/queue")
    heard(page, missed[0])
    other = browser.open("/queue")
    later = desk.ticket(agent)
    heard(page, later)
    heard(other, later)
    for tab in (page, other):
        assert tab.evaluate("window.ids.length") == tab.evaluate("new Set(window.ids).size")


def test_a_stream_that_breaks_comes_back(window, desk, agent):
    line = Relay(desk.port)
    page = listen(window(agent, port=line.port)).open("/queue")
    heard(page, desk.ticket(agent))
    line.cut()
    page.wait_for_function("() => window.states.at(-1) === 'reconnecting'")
    during = desk.ticket(agent)
    line.mend()
    page.wait_for_function("() => window.states.at(-1) === 'live'")
    heard(page, during)


def test_after_signing_out_nothing_is_retried(window, desk):
    person = desk.person("agent")
    browser = listen(window(person))
    # A page that asks the server for nothing else, which would lead to the sign-in page.
    page = browser.open("/tickets/new")
    heard(page, desk.ticket(person))
    streams = Streams(browser.context)
    desk.call("DELETE", f"users/{person.id}/sessions", person=desk.admin)
    page.wait_for_function("() => window.states.at(-1) === 'ended'", timeout=20_000)
    total = streams.total
    # Longer than the first pause between two attempts.
    page.wait_for_timeout(2_000)
    assert streams.total == total
