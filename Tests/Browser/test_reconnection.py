"""The server, or the line to it, goes away and comes back."""

import json
import re

import pytest
from playwright.sync_api import expect
from proxy import Proxy


@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_a_restart_loses_and_doubles_nothing(visit, server, any_browser, end):
    people = [visit(browser=any_browser, name=name) for name in ("ann", "carol")]
    people[0].writes("before")
    for person in people:
        person.shows("before")
    getattr(server, end)()
    for person in people:
        person.is_reconnecting()
        expect(person.page.get_by_role("button", name="Retry now")).to_be_visible()
    server.start()
    meanwhile = [f"meanwhile {number}" for number in range(5)]
    for text in meanwhile:
        server.curl("lobby", text)
    for person in people:
        person.is_live().shows("before", *meanwhile)
    people[1].writes("after")
    for person in people:
        person.shows("before", *meanwhile, "after")


def test_what_is_written_while_the_server_is_away_is_sent_once_it_is_back(visit, server):
    ann = visit()
    server.kill()
    ann.is_reconnecting().writes("first").writes("second")
    expect(ann.delivery("waiting").or_(ann.delivery("sending"))).to_have_count(2)
    server.start()
    ann.is_live().shows("first", "second")
    assert [message["text"] for message in server.history("lobby")] == ["first", "second"]


def test_retry_now_does_not_wait_for_the_countdown(visit, server):
    # Each wait is as long as it may be: the fourth is one of 16 s, in which a slow machine starts the server as well.
    ann = visit(before=lambda page: page.add_init_script("Math.random = () => 1"))
    server.kill()
    ann.is_reconnecting()
    expect(ann.page.locator("connection-state .countdown")).to_have_text(re.compile(r"in 1\d s"), timeout=30_000)
    server.start()
    ann.page.get_by_role("button", name="Retry now").click(timeout=2_000)
    expect(ann.connection).to_have_attribute("data-phase", "live", timeout=4_000)


def test_a_silent_line_is_noticed_and_replaced(visit, server):
    proxy = Proxy(server.port)
    ann = visit("/?heartbeat=5", url=proxy.url).writes("before").shows("before")
    proxy.go_silent()
    server.post("lobby", "unheard")
    expect(ann.connection).not_to_have_attribute("data-phase", "live", timeout=15_000)
    ann.shows("before")
    proxy.flow()
    ann.is_live().shows("before", "unheard")
    proxy.close()


def test_another_log_behind_the_same_address_is_shown_instead_and_said_so(visit, server):
    ann = visit().writes("lost").shows("lost")
    server.kill()
    server.forget_everything()
    server.start()
    server.post("lobby", "new log")
    ann.is_live().shows("new log")
    expect(ann.page.locator("list-note.gap")).to_have_count(1)
    ann.writes("goes on").shows("new log", "goes on")


def test_a_break_in_the_chain_is_noticed_and_mended(visit, server):
    """A stream that skips a message, which the server never does, so the test does it in its place."""
    first, _, third = (server.post("lobby", text) for text in ("first", "second", "third"))
    epoch = server.epoch()

    def only_the_first(route):
        page = route.fetch().json()
        route.fulfill(json=page | {"messages": page["messages"][:1], "cursor": f"{epoch}-{first['id']}"})

    def without_the_second(route):
        route.fulfill(headers={"Content-Type": "text/event-stream"}, body="".join([
            event("welcome", {"heartbeat": 15}), event("caught-up", {"replayed": 1}),
            event("message", third, identifier=f"{epoch}-{third['id']}")]))

    def route_once(page):
        page.route(re.compile(r"/messages\?limit=50"), only_the_first, times=1)
        page.route(re.compile(r"/events\?"), without_the_second, times=1)

    ann = visit(before=route_once, wait=False).shows("first", "second", "third").is_live()
    expect(ann.page.locator("list-note.missed")).to_have_count(0)


def test_a_stream_that_is_refused_says_why(visit):
    def refuse(page):
        page.route(re.compile(r"/(events|messages)\?"), lambda route: route.fulfill(
            status=403, headers={"Content-Type": "application/problem+json"},
            body=json.dumps({"status": 403, "code": "not_allowed", "detail": "Only members may read here."})))

    ann = visit(before=refuse, wait=False)
    expect(ann.page.get_by_role("alert")).to_have_text("The server refused: You are not allowed to do that.")
    ann.page.unroute_all()
    ann.page.get_by_role("button", name="Retry now").click()
    ann.is_live()
    expect(ann.page.get_by_role("alert")).to_be_hidden()


def test_a_stream_at_capacity_is_tried_again(visit):
    def full(page):
        page.route(re.compile(r"/events\?"), lambda route: route.fulfill(status=503), times=2)

    visit(before=full)


def test_a_page_that_nobody_sees_gives_its_stream_back(visit, server):
    """By the page's clock, so that the test need not wait. Hidden only in name: no browser here hides a page for real."""
    ann = visit(before=lambda page: page.clock.install())
    set_visibility(ann.page, "hidden")
    ann.page.clock.run_for(61_000)
    expect(ann.connection).to_have_attribute("data-phase", "asleep")
    server.post("lobby", "while away")
    set_visibility(ann.page, "visible")
    ann.page.clock.run_for(2_000)
    ann.is_live().shows("while away")


def test_a_page_from_the_back_forward_cache_goes_on(playwright, server):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                         ignore_default_args=["--disable-back-forward-cache"])
    page = browser.new_page()
    page.goto(server.url + "/rooms/garden")
    expect(page.locator("connection-state")).to_have_attribute("data-phase", "live")
    page.evaluate("() => { window.isSamePage = true; }")
    page.goto(server.url + "/icons/roomcast.svg")
    server.post("garden", "while away")
    page.evaluate("() => history.back()")
    expect(page.get_by_text("while away")).to_be_visible()
    expect(page.locator("connection-state")).to_have_attribute("data-phase", "live")
    assert page.evaluate("() => window.isSamePage === true")
    browser.close()


def set_visibility(page, state):
    page.evaluate("""(state) => {
        Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }""", state)


def event(name, data, identifier=None):
    lines = [f"event: {name}", f"data: {json.dumps(data)}"] + ([f"id: {identifier}"] if identifier else [])
    return "\n".join(lines) + "\n\n"
