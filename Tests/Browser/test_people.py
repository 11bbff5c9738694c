"""Who is here, and who is writing."""

import json
import re

from playwright.sync_api import expect


def test_two_people_see_each_other_come_and_go(visit, any_browser):
    ann = visit("/rooms/garden", browser=any_browser).sees("ann")
    # A server may notice that someone is gone only when it next has something to say to them.
    bob = visit("/rooms/garden?heartbeat=5", browser=any_browser, name="bob")
    ann.sees("ann", "bob")
    bob.sees("bob", "ann")
    expect(bob.page.locator("person-row").first).to_have_text(re.compile(r"bob\s*\(you\)"))
    expect(ann.page.locator("people-list .count")).to_have_text("2")
    bob.page.context.close()
    ann.sees("ann")


def test_a_reload_is_not_a_departure(visit):
    ann = visit("/rooms/garden")
    bob = visit("/rooms/garden", name="bob")
    ann.sees("ann", "bob")
    ann.page.evaluate("""() => {
        window.fewest = 2;
        new MutationObserver(() => { window.fewest = Math.min(window.fewest, document.querySelectorAll('person-row').length); })
            .observe(document.querySelector('people-list'), { childList: true, subtree: true });
    }""")
    bob.page.reload()
    bob.is_live().sees("bob", "ann").writes("back").shows("back")
    ann.shows("back").sees("ann", "bob")
    assert ann.page.evaluate("() => window.fewest") == 2


def test_the_people_are_those_of_the_room_that_is_open(visit, server):
    server.post("lobby", "hello")
    server.post("garden", "hello")
    visit("/rooms/lobby", name="bob")
    visit("/rooms/garden", name="cid")
    ann = visit("/rooms/lobby").sees("ann", "bob")
    ann.opens("garden").sees("ann", "cid")
    ann.opens("lobby").sees("ann", "bob")


def test_who_has_chosen_a_name_is_listed_by_it(visit):
    ann = visit("/rooms/garden")
    new = visit("/rooms/garden", name=None)
    expect(ann.people).to_have_count(2)
    expect(ann.people.last).to_have_text(re.compile("^guest-"))
    expect(new.page.locator("person-row").first).to_have_text(re.compile(r"guest-\w+\s*\(you\)"))
    new.joins_as("zoe")
    ann.sees("ann", "zoe")


def test_typing_is_shown_to_others_until_the_message_comes(visit, any_browser):
    ann = visit("/rooms/garden", browser=any_browser)
    bob = visit("/rooms/garden", browser=any_browser, name="bob")
    ann.sees("ann", "bob")
    place = "() => document.querySelector('message-composer').getBoundingClientRect().top"
    before = ann.page.evaluate(place)
    bob.composer.press_sequentially("hel")
    expect(ann.typing).to_have_text("bob is typing…")
    expect(bob.typing).to_have_text("")
    assert ann.page.evaluate(place) == before
    assert ann.page.locator("typing-line :is([aria-live], [role=status])").count() == 0
    bob.composer.press("Enter")
    ann.shows("hel")
    expect(ann.typing).to_have_text("")


def test_typing_that_stops_is_not_shown_for_ever(visit):
    ann = visit("/rooms/garden")
    bob = visit("/rooms/garden", name="bob")
    cid = visit("/rooms/garden", name="cid")
    ann.sees("ann", "bob", "cid")
    bob.composer.press_sequentially("a")
    cid.composer.press_sequentially("b")
    expect(ann.typing).to_have_text("bob and cid are typing…")
    expect(ann.typing).to_have_text("", timeout=7_000)


def test_typing_is_told_at_most_every_three_seconds(visit):
    told = []

    def listen(page):
        page.on("request", lambda request: told.append(request.url) if "/typing?" in request.url else None)

    ann = visit("/rooms/garden", before=listen)
    ann.composer.press_sequentially("many letters in a row")
    assert len(told) == 1 and told[0].endswith("/rooms/garden/typing?user=ann")


def test_on_a_phone_the_people_are_a_drawer(visit, playwright):
    visit("/rooms/garden", name="bob")
    ann = visit("/rooms/garden", **playwright.devices["iPhone 13"])
    button = ann.page.get_by_role("button", name="People: 2 here")
    expect(button).to_have_text("2")
    expect(ann.page.locator("people-list")).to_be_hidden()
    button.tap()
    ann.sees("ann", "bob")
    expect(ann.page.locator("people-list")).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(ann.page.locator("people-list")).to_be_hidden()


def test_of_a_crowd_the_number_is_shown(visit, server):
    """More people than a test can open pages for; the server's words for them, in its place."""
    def crowd(page):
        page.route(re.compile(r"/members"), lambda route: route.fulfill(json={"members": [], "guests": [], "count": 240}))
        page.route(re.compile(r"/events\?"), lambda route: route.fulfill(
            headers={"Content-Type": "text/event-stream"}, body="".join(
                f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in (
                    ("welcome", {"heartbeat": 15, "user": "ann"}), ("caught-up", {"replayed": 0}),
                    ("presence", {"room": "lobby", "count": 240})))))

    page = visit(before=crowd, wait=False).page
    expect(page.locator("people-list .count")).to_have_text("240")
    expect(page.locator("person-row")).to_have_text(re.compile(r"ann\s*\(you\)"))
    expect(page.locator("people-list .more")).to_have_text("and 239 more")
