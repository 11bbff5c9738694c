"""People with accounts and rooms of their own, and what they do in the page. Its fixtures are for modules that import them."""

import re
import time
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from chat_page import RECOVERY_MS
from playwright.sync_api import expect
from server import START_TIMEOUT_S, Server

PASSWORD = "correct horse"
MARKUP = "<img src=x onerror=document.title='hit'>"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One for all: each test has people and rooms of its own. Its `admin` has the first account."""
    running = Server(tmp_path_factory.mktemp("data"), "--sign-up", "open").start()
    body = {"user": "admin", "password": PASSWORD, "invite": first_link(running).partition("=")[2]}
    running.admin = "admin", running.ask("POST", "/accounts", body)[1]
    yield running
    running.kill()


def first_link(server):
    """The end of the address that a server without accounts prints, with the secret for the first one."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not (found := re.search(r"/#invite=\S+", "".join(server.output))):
        assert time.monotonic() < deadline, server.output
        time.sleep(0.05)  # It comes by a thread that reads the server's output; looked for again until the deadline.
    return found[0]


def new_name(name):
    return f"{name}-{uuid.uuid4().hex[:6]}"


@pytest.fixture
def person(server):
    """An account: its name, and a cookie of it."""
    def person(name):
        name = new_name(name)
        return name, server.ask("POST", "/accounts", {"user": name, "password": PASSWORD})[1]
    return person


@pytest.fixture
def room(server, person):
    """A private room, and the one who made it."""
    owner = person("owner")
    name = new_name("room")
    server.ask("PUT", f"/rooms/{name}", {"visibility": "private"}, owner[1])
    return name, owner


def as_(person, server):
    """For `visit`: with that account's cookie from the beginning."""
    name, value = person[1].split("=", 1)
    return lambda page: page.context.add_cookies([{"name": name, "value": value, "url": server.url}])


def sign_in(page, name, password=PASSWORD):
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Password").fill(password)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    return dialog


def signed_in_as(chat, name):
    """Also that the password was looked at: it takes its time on purpose."""
    expect(chat.page.locator("account-button .name")).to_have_text(name, timeout=RECOVERY_MS)


def signed_out(chat):
    signed_in_as(chat, "Sign in")


def open_account(chat):
    chat.page.locator("account-button button").click()
    return chat.page.get_by_role("dialog")


def check(page):
    """That everybody can use what is open, and nothing runs over its edge."""
    page.wait_for_function("() => document.getAnimations().every((animation) => animation.playState === 'finished')")
    assert page.evaluate("() => [...document.querySelectorAll('dialog[open]')].every((dialog) => dialog.scrollWidth <= dialog.clientWidth)")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()
