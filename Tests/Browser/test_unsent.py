"""What a tab has not sent when it is closed, crashes or is duplicated: it is not lost, and goes out once, as its author."""

import contextlib
import json
import re

import pytest
from accounts import (  # fixtures among them
    as_, new_name, open_account, person, room, server, signed_in_as, signed_out)
from chat_page import RECOVERY_MS, ChatPage
from playwright.sync_api import Error, expect


class Line:
    """To the server, for the posts of one browser: until it is mended none arrives."""

    def __init__(self, context):
        self.is_broken = True
        context.route("**/messages", self._take)

    def mend(self):
        self.is_broken = False

    def _take(self, route):
        if self.is_broken and route.request.method == "POST":
            route.abort()
        else:
            route.fallback()


def leave_unsent(chat, text):
    line = Line(chat.page.context)
    chat.writes(text)
    expect(chat.delivery("waiting")).to_have_count(1)
    return line


def next_page(chat, url):
    page = chat.page.context.new_page()
    page.goto(url)
    return ChatPage(page)


def kept(chat):
    return chat.page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('roomcast.outbox.'))")


@pytest.mark.parametrize("locks", ["locks", "plain http"])
def test_what_a_closed_tab_had_not_sent_waits_in_the_next_and_is_sent(visit, server, any_browser, locks):
    def without_locks(page):
        if locks == "plain http":
            page.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")

    room = new_name("closed")
    ann = visit(f"/rooms/{room}", browser=any_browser, before=without_locks)
    line = leave_unsent(ann, "before it was closed")
    ann.page.close(run_before_unload=True)
    again = next_page(ann, f"{server.url}/rooms/{room}").is_live()
    expect(again.delivery("waiting")).to_contain_text("before it was closed")
    line.mend()
    again.shows("before it was closed")
    assert [message["text"] for message in server.history(room)] == ["before it was closed"]
    assert kept(again) == []


def test_what_a_crashed_tab_had_not_sent_is_sent_by_one_that_lives(visit, server):
    room = new_name("crashed")
    ann = visit(f"/rooms/{room}")
    other = next_page(ann, f"{server.url}/rooms/{room}").is_live()
    line = leave_unsent(ann, "before the crash")
    with contextlib.suppress(Error):
        ann.page.goto("chrome://crash", timeout=3_000)
    line.mend()
    other.page.reload()
    other.is_live().shows("before the crash")


def test_of_two_tabs_one_sends(visit, server):
    posts = []
    room = new_name("twice")
    ann = visit(f"/rooms/{room}")
    line = leave_unsent(ann, "only once")
    # A duplicated tab begins with a copy of the first one's session storage.
    ann_tab = json.dumps(ann.page.evaluate("() => ({ ...sessionStorage })"))
    copy = ann.page.context.new_page()
    copy.add_init_script(f"Object.assign(sessionStorage, {ann_tab})")
    copy.goto(f"{server.url}/rooms/{room}")
    copy = ChatPage(copy).is_live()
    expect(copy.texts).to_have_count(0)
    third = next_page(ann, f"{server.url}/rooms/{room}").is_live()
    ann.page.context.on("request", lambda request: posts.append(request) if request.method == "POST" and "/messages" in request.url else None)
    ann.page.close(run_before_unload=True)
    line.mend()
    for chat in (copy, third):
        chat.page.reload()
    for chat in (copy, third):
        chat.is_live().shows("only once")
    assert len(posts) == 1


def test_what_waits_after_a_reload_is_not_sent_as_another(visit, server, person):
    ann, bob = person("ann"), person("bob")
    room = new_name("another")
    chat = visit(f"/rooms/{room}", name=None, before=as_(ann, server))
    signed_in_as(chat, ann[0])
    line = leave_unsent(chat, "from ann")
    chat.page.context.clear_cookies()
    as_(bob, server)(chat.page)
    line.mend()
    chat.page.reload()
    signed_in_as(chat, bob[0])
    expect(chat.delivery("failed")).to_contain_text(f"Not sent: you wrote it as {ann[0]}")
    assert server.history(room) == []


def test_what_was_not_sent_to_another_room_is_marked_in_the_list(visit, server):
    room, other = new_name("refused"), new_name("quiet")
    server.post(other, "hello")
    ann = visit(f"/rooms/{room}")
    ann.page.context.route("**/messages", lambda route: route.fulfill(status=403, content_type="application/problem+json", body=json.dumps(
        {"status": 403, "code": "muted", "detail": "You may not write here."})) if route.request.method == "POST" else route.fallback())
    ann.writes("unheard")
    expect(ann.delivery("failed")).to_have_count(1)
    row = ann.page.locator("room-row").filter(has_text=room)
    expect(row.locator(".unsent")).to_be_hidden()
    ann.opens(other)
    expect(row.locator(".unsent")).to_be_visible()
    expect(row.get_by_role("link")).to_have_accessible_name(re.compile("1 message not sent"))
    ann.page.set_viewport_size({"width": 390, "height": 780})
    expect(ann.page.get_by_role("button", name="Rooms, with messages that were not sent")).to_be_visible()
    ann.page.set_viewport_size({"width": 1200, "height": 780})
    row.get_by_role("link").click()
    ann.page.get_by_role("button", name="Remove", exact=True).click()
    ann.opens(other)
    expect(row.locator(".unsent")).to_be_hidden()


def test_signing_out_removes_what_waits_in_every_tab(visit, server, person):
    ann = person("ann")
    room = new_name("out")
    chat = visit(f"/rooms/{room}", name=None, before=as_(ann, server))
    signed_in_as(chat, ann[0])
    leave_unsent(chat, "in the first")
    other = next_page(chat, f"{server.url}/rooms/{room}").is_live()
    other.writes("in the second")
    expect(other.delivery("waiting")).to_have_count(1)
    open_account(other).get_by_role("button", name="Sign out").click()
    for tab in (chat, other):
        signed_out(tab)
        expect(tab.page.locator("message-row")).to_have_count(0)
    assert kept(chat) == []


def test_what_was_left_for_a_private_room_does_not_begin_a_public_one(visit, server, room):
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    expect(chat.page.locator("room-header .lock")).to_be_visible()
    line = leave_unsent(chat, "for members")
    chat.page.goto("about:blank")
    server.ask("DELETE", f"/rooms/{room[0]}", cookie=room[1][1])
    line.mend()
    chat.page.goto(f"{server.url}/rooms/{room[0]}")
    # A stream that begins just before the deletion tells of it, too.
    held = re.compile("Not sent: the room (has been deleted, or is closed to you|was deleted)")
    expect(chat.delivery("failed")).to_contain_text(held, timeout=RECOVERY_MS)
    assert server.history(room[0]) == []
    server.post(room[0], "a new one, for everybody")
    chat.page.reload()
    chat.is_live().page.get_by_role("button", name="Retry").click()
    expect(chat.delivery("sent")).to_have_count(2)


def test_the_first_message_of_a_room_begins_it_also_from_the_next_page(visit, server):
    room = new_name("first")
    chat = visit(f"/rooms/{room}")
    line = leave_unsent(chat, "the first")
    line.mend()
    chat.page.reload()
    chat.is_live().shows("the first")


def test_where_nothing_may_be_kept_one_can_write(visit, server):
    """As in Firefox where cookies are blocked: neither storage nor locks."""
    def forbid(page):
        page.context.add_init_script("""
            for (const storage of ['localStorage', 'sessionStorage']) {
                Object.defineProperty(window, storage, { get() { throw new DOMException('forbidden', 'SecurityError'); } });
            }
            navigator.locks.request = async () => { throw new DOMException('forbidden', 'SecurityError'); };
            navigator.locks.query = navigator.locks.request;""")

    chat = visit("/rooms/garden", name=None, before=forbid).joins_as(new_name("gus")).writes(text := new_name("hi"))
    expect(chat.delivery("sent").last).to_contain_text(text)
    assert server.history("garden")[-1]["text"] == text
