"""Pictures of every screen in light and dark, on a desktop and a phone: screenshots.py FOLDER [part of a name]"""
import pathlib
import sys

from playwright.sync_api import sync_playwright

from conftest import DESKTOP, PHONE, Window, launch
from desk import Desk
from screens import SCREENS, scene


def main(folder, wanted=""):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    desk = Desk()
    try:
        people = {"agent": desk.person("agent", "Mara Lindqvist", ["Service Desk"]), "requester": desk.person("requester", "Ines Duarte"),
                  "admin": desk.person("admin", "Tomasz Olszak"), None: None}
        places = scene(desk, people["agent"], people["requester"])
        with sync_playwright() as playwright:
            browser = launch(playwright)
            for size, device in ((DESKTOP, "desktop"), (PHONE, "mobile")):
                for theme in ("light", "dark"):
                    for screen in SCREENS:
                        if wanted not in screen.name:
                            continue
                        window = Window(browser, desk, people[screen.person], size, theme, touch=size == PHONE)
                        page = window.open(screen.address.format(**places))
                        page.wait_for_function("() => [...document.querySelectorAll('[data-live]')].every((mark) => !mark.hidden)")
                        page.screenshot(path=folder / f"{screen.name}-{device}-{theme}.png")
                        window.close()
            browser.close()
    finally:
        desk.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
