"""Writing: what Enter does, what does not fit, what cannot be sent."""

import json
import re

import pytest
from playwright.sync_api import expect


def test_enter_sends_and_shift_enter_makes_a_new_line(visit):
    ann = visit()
    ann.composer.press_sequentially("one")
    ann.composer.press("Shift+Enter")
    ann.composer.press_sequentially("two")
    ann.composer.press("Enter")
    ann.shows("one\ntwo")
    expect(ann.composer).to_have_value("")
    ann.composer.press("Enter")
    ann.composer.press_sequentially("  ")
    ann.composer.press("Enter")
    ann.shows("one\ntwo")


def test_enter_that_takes_a_word_of_an_input_method_does_not_send(visit):
    ann = visit()
    ann.composer.focus()
    keyboard = ann.page.context.new_cdp_session(ann.page)
    keyboard.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    keyboard.send("Input.dispatchKeyEvent",
                  {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229})
    keyboard.send("Input.insertText", {"text": "你好"})
    expect(ann.composer).to_have_value("你好")
    # Safari: the composition has ended, and only the code tells.
    ann.composer.evaluate("""(field) => field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))""")
    expect(ann.composer).to_have_value("你好")
    ann.composer.press("Enter")
    ann.shows("你好")


def test_under_a_finger_enter_makes_a_new_line_and_the_button_sends(visit, playwright):
    ann = visit(**playwright.devices["iPhone 13"])
    ann.composer.tap()
    ann.composer.press_sequentially("one")
    ann.composer.press("Enter")
    ann.composer.press_sequentially("two")
    expect(ann.composer).to_have_value("one\ntwo")
    ann.page.get_by_role("button", name="Send").tap()
    ann.shows("one\ntwo")


def test_what_is_too_long_is_counted_and_not_sent(visit):
    ann = visit()
    limit = ann.page.locator("#text-limit")
    ann.composer.fill("好" * 5000)
    expect(limit).to_be_hidden()
    ann.composer.fill("好" * 5461)
    expect(limit).to_have_text("1 byte left")
    ann.composer.fill("好" * 5462)
    expect(limit).to_have_text("2 bytes too long")
    expect(ann.page.get_by_role("button", name="Send")).to_be_disabled()
    ann.composer.press("Enter")
    ann.shows()
    ann.composer.fill("好" * 5461)
    ann.composer.press("Enter")
    ann.shows("好" * 5461)


def test_the_name_can_be_changed(visit):
    ann = visit().writes("as ann").shows("as ann")
    ann.page.get_by_role("button", name="You write as ann").click()
    ann.joins_as("anna").is_live().writes("as anna").shows("as ann", "as anna")
    expect(ann.page.locator("message-row .author")).to_have_text(["ann", "anna"])
    ann.page.get_by_role("button", name="You write as anna").click()
    ann.page.keyboard.press("Escape")
    expect(ann.composer).to_be_focused()


def test_a_name_the_server_refuses_is_asked_for_again(visit):
    ann = visit(name="a" * 70, wait=False)
    expect(ann.page.get_by_role("alert")).to_contain_text("This name cannot be used")
    ann.joins_as("ann").is_live().writes("now").shows("now")
    expect(ann.page.get_by_role("alert")).to_be_hidden()


def test_a_refused_message_says_why_and_can_be_sent_again_or_removed(visit):
    ann = visit()
    refuse(ann.page, 422, "the room is full")
    ann.writes("first").writes("second")
    expect(ann.delivery("failed")).to_have_count(2)
    expect(ann.page.get_by_text("Not sent: the room is full").first).to_be_visible()
    ann.page.unroute("**/messages")
    ann.page.get_by_role("button", name="Remove").last.click()
    expect(ann.delivery("failed")).to_have_count(1)
    ann.page.get_by_role("button", name="Retry").click()
    ann.shows("first")


@pytest.mark.parametrize("status", [429, 503, 504])
def test_trouble_that_passes_is_waited_for(visit, status):
    ann = visit()
    refuse(ann.page, status, "later", headers={"Retry-After": "1"})
    ann.writes("patient")
    expect(ann.delivery("waiting")).to_have_count(1)
    ann.page.unroute("**/messages")
    ann.shows("patient")


def test_a_post_whose_answer_is_lost_is_repeated_and_stored_once(visit, server):
    """The server stores it, and the page hears nothing of that: no answer, and no stream."""
    answers = []

    def lose_the_first_answer(route):
        answers.append(route.fetch())
        if len(answers) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answers[-1])

    def cut(page):
        page.route(re.compile(r"/events\?"), lambda route: route.abort())
        page.route("**/messages", lose_the_first_answer)

    ann = visit(before=cut, wait=False).writes("only once").shows("only once")
    assert [answer.status for answer in answers] == [201, 200]
    ann.page.unroute_all()
    ann.is_live().writes("and then").shows("only once", "and then")
    assert [message["text"] for message in server.history("lobby")] == ["only once", "and then"]


def test_what_is_not_sent_survives_a_reload(visit, server):
    ann = visit()
    refuse(ann.page, 503, "later", headers={"Retry-After": "60"})
    ann.writes("kept")
    expect(ann.delivery("waiting")).to_have_count(1)
    ann.page.unroute("**/messages")
    ann.page.reload()
    ann.is_live().shows("kept")
    assert [message["text"] for message in server.history("lobby")] == ["kept"]


def refuse(page, status, detail, headers={}):
    problem = {"type": "about:blank", "status": status, "detail": detail, "code": "for_the_test"}

    def answer(route):
        if route.request.method != "POST":
            return route.fallback()
        route.fulfill(status=status, headers={"Content-Type": "application/problem+json"} | headers,
                      body=json.dumps(problem))

    page.route("**/messages", answer)


def test_the_focus_stays_in_the_conversation_when_its_row_goes(visit, server):
    ann = visit()
    posts = []
    ann.page.on("request", lambda request: request.method == "POST" and request.url.endswith("/messages") and posts.append(request))
    refuse(ann.page, 422, "the room is full")
    ann.writes("first").writes("second")
    expect(ann.delivery("failed")).to_have_count(2)
    # It was stored all the same: with the echo the row becomes another.
    ann.delivery("failed").first.get_by_role("button", name="Retry").focus()
    server.ask("POST", "/rooms/lobby/messages", json.loads(posts[0].post_data))
    expect(ann.delivery("sent")).to_have_count(1)
    expect(ann.log).to_be_focused()
    ann.delivery("failed").get_by_role("button", name="Remove").press("Enter")
    expect(ann.delivery("failed")).to_have_count(0)
    expect(ann.log).to_be_focused()
