"""Languages, sizes, themes, and that everyone can use the page in all of them."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

DESKTOP = dict(viewport=dict(width=1280, height=800))


def device(playwright, size):
    return DESKTOP if size == "desktop" else playwright.devices["iPhone 13"]


def test_a_chinese_reader_gets_chinese(visit, any_browser):
    page = visit("/rooms/大厅", browser=any_browser, name=None, locale="zh-CN").page
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_text("这里还没有消息")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("大厅")
    expect(page.get_by_role("button", name="加入")).to_be_visible()
    expect(page.get_by_role("navigation", name="房间")).to_be_visible()
    expect(page.get_by_role("complementary", name="在线成员")).to_be_visible()
    page.get_by_role("button", name="在终端中使用").click()
    expect(page.get_by_role("dialog", name="在终端中使用此房间")).to_be_visible()


def test_other_readers_get_english(visit):
    page = visit(locale="fr-FR").page
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_colour_scheme(visit, scheme):
    page = visit(color_scheme=scheme).page
    lightness = page.evaluate("() => Number(/[\\d.]+/.exec(getComputedStyle(document.body).backgroundColor)[0])")
    assert lightness > 0.9 if scheme == "light" else lightness < 0.3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_initials_are_readable_in_every_hue(visit, scheme):
    page = visit(color_scheme=scheme).writes("hi").shows("hi").page
    assert page.evaluate(WORST_CONTRAST) >= 4.5


def test_nothing_runs_over_the_edge_of_a_phone(visit, server, playwright):
    server.post("lobby", "https://example.org/" + "without-a-space/" * 40)
    server.post("lobby", "hi", user="W" * 64)
    room = "很长的房间名字" * 5
    server.post(room, "hi", user="W" * 64)
    page = visit(**playwright.devices["iPhone 13"]).page
    check_width(page)
    page.get_by_role("button", name="Rooms").tap()
    check_width(page)
    page.locator("room-row a", has_text=room).tap()
    expect(page.get_by_role("heading", level=1)).to_have_text(room)
    check_width(page)
    height = page.locator("room-header").evaluate("(header) => header.offsetHeight")
    assert height < 60
    page.evaluate("() => history.back()")
    expect(page.get_by_role("heading", level=1)).to_have_text("lobby")
    assert page.evaluate("() => { const log = document.querySelector('[role=log]'); return log.scrollWidth <= log.clientWidth; }")
    assert page.evaluate("() => { const box = document.querySelector('message-composer').getBoundingClientRect();"
                         " return box.bottom <= innerHeight; }")


def test_long_names_of_people_are_shown_whole(visit, server, playwright):
    name = "W" * 64
    server.post("lobby", "hi", user=name)
    visit("/rooms/lobby", name=name)
    for size in ("desktop", "phone"):
        ann = visit("/rooms/lobby", **device(playwright, size))
        expect(ann.page.locator("message-row .author")).to_have_text(name)
        if size == "phone":
            ann.page.get_by_role("button", name="People: 2 here").tap()
        ann.sees("ann", name)
        assert ann.page.evaluate("() => [...document.querySelectorAll('person-row .name, .author')].filter("
                                 "(name) => name.scrollWidth > name.clientWidth || name.scrollHeight > name.clientHeight).length") == 0
        assert ann.page.evaluate("() => [...document.querySelectorAll('person-row')].every((row) => row.scrollWidth <= row.clientWidth"
                                 " && row.querySelector('.name').clientHeight < 150)")
        check_width(ann.page)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violations(visit, server, playwright, scheme, size, locale):
    options = device(playwright, size) | dict(color_scheme=scheme, locale=locale)
    newcomer = visit("/rooms/empty", name=None, **options)
    check(newcomer.page)

    for user, text in (("bob", "one"), ("bob", "two"), ("李雷", "三"), ("ann", "four")):
        server.post("lobby", text, user)
    server.post("garden", "hello")
    ann = visit("/rooms/garden", **options).shows("hello")
    bob = visit("/rooms/lobby", name="bob").shows("one", "two", "三", "four")
    target = bob.page.locator("message-row").first.get_attribute("data-id")
    ann.page.goto(f"{server.url}/rooms/lobby#{target}")
    ann.is_live().shows("one", "two", "三", "four")
    server.post("garden", "news")
    bob.composer.press_sequentially("h")
    expect(ann.room("garden").locator(".news")).to_have_text("1")
    expect(ann.typing).to_contain_text("bob")
    check(ann.page)
    for drawer in ("rooms", "people", "terminal"):
        button = ann.page.locator(f"button[popovertarget={drawer}]")
        if button.is_visible():
            button.click()
            expect(ann.page.locator(f"#{drawer}")).to_be_visible()
            check(ann.page)
            ann.page.keyboard.press("Escape")
    ann.page.route("**/messages", lambda route: route.fulfill(
        status=422, headers={"Content-Type": "application/problem+json"}, body=json.dumps({"detail": "no"})))
    ann.composer.fill("refused")
    ann.composer.press("Control+Enter")
    expect(ann.delivery("failed")).to_have_count(1)
    ann.composer.fill("好" * 5462)
    server.kill()
    ann.is_reconnecting()
    check(ann.page)


def test_everything_is_big_enough_to_hit(visit, server, playwright):
    server.post("lobby", "hello")
    page = visit(**playwright.devices["iPhone 13"]).writes("hi").page
    for drawer in (None, "rooms", "people", "terminal"):
        if drawer:
            page.locator(f"button[popovertarget={drawer}]").tap()
        sizes = page.evaluate("""() => [...document.querySelectorAll('button, input, textarea, room-row a')]
            .filter((target) => target.checkVisibility())
            .map((target) => [target.outerHTML.slice(0, 60), target.offsetWidth, target.offsetHeight])""")
        assert [target for target in sizes if min(target[1:]) < 24] == []
        page.keyboard.press("Escape")


def test_the_keyboard_reaches_the_composer_at_once(visit):
    ann = visit(name=None)
    ann.page.keyboard.press("Tab")
    skip = ann.page.get_by_role("link", name="Skip to writing a message")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    ann.page.keyboard.press("Enter")
    expect(ann.page.locator("name-form input")).to_be_focused()


def test_a_page_that_nothing_happens_on_does_nothing(visit, server, any_browser):
    server.post("lobby", "hello")
    page = visit(browser=any_browser).shows("hello").page
    page.bring_to_front()
    frames = page.evaluate("""async () => {
        const list = document.querySelector('message-list');
        let frames = 0;
        const render = list.render.bind(list);
        list.render = (state) => { frames += 1; render(state); };
        await new Promise((resolve) => setTimeout(resolve, 3000));
        return frames;
    }""")
    # The minute and a heartbeat may fall into it. It was sixty a second.
    assert frames < 5


def test_a_long_message_leaves_the_conversation_at_its_end(visit, server, any_browser):
    for number in range(40):
        server.post("lobby", f"message {number}")
    ann = visit(browser=any_browser, viewport={"width": 900, "height": 600})
    expect(ann.message("message 39")).to_be_in_viewport()
    for _ in range(9):
        ann.composer.press("Shift+Enter")
    distance = ann.log.evaluate("(log) => log.scrollHeight - log.scrollTop - log.clientHeight")
    assert distance < 2, distance


def test_forced_colours_leave_the_icons_visible(visit):
    page = visit(forced_colors="active").page
    icon = page.locator("message-composer .icon.send")
    assert icon.evaluate("(icon) => getComputedStyle(icon).backgroundColor !== getComputedStyle(document.body).backgroundColor")


def check_width(page):
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def check(page):
    # What is fading in has no settled colour yet.
    page.wait_for_function("() => document.getAnimations().every((animation) => animation.playState === 'finished')")
    result = Axe().run(page)
    assert result.violations_count == 0, result.generate_report()


WORST_CONTRAST = """() => {
    const avatar = document.querySelector('person-avatar');
    const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const luminance = (colour) => {
        pixel.fillStyle = colour;
        pixel.fillRect(0, 0, 1, 1);
        const [red, green, blue] = [...pixel.getImageData(0, 0, 1, 1).data].map((value) => value / 255)
            .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrasts = Array.from({ length: 360 }, (_, hue) => {
        avatar.style.setProperty('--hue', hue);
        const { color, backgroundColor } = getComputedStyle(avatar);
        const [dark, light] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other);
        return (light + 0.05) / (dark + 0.05);
    });
    return Math.min(...contrasts);
}"""
