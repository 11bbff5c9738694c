"""Answers to a message, in the page and for whoever asked from a terminal."""

import subprocess

from accounts import PASSWORD, first_link
from playwright.sync_api import expect

#: As bob asks from a script.
ASK = ["curl", "-sf", "-H", "Accept: text/plain", "-d", "Deploy 417?"]


def reply_to(chat, text):
    row = chat.page.locator("message-row").filter(has=chat.page.locator(".text", has_text=text))
    # As by the keyboard: Firefox without a screen has no pointer that hovers.
    row.get_by_role("button", name="Reply to").press("Enter")
    expect(chat.composer).to_be_focused()


def test_a_question_from_a_terminal_is_answered_in_the_page(visit, server, any_browser):
    ann = visit(browser=any_browser).shows()
    asking = subprocess.Popen([*ASK, f"{server.url}/rooms/lobby?user=ci&await=reply&timeout=30"], stdout=subprocess.PIPE, text=True)
    ann.shows("Deploy 417?")
    ann.writes("what is this?").shows("Deploy 417?", "what is this?")
    assert asking.poll() is None
    reply_to(ann, "Deploy 417?")
    expect(ann.page.locator(".replying .words")).to_have_text("Reply to ci: Deploy 417?")
    ann.writes("go ahead").shows("Deploy 417?", "what is this?", "go ahead")
    assert asking.communicate(timeout=20)[0].strip() == "go ahead"
    expect(ann.page.locator(".replying")).to_be_hidden()
    expect(ann.page.locator("message-row").last.locator(".quote")).to_have_text("ci Deploy 417?")
    ann.page.reload()
    expect(ann.is_live().page.locator("message-row .quote")).to_have_text(["ci Deploy 417?"])


def test_escape_takes_a_reply_back_and_keeps_the_text(visit, server):
    server.post("lobby", "hello")
    ann = visit().shows("hello")
    ann.composer.fill("half written")
    reply_to(ann, "hello")
    ann.composer.press("Escape")
    expect(ann.page.locator(".replying")).to_be_hidden()
    ann.composer.press("Enter")
    ann.shows("hello", "half written")
    assert "reply_to" not in server.history("lobby")[-1]


def test_a_reply_belongs_to_its_room(visit, server):
    server.post("lobby", "hello")
    server.post("garden", "roses")
    ann = visit("/rooms/lobby").shows("hello")
    reply_to(ann, "hello")
    ann.opens("garden").shows("roses").writes("tulips").shows("roses", "tulips")
    assert "reply_to" not in server.history("garden")[-1]
    ann.opens("lobby")
    expect(ann.page.locator(".replying .words")).to_have_text("Reply to bob: hello")


def test_a_quote_leads_to_its_message_also_far_back(visit, server):
    first = server.post("lobby", "the first")
    for number in range(150):
        server.post("lobby", f"message {number}")
    server.ask("POST", "/rooms/lobby/messages", {"text": "about that", "user": "bob", "reply_to": first["id"]})
    ann = visit()
    quote = ann.page.locator("message-row .quote")
    expect(quote).to_have_text("bob the first")
    quote.click()
    expect(ann.message("the first")).to_be_in_viewport()
    expect(ann.page.locator("message-row.is-target .text")).to_have_text("the first")
    expect(ann.page.get_by_role("button", name="Jump to latest")).to_be_visible()


def test_what_was_deleted_is_quoted_no_more(visit, server):
    first = server.post("lobby", "secret")
    ann = visit().shows("secret")
    reply_to(ann, "secret")
    ann.writes("yes").shows("secret", "yes")
    invite = first_link(server).partition("=")[2]
    _, cookie = server.ask("POST", "/accounts", {"user": "admin", "password": PASSWORD, "invite": invite})
    server.ask("DELETE", f"/rooms/lobby/messages/{first['id']}", cookie=cookie)
    expect(ann.page.locator("message-row .quote")).to_have_text("bob This message was deleted.")
