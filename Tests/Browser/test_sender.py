"""As whom a message goes out, when somebody signs in, or another does, while it waits."""

from accounts import (  # fixtures among them
    as_, new_name, person, server, sign_in, signed_in_as)
from playwright.sync_api import expect


def test_what_waited_while_another_signed_in_is_not_sent_as_them(visit, server, person):
    ann, bob = person("ann"), person("bob")
    room = new_name("outbox")
    chat = visit(f"/rooms/{room}", name=None, before=as_(ann, server)).writes("first")
    expect(chat.message("first")).to_be_visible()
    # As in a page that was kept for the Back button, and is not told.
    chat.page.context.clear_cookies()
    as_(bob, server)(chat.page)
    chat.writes("second")
    expect(chat.delivery("failed")).to_contain_text(f"Not sent: you wrote it as {ann[0]}")
    signed_in_as(chat, bob[0])
    assert [message["user"] for message in server.history(room)] == [ann[0]]


def test_what_was_not_sent_is_not_sent_as_another(visit, server, person):
    ann = person("ann")
    room = new_name("outbox")
    chat = visit(f"/rooms/{room}", name="gus")
    chat.page.route("**/messages", lambda route: route.abort())
    chat.writes("from gus")
    expect(chat.delivery("waiting")).to_have_count(1)
    chat.page.locator("account-button button").click()
    sign_in(chat.page, ann[0])
    signed_in_as(chat, ann[0])
    expect(chat.delivery("failed")).to_contain_text("Not sent: you wrote it as gus")
    chat.page.unroute("**/messages")
    chat.is_live()
    assert server.history(room) == []
    chat.page.get_by_role("button", name="Send as you are now").click()
    chat.shows("from gus")
    assert [message["user"] for message in server.history(room)] == [ann[0]]
