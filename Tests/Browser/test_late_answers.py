"""Answers that come when whoever asked has gone, or is somebody else."""

import re

from accounts import as_, new_name, open_account, person, room, server, sign_in, signed_in_as, signed_out  # fixtures among them
from playwright.sync_api import expect

#: Long enough for a page to show what it should not.
LOOK_MS = 500


def hold_first(page, url, method="GET"):
    """Asks the server at once, and keeps back the first answer: call what is returned to let it go."""
    held = []

    def handle(route):
        if route.request.method != method or held:
            return route.continue_()
        held.append((route, route.fetch()))

    page.route(url, handle)

    def release():
        route, answer = held[0]
        route.fulfill(response=answer)
        page.wait_for_timeout(LOOK_MS)

    release.has_come = lambda: bool(held)
    return release


def until(page, condition):
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to that")


def test_after_signing_out_no_rooms_come_that_were_asked_for_before(visit, server, room):
    release = []

    def before(page):
        as_(room[1], server)(page)
        release.append(hold_first(page, re.compile(r"/rooms\?")))

    chat = visit("/rooms/lobby", name=None, before=before)
    until(chat.page, release[0].has_come)
    signed_in_as(chat, room[1][0])
    open_account(chat).get_by_role("button", name="Sign out").click()
    signed_out(chat)
    chat.is_live()
    release[0]()
    expect(chat.room(room[0])).to_have_count(0)


def test_who_one_is_says_the_answer_to_the_last_question(visit, server, person):
    ann = person("ann")
    chat = visit(f"/rooms/{new_name('room')}", name="gus")
    release = hold_first(chat.page, "**/session")
    # As another tab does that has signed in or out.
    tab = chat.page.context.new_page()
    tab.goto(f"{server.url}/healthz")
    tab.evaluate("() => localStorage.setItem('roomcast.identity', 'another')")
    until(chat.page, release.has_come)
    tab.close()
    chat.page.locator("account-button button").click()
    sign_in(chat.page, ann[0])
    signed_in_as(chat, ann[0])
    chat.is_live()
    chat.page.route("**/messages", lambda route: route.abort())
    chat.writes("from ann")
    expect(chat.delivery("waiting")).to_have_count(1)
    release()
    # It would be held back as another's.
    expect(chat.delivery("failed")).to_have_count(0)
    signed_in_as(chat, ann[0])


def test_a_secret_that_comes_late_is_not_shown_to_whoever_opens_the_dialog_next(visit, server, person):
    chat = visit("/rooms/lobby", name=None, before=as_(person("ann"), server))
    release = hold_first(chat.page, "**/tokens", "POST")
    dialog = open_account(chat)
    dialog.get_by_text("Tokens for scripts and bots").click()
    dialog.get_by_label("What it is for").fill("a bot")
    dialog.get_by_role("button", name="Make token").click()
    until(chat.page, release.has_come)
    chat.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    release()
    open_account(chat).get_by_text("Tokens for scripts and bots").click()
    expect(dialog.locator("token-section .name")).to_have_text(["a bot"])
    expect(dialog.locator(".secret code")).to_have_count(0)


def test_a_list_that_comes_late_is_not_shown_to_whoever_opens_the_dialog_next(visit, server, person):
    ann = person("ann")
    server.ask("POST", "/tokens", {"name": "a bot of ann's", "rights": ["read"]}, ann[1])
    chat = visit("/rooms/lobby", name=None, before=as_(ann, server))
    release = hold_first(chat.page, "**/tokens")
    open_account(chat).get_by_text("Tokens for scripts and bots").click()
    until(chat.page, release.has_come)
    chat.page.keyboard.press("Escape")
    release()
    assert "a bot of ann's" not in chat.page.locator("account-dialog").evaluate("(dialog) => dialog.textContent")


def test_the_account_closes_when_somebody_else_signs_in(visit, server, person):
    ann, bob = person("ann"), person("bob")
    chat = visit("/rooms/lobby", name=None, before=as_(ann, server))
    dialog = open_account(chat)
    expect(dialog).to_be_visible()
    as_(bob, server)(chat.page)
    tab = chat.page.context.new_page()
    tab.goto(f"{server.url}/healthz")
    tab.evaluate("() => localStorage.setItem('roomcast.identity', 'another')")
    signed_in_as(chat, bob[0])
    expect(dialog).to_have_count(0)
