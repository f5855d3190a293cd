"""What holds of every screen: no findings of axe in any state, no sideways scrolling, no dead address, readable without scripts."""
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from conftest import DESKTOP, PHONE
from screens import SCREENS, scene

pytestmark = pytest.mark.slow
KEYS = ("Control+k", "?")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]}}


@pytest.fixture(scope="module")
def places(desk, agent, requester):
    return scene(desk, agent, requester)


@pytest.fixture
def people(agent, requester, admin):
    return {"agent": agent, "requester": requester, "admin": admin, None: None}


def check(page, state):
    # What slides in has no text that counts until it has come.
    page.evaluate("Promise.allSettled(document.getAnimations().map((animation) => animation.finished)).then(() => null)")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{state}: {fault['id']}: {fault['help']}: {node['html'][:200]}" for fault in found for node in fault["nodes"][:3]]


def overlays(screen):
    """What can be opened over a screen: its own, and what every page has."""
    if not screen.shell:
        return screen.overlays
    return (*KEYS, '[data-do="side"]@phone', *screen.overlays)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_axe_finds_nothing(window, people, places, screen, theme, size):
    page = window(people[screen.person], size=size, theme=theme, touch=size == PHONE).open(screen.address.format(**places))
    faults = check(page, "as it comes")
    for opener in overlays(screen):
        opener, _, only = opener.partition("@")
        if only not in ("", "phone" if size == PHONE else "desktop"):
            continue
        if opener in KEYS:
            page.keyboard.press(opener)
        else:
            page.locator(f"{opener}:visible").first.click()
        expect(page.locator("dialog[open], :popover-open, .side.open, .panel.open").first).to_be_visible()
        faults += check(page, opener)
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_nothing_scrolls_sideways_at_320_pixels(window, people, places, screen):
    page = window(people[screen.person], size=(320, 700), touch=True).open(screen.address.format(**places))
    wide = page.evaluate("""() => [...document.querySelectorAll('*')]
        .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.checkVisibility({ visibilityProperty: true }))
        .filter((e) => { for (let p = e; p; p = p.parentElement) { const s = getComputedStyle(p); if (p !== document.documentElement && p !== document.body && s.overflowX !== 'visible' && p.getBoundingClientRect().right <= innerWidth + 1) return false; } return true; })
        .map((e) => e.outerHTML.slice(0, 120))""")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert not wide, "\n".join(wide)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_without_scripts_it_is_readable_and_shows_no_dead_button(window, people, places, screen):
    browser = window(people[screen.person], scripts=False)
    page = browser.open(screen.address.format(**places))
    assert page.locator("h1:visible").count() == 1
    assert page.locator("main").inner_text().strip()
    dead = page.locator('[data-do]:visible:not(a[href], [type="submit"])')
    assert dead.count() == 0, dead.first.evaluate("e => e.outerHTML")


ALIVE = set()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_no_link_is_dead(window, people, places, screen):
    browser = window(people[screen.person])
    page = browser.open(screen.address.format(**places))
    addresses = set(page.eval_on_selector_all("a[href^='/']", "links => links.map((a) => a.getAttribute('href').split('#')[0])"))
    for address in sorted(address for address in addresses if address):
        if (screen.person, address) not in ALIVE:
            answer = browser.context.request.get(address, max_redirects=3)
            assert answer.status == 200, f"{address}: {answer.status}"
            ALIVE.add((screen.person, address))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_first_visit_is_under_60_kb(window, people, places, screen):
    browser = window(people[screen.person])
    sizes = {}
    browser.context.on("requestfinished", lambda request: sizes.__setitem__(
        request.url, request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"]))
    page = browser.context.new_page()
    page.goto(screen.address.format(**places), wait_until="load")
    own = {url: size for url, size in sizes.items() if "/events/stream" not in url and "/content" not in url}
    assert sum(own.values()) < 60_000, "\n".join(f"{size:7} {url}" for url, size in sorted(own.items(), key=lambda each: -each[1]))
