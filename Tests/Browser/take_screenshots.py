"""Makes the README's pictures of the page, light and dark: `python Tests/Browser/take_screenshots.py`."""

import re
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

from chat_page import ChatPage
from playwright.sync_api import sync_playwright
from server import REPOSITORY, Server

#: Room and how many minutes ago something happened there: a server made for a picture has no past of its own.
ROOMS = {"大厅": 3 * 24 * 60, "random": 26 * 60, "reading-group": 5 * 60, "releases": 140, "garden": 48, "ops": 9}
TALK = [
    ("bob", "Morning! The new build is on staging."),
    ("bob", "Logs look clean so far."),
    ("李雷", "我这边也可以访问了，速度很快。"),
    ("ann", "Nice. I’ll run the smoke tests now."),
    ("ci", "smoke tests: 214 passed, 0 failed"),
    ("cid", "Works from the train too. Two breaks in the tunnel, and it just went on where it stopped."),
    ("ann", "All green then 👍"),
    ("bob", "Let’s ship it at four."),
]


def age_rooms(route):
    answer = route.fetch().json()
    for room in answer["rooms"]:
        if room["name"] in ROOMS:
            at = datetime.now(timezone.utc) - timedelta(minutes=ROOMS[room["name"]])
            room["last_at"] = at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    route.fulfill(json=answer)


def take(browser, server, scheme):
    def come(name, path="/rooms/lobby"):
        context = browser.new_context(viewport=dict(width=1200, height=720), color_scheme=scheme)
        context.add_init_script(f"localStorage.setItem('roomcast.name', '{name}')")
        page = context.new_page()
        page.route(re.compile(r"/rooms\?"), age_rooms)
        page.goto(server.url + path)
        return ChatPage(page).is_live()

    ann = come("ann", "/rooms/ops").opens("lobby").is_live()
    others = [come(name) for name in ("bob", "cid", "李雷")]
    server.post("ops", "disk at 71 %")
    server.post("ops", "disk at 70 %")
    ann.sees("ann", "bob", "cid", "李雷")
    ann.page.mouse.move(600, 300)
    others[0].composer.press_sequentially("Lunch")
    ann.page.locator("typing-line", has_text="bob is typing…").wait_for()
    ann.page.locator("room-row .news.is-counted").wait_for()
    ann.page.screenshot(path=REPOSITORY / f"Docs/images/page-{scheme}.png")
    for chat in (ann, *others):
        chat.page.context.close()


with sync_playwright() as playwright, tempfile.TemporaryDirectory() as data:
    server = Server(Path(data)).start()
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
    for room in ROOMS:
        server.post(room, "hello")
    for user, text in TALK:
        server.post("lobby", text, user)
    for scheme in ("light", "dark"):
        take(browser, server, scheme)
    browser.close()
    server.terminate()
