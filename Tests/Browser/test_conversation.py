"""People talk, come back, and look back."""

from playwright.sync_api import expect


def test_two_people_talk(visit, any_browser):
    ann = visit("/rooms/garden", browser=any_browser, name=None).joins_as("ann")
    bob = visit("/rooms/garden", browser=any_browser, name=None).joins_as("bob")
    ann.writes("hello bob")
    bob.shows("hello bob").writes("hello ann")
    for person in (ann, bob):
        person.shows("hello bob", "hello ann")
        expect(person.page.locator("message-row .author")).to_have_text(["ann", "bob"])


def test_a_room_of_another_name_is_another_room(visit, server):
    server.post("garden", "in the garden")
    server.post("lobby", "in the lobby")
    visit("/").shows("in the lobby")
    visit("/rooms/garden").shows("in the garden")
    visit("/rooms/Garden").shows("in the garden")


def test_markup_is_shown_as_text(visit, server):
    texts = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script> & <b>bold</b>", "javascript:alert(1) &amp;"]
    ann = visit().shows()
    for text in texts:
        ann.writes(text)
    ann.shows(*texts)
    ann.page.reload()
    ann.is_live().shows(*texts)
    assert ann.page.locator("message-row .text :is(img, script, b, a)").count() == 0


def test_addresses_are_links_and_code_is_code(visit, server):
    server.post("lobby", "see https://a.example/x.\n```sh\ncurl  -N\n```\nand `b`")
    text = visit().page.locator("message-row .text")
    link = text.get_by_role("link")
    expect(link).to_have_attribute("href", "https://a.example/x")
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(text.locator("code")).to_have_text(["curl  -N", "b"], use_inner_text=True)


def test_a_reload_keeps_history_and_draft(visit):
    ann = visit()
    ann.writes("first").shows("first").writes("second").shows("first", "second")
    ann.composer.fill("half written")
    ann.page.reload()
    ann.is_live().shows("first", "second")
    expect(ann.composer).to_have_value("half written")


def test_messages_close_together_stand_under_one_name(visit, server):
    for user, text in (("bob", "one"), ("bob", "two"), ("carol", "three"), ("bob", "four")):
        server.post("lobby", text, user)
    page = visit().shows("one", "two", "three", "four").page
    expect(page.locator("message-row.opens-group .text")).to_have_text(["one", "three", "four"])
    expect(page.locator("list-note.day")).to_have_text("Today")
    assert page.locator("message-row time").first.get_attribute("datetime") == server.history("lobby")[0]["sent_at"]


def test_an_empty_room_says_how_to_begin(visit, server):
    def allow(page):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    ann = visit("/rooms/大厅", before=allow)
    empty = ann.page.locator("empty-room")
    line = empty.locator("code").inner_text()
    assert line == f"curl -d 'hello' '{server.url}/rooms/%E5%A4%A7%E5%8E%85'"
    empty.get_by_role("button", name="Copy").click()
    expect(empty.get_by_role("button")).to_have_text("Copied")
    assert ann.page.evaluate("() => navigator.clipboard.readText()") == line
    server.curl("大厅", "hello")
    ann.shows("hello")
    expect(empty).to_be_hidden()


def test_new_messages_are_read_out_and_history_is_not(visit, server):
    server.post("lobby", "old")
    ann = visit().shows("old")
    announcer = ann.page.locator("message-announcer")
    server.post("lobby", "fresh")
    expect(announcer).to_have_text("bob: fresh")
    assert ann.log.get_attribute("aria-live") == "off"


def test_without_storage_the_page_works_and_forgets(visit):
    def forbid(page):
        page.add_init_script("""for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });""")

    visit(name=None, before=forbid).joins_as("ann").writes("still here").shows("still here")
