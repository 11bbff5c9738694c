"""Several rooms in one page: the list, going from one to another, and what is new in the others."""

import re

from playwright.sync_api import expect


def test_the_rooms_are_listed_newest_activity_first(visit, server):
    for room in ("garden", "ops", "大厅"):
        server.post(room, "hello")
    ann = visit("/rooms/garden")
    expect(ann.rooms.locator("room-row .name")).to_have_text(["大厅", "ops", "garden"])
    expect(ann.room("garden")).to_have_attribute("aria-current", "page")
    expect(ann.room("ops").locator(".when")).to_have_text("now")
    server.post("garden", "again")
    expect(ann.rooms.locator("room-row .name")).to_have_text(["garden", "大厅", "ops"])


def test_the_room_that_is_open_is_in_sight_among_many(visit, server):
    for number in range(60):
        server.post(f"room-{number}", "hello")
    ann = visit("/rooms/room-3")
    expect(ann.room("room-3")).to_be_in_viewport()


def test_any_room_can_be_reached_by_the_list(visit, server):
    for number in range(130):
        server.post(f"room-{number}", "hello")
    # By then the composer has taken the focus, as it does once.
    ann = visit("/rooms/room-129").is_live()
    rows = ann.rooms.locator("room-row")
    expect(rows).to_have_count(100)
    ann.page.route(re.compile(r"/rooms\?"), lambda route: route.abort())
    ann.rooms.get_by_role("button", name="Show more").press("Enter")
    expect(ann.rooms.get_by_role("alert").filter(has_text="The server cannot be reached.")).to_be_visible()
    ann.page.unroute_all()
    ann.rooms.get_by_role("button", name="Try again").press("Enter")
    expect(rows).to_have_count(130)
    expect(ann.room("room-29")).to_be_focused()
    expect(ann.rooms.get_by_role("status")).to_have_text("130 rooms listed")
    expect(ann.rooms.get_by_role("button", name="Show more")).to_be_hidden()
    # Asked for again, it stays as long.
    with ann.page.expect_response(re.compile(r"/rooms\?limit=500")):
        ann.page.evaluate("() => document.dispatchEvent(new CustomEvent('retry-room', { detail: {} }))")
    ann.opens("room-0").is_live()
    expect(rows).to_have_count(130)


def test_switching_rooms_and_back_loses_nothing_and_loads_no_page(visit, server, any_browser):
    server.post("garden", "in the garden")
    server.post("lobby", "in the lobby")
    ann = visit("/rooms/lobby", browser=any_browser).shows("in the lobby")
    ann.page.evaluate("() => { window.isSamePage = true; }")
    ann.composer.fill("a draft for the lobby")
    ann.opens("garden").shows("in the garden")
    expect(ann.composer).to_have_value("")
    for number in range(3):
        server.post("lobby", f"meanwhile {number}")
    server.post("garden", "seen at once")
    ann.shows("in the garden", "seen at once")
    ann.opens("lobby").shows("in the lobby", "meanwhile 0", "meanwhile 1", "meanwhile 2")
    expect(ann.composer).to_have_value("a draft for the lobby")
    expect(ann.page.locator("list-note.new + message-row")).to_contain_text("meanwhile 0")
    ann.page.evaluate("() => history.back()")
    ann.is_in("garden").shows("in the garden", "seen at once")
    ann.page.evaluate("() => history.forward()")
    ann.is_in("lobby").writes("after").shows("in the lobby", "meanwhile 0", "meanwhile 1", "meanwhile 2", "after")
    assert ann.page.evaluate("() => window.isSamePage === true")


def test_what_is_new_in_a_room_one_was_in_is_marked_at_once(visit, server):
    server.post("lobby", "hello")
    ann = visit("/rooms/garden").writes("hi").shows("hi")
    ann.opens("lobby").shows("hello")
    server.post("garden", "one")
    expect(ann.room("garden").locator(".news")).to_have_text("1")
    server.post("garden", "two")
    expect(ann.room("garden").locator(".news")).to_have_text("2")
    expect(ann.room("garden")).to_have_accessible_name(re.compile("garden, 2 new messages"))
    expect(ann.page).to_have_title("(2) lobby · Roomcast")
    ann.opens("garden").shows("hi", "one", "two")
    expect(ann.room("garden").locator(".news")).to_be_hidden()
    ann.opens("lobby")
    expect(ann.room("garden").locator(".news")).to_be_hidden()


def test_a_reload_remembers_what_was_read(visit, server):
    server.post("garden", "one")
    ann = visit("/rooms/garden").shows("one")
    server.post("lobby", "hello")
    ann.page.goto(server.url + "/rooms/lobby")
    ann.is_live().shows("hello")
    expect(ann.room("garden").locator(".news")).to_be_hidden()
    server.post("garden", "two")
    expect(ann.room("garden").locator(".news")).to_have_text("1")
    ann.page.reload()
    ann.is_live().shows("hello")
    expect(ann.room("garden").locator(".news")).to_be_visible()


def test_all_rooms_come_by_one_stream(visit, server):
    streams = []
    rooms = ["one", "two", "three"]
    for room in rooms:
        server.post(room, "hello")

    def count(page):
        page.on("request", lambda request: streams.append(request.url) if "/events?" in request.url else None)

    ann = visit("/rooms/one", before=count)
    ann.opens("two").shows("hello").opens("three").shows("hello").is_live()
    assert len(streams) == 3  # one for each room that was not on the stream yet
    ann.opens("one").opens("two").opens("one")
    server.post("three", "by the same stream")
    expect(ann.room("three").locator(".news")).to_have_text("1")
    assert len(streams) == 3
    assert "rooms=three%2Ctwo%2Cone" in streams[-1] and "after=" in streams[-1]


def test_a_room_is_made_by_its_name(visit, server, any_browser):
    ann = visit(browser=any_browser)
    field = ann.page.get_by_role("textbox", name="Open or make a room")
    field.fill("two words")
    field.press("Enter")
    expect(ann.page.get_by_role("alert").filter(has_text="Only letters, digits")).to_be_visible()
    expect(ann.page.get_by_role("heading", level=1)).to_have_text("lobby")
    field.fill("Büro-2")
    field.press("Enter")
    ann.is_in("büro-2").shows()
    expect(ann.composer).to_be_focused()
    ann.writes("first").shows("first")
    assert [message["text"] for message in server.history("büro-2")] == ["first"]


def test_the_keyboard_goes_from_room_to_room(visit, server):
    for room in ("garden", "lobby"):
        server.post(room, "hello")
    ann = visit("/rooms/lobby")
    ann.page.get_by_role("textbox", name="Open or make a room").focus()
    ann.page.keyboard.press("Tab")
    expect(ann.room("lobby")).to_be_focused()
    ann.page.keyboard.press("Tab")
    ann.page.keyboard.press("Enter")
    ann.is_in("garden")
    expect(ann.composer).to_be_focused()
    expect(ann.page.locator("message-announcer")).to_contain_text("Room garden")


def test_a_server_killed_under_two_people_in_two_rooms_loses_and_doubles_nothing(visit, server):
    ann = visit("/rooms/garden").writes("garden 1").shows("garden 1")
    ann.page.get_by_role("textbox", name="Open or make a room").fill("lobby")
    ann.page.keyboard.press("Enter")
    ann.is_in("lobby").shows()
    bob = visit("/rooms/garden", name="bob").shows("garden 1")
    server.kill()
    ann.is_reconnecting().writes("from ann, offline")
    bob.is_reconnecting().writes("from bob, offline")
    expect(ann.connection).to_contain_text("1 message waiting")
    server.start()
    server.curl("garden", "garden 2", user="cid")
    ann.is_live().shows("from ann, offline")
    bob.is_live()
    expect(bob.texts).to_have_count(3)
    expect(ann.room("garden").locator(".news")).to_have_text("2")
    ann.opens("garden")
    texts = bob.texts.all_inner_texts()
    assert sorted(texts) == ["from bob, offline", "garden 1", "garden 2"]
    ann.shows(*texts)
    assert [message["text"] for message in server.history("garden")] == texts


def test_coming_back_says_what_came_meanwhile(visit, server):
    ann = visit().writes("before").shows("before")
    server.kill()
    ann.is_reconnecting()
    server.start()
    server.curl("lobby", "meanwhile")
    ann.is_live()
    expect(ann.connection).to_have_attribute("data-news", "")
    expect(ann.connection).to_contain_text(re.compile("Back online · (1 message came meanwhile|nothing was missed)"))
    ann.shows("before", "meanwhile")
    expect(ann.connection).not_to_have_attribute("data-news", "", timeout=10_000)


def test_on_a_phone_the_rooms_are_a_drawer(visit, server, playwright):
    server.post("garden", "in the garden")
    ann = visit("/rooms/lobby", **playwright.devices["iPhone 13"]).writes("hi")
    expect(ann.rooms).to_be_hidden()
    ann.page.get_by_role("button", name="Rooms").tap()
    expect(ann.rooms).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(ann.rooms).to_be_hidden()
    ann.page.get_by_role("button", name="Rooms").tap()
    ann.room("garden").tap()
    ann.is_in("garden").shows("in the garden")
    expect(ann.rooms).to_be_hidden()
    server.post("lobby", "news")
    expect(ann.page.get_by_role("button", name="Rooms, with new messages")).to_be_visible()


def test_a_drawer_does_not_stay_open_where_it_is_a_column(visit):
    ann = visit(viewport=dict(width=700, height=700))
    ann.page.get_by_role("button", name="Rooms").click()
    expect(ann.rooms).to_be_visible()
    ann.page.set_viewport_size(dict(width=1280, height=700))
    expect(ann.page.locator(":popover-open")).to_have_count(0)
    expect(ann.rooms).to_be_visible()


def test_the_room_can_be_used_from_a_terminal_and_copied_on_plain_http(playwright, server):
    """Plain http on a name of one's own network is no secure origin: there the browser has no clipboard to write to."""
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium",
                                         args=["--host-resolver-rules=MAP chat.test 127.0.0.1"])
    page = browser.new_page()
    url = f"http://chat.test:{server.port}"
    page.add_init_script("localStorage.setItem('roomcast.name', 'ann')")
    page.goto(url + "/rooms/garden")
    assert page.evaluate("() => isSecureContext") is False
    page.get_by_role("button", name="Use from a terminal").click()
    panel = page.get_by_role("dialog", name="This room from a terminal")
    expect(panel.locator("code")).to_have_text([
        f"curl -d 'hello' '{url}/rooms/garden?user=ann'",
        f"curl -N '{url}/rooms/garden/events?replay=10&format=text'",
        f"curl '{url}/rooms/garden/messages?limit=20'"])
    panel.get_by_role("button", name="Copy: Follow the room").click()
    expect(panel.locator("copy-line button").nth(1)).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    composer = page.get_by_role("textbox", name="Message", exact=True)
    composer.focus()
    page.keyboard.press("Control+V")
    expect(composer).to_have_value(f"curl -N '{url}/rooms/garden/events?replay=10&format=text'")
    browser.close()
