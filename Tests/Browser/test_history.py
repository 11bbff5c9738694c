"""Looking back: by scrolling, and by a link to a message."""

import re

from playwright.sync_api import expect

#: Rows that the page keeps at most, whichever way one pages.
MOST_ROWS = 300


def test_looking_back_loads_history_and_keeps_the_place(visit, server):
    for number in range(120):
        server.post("lobby", f"message {number}")
    ann = visit()
    expect(ann.texts).to_have_count(50)
    expect(ann.texts.last).to_be_in_viewport()
    position = """() => {
        const row = [...document.querySelectorAll('message-row')].find((row) => row.innerText.includes('message 70'));
        return row.getBoundingClientRect().top;
    }"""
    before = ann.page.evaluate("() => { const log = document.querySelector('[role=log]'); log.scrollTop = 0; }")
    before = ann.page.evaluate(position)
    expect(ann.texts).to_have_count(100)
    assert abs(ann.page.evaluate(position) - before) <= 1
    ann.page.evaluate("() => { document.querySelector('[role=log]').scrollTop = 0; }")
    expect(ann.texts).to_have_text([f"message {number}" for number in range(120)])
    expect(ann.page.locator("list-note.beginning")).to_have_count(1)


def test_who_looks_back_is_told_of_new_messages_and_stays_where_they_are(visit, server):
    for number in range(40):
        server.post("lobby", f"message {number}")
    ann = visit()
    expect(ann.texts).to_have_count(40)
    ann.page.evaluate("() => { document.querySelector('[role=log]').scrollTop = 200; }")
    jump = ann.page.get_by_role("button", name="Jump to latest")
    expect(jump).to_be_visible()
    place = ann.page.evaluate("() => document.querySelector('[role=log]').scrollTop")
    server.post("lobby", "new one")
    server.post("lobby", "new two")
    expect(ann.page.get_by_role("button", name=re.compile("2 new"))).to_be_visible()
    assert ann.page.evaluate("() => document.querySelector('[role=log]').scrollTop") == place
    ann.page.get_by_role("button", name=re.compile("2 new")).click()
    expect(ann.texts.last).to_be_in_viewport()
    expect(ann.page.locator("jump-to-latest")).to_be_hidden()
    server.post("lobby", "new three")
    expect(ann.message("new three")).to_be_in_viewport()


def test_a_link_leads_to_its_message_and_one_can_page_down_to_the_present(visit, server, any_browser):
    messages = [server.post("lobby", f"message {number}") for number in range(150)]
    target = messages[20]
    ann = visit(f"/rooms/lobby#{target['id']}", browser=any_browser)
    row = ann.page.locator("message-row.is-target")
    expect(row).to_contain_text("message 20")
    expect(row).to_be_in_viewport()
    server.post("lobby", "while she reads the past")
    expect(ann.page.get_by_role("button", name=re.compile("1 new"))).to_be_visible()
    expect(ann.message("while she reads the past")).to_have_count(0)

    scroll_to_the_end(ann, until="while she reads the past")
    expect(ann.message("while she reads the past")).to_be_in_viewport()
    expect(ann.texts).to_have_text([f"message {number}" for number in range(150)] + ["while she reads the past"])
    expect(ann.page.locator("jump-to-latest")).to_be_hidden()
    server.post("lobby", "now she reads along")
    expect(ann.message("now she reads along")).to_be_in_viewport()


def test_from_the_past_one_gets_back_at_once_and_so_does_what_one_writes(visit, server):
    messages = [server.post("lobby", f"message {number}") for number in range(150)]
    path = f"/rooms/lobby#{messages[20]['id']}"
    ann = visit(path)
    expect(ann.page.locator("message-row.is-target")).to_be_in_viewport()
    ann.page.get_by_role("button", name="Jump to latest").click()
    expect(ann.message("message 149")).to_be_in_viewport()
    assert ann.page.url == server.url + "/rooms/lobby"

    bob = visit(path, name="bob")
    expect(bob.page.locator("message-row.is-target")).to_be_in_viewport()
    bob.writes("from the past")
    expect(bob.message("from the past")).to_be_in_viewport()
    expect(bob.message("message 149")).to_be_visible()
    expect(ann.message("from the past")).to_be_in_viewport()


def test_the_time_of_a_message_is_a_link_to_it_and_back_goes_back(visit, server):
    for number in range(120):
        server.post("lobby", f"message {number}", user=f"user-{number % 2}")
    ann = visit("/rooms/lobby")
    row = ann.page.locator("message-row", has_text="message 119")
    row.get_by_role("link").click()
    expect(row).to_have_class(re.compile("is-target"))
    assert ann.page.url.endswith("#" + row.get_attribute("data-id"))
    ann.page.go_back()
    expect(ann.texts.last).to_have_text("message 119")


def test_paging_keeps_the_place_and_the_page_small_both_ways(visit, server):
    for number in range(430):
        server.post("lobby", f"message {number}")
    ann = visit()
    expect(ann.texts).to_have_count(50)
    largest = 0
    while ann.texts.first.inner_text() != "message 0":
        place = ann.page.evaluate(TO_THE_TOP)
        ann.page.wait_for_function("(first) => document.querySelector('message-row .text').textContent !== first", arg=place["first"])
        assert abs(ann.page.evaluate(PLACE_OF, place["first"]) - place["top"]) <= 1
        largest = max(largest, ann.texts.count())
    scroll_to_the_end(ann, until="message 429")
    assert largest <= MOST_ROWS and ann.texts.count() <= MOST_ROWS
    numbers = [int(text.split()[1]) for text in ann.texts.all_inner_texts()]
    assert numbers == list(range(numbers[0], 430))


def test_another_width_leaves_the_reader_where_they_were(visit, server, any_browser):
    for number in range(60):
        server.post("lobby", f"message {number} " + "with many words " * (number % 7 * 4), user=f"user-{number % 3}")
    upright, across = dict(width=390, height=844), dict(width=844, height=390)
    ann = visit(browser=any_browser, viewport=across)
    expect(ann.texts).to_have_count(50)
    ann.page.evaluate("() => { document.querySelector('[role=log]').scrollTop = 900; }")
    settle(ann)
    before = ann.page.evaluate(FIRST_IN_SIGHT)
    for size in (upright, across, dict(width=600, height=700), across):
        ann.page.set_viewport_size(size)
        settle(ann)
        place = ann.page.evaluate(FIRST_IN_SIGHT)
        assert place["text"] == before["text"], size
    assert abs(place["top"] - before["top"]) <= 2

    ann.page.get_by_role("button", name="Jump to latest").click()
    expect(ann.texts.last).to_be_in_viewport()
    for size in (upright, across):
        ann.page.set_viewport_size(size)
        settle(ann)
        assert ann.log.evaluate("(log) => log.scrollHeight - log.scrollTop - log.clientHeight") < 2, size


def settle(chat):
    """Two frames: what a new size or place leads to has been done."""
    chat.page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))")


def scroll_to_the_end(chat, until):
    """As far down as one gets, again and again, while more is loaded there."""
    chat.page.wait_for_function("""(until) => {
        const log = document.querySelector('[role=log]');
        log.scrollTop = log.scrollHeight;
        return [...document.querySelectorAll('message-row .text')].at(-1).textContent === until;
    }""", arg=until, timeout=20_000)


TO_THE_TOP = """() => {
    const log = document.querySelector('[role=log]');
    log.scrollTop = 0;
    const row = document.querySelector('message-row');
    return { first: row.querySelector('.text').textContent, top: row.getBoundingClientRect().top };
}"""

PLACE_OF = """(text) => [...document.querySelectorAll('message-row')]
    .find((row) => row.querySelector('.text').textContent === text).getBoundingClientRect().top"""

FIRST_IN_SIGHT = """() => {
    const top = document.querySelector('[role=log]').getBoundingClientRect().top;
    const row = [...document.querySelectorAll('message-row')].find((row) => row.getBoundingClientRect().bottom > top);
    return { text: row.querySelector('.text').textContent, top: row.getBoundingClientRect().top - top };
}"""
