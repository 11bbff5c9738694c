"""Looking after a room and the server in the page: who is muted, and what was done."""

import re

import pytest
from accounts import MARKUP, as_, new_name, open_account, person, room, server, signed_in_as  # fixtures among them
from playwright.sync_api import expect


def mute(server, room, user, why=None):
    server.ask("PUT", f"/rooms/{room[0]}/mutes/{user}", {"minutes": 10, "why": why}, room[1][1])


def member(server, room, who, role="member"):
    server.ask("PUT", f"/rooms/{room[0]}/members/{who[0]}", {"role": role}, room[1][1])
    return who


def muted(server, room):
    return [mute["user"] for mute in server.ask("GET", f"/rooms/{room[0]}/mutes", cookie=room[1][1])[0]["mutes"]]


def open_mutes(chat, room):
    chat.page.get_by_role("button", name="Who is muted").click()
    return chat.page.get_by_role("dialog", name=f"Muted in {room[0]}")


def open_what_was_done(chat):
    chat.page.get_by_role("button", name="Room settings").click()
    dialog = chat.page.get_by_role("dialog")
    dialog.get_by_text("What was done").click()
    return dialog


def test_a_moderator_ends_a_mute(visit, server, person, room):
    bob, mod = member(server, room, person("bob")), member(server, room, person("mod"), "moderator")
    for user in (bob[0], "gus"):
        mute(server, room, user)
    silent = visit(f"/rooms/{room[0]}", name=None, before=as_(bob, server))
    expect(silent.composer).to_be_hidden()
    expect(silent.page.get_by_role("button", name="Who is muted")).to_be_hidden()
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(mod, server))
    dialog = open_mutes(chat, room)
    expect(dialog.locator(".name")).to_have_text([bob[0], "gus"])
    expect(dialog.locator("div.hint, .hint").first).to_contain_text("until")
    dialog.get_by_role("button", name=f"End mute: {bob[0]}").focus()
    chat.page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text(f"{bob[0]} may write again.")
    expect(dialog.locator(".name")).to_have_text(["gus"])
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    assert muted(server, room) == ["gus"]
    dialog.get_by_role("button", name="End mute: gus").click()
    expect(dialog.locator("entry-list")).to_contain_text("Nobody is muted here.")
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("button", name="Who is muted")).to_be_focused()
    silent.page.reload()
    silent.is_live().writes("thanks").shows("thanks")


def test_a_moderator_sees_who_muted_somebody_and_why(visit, server, person, room):
    mod = member(server, room, person("mod"), "moderator")
    mute(server, room, "gus", why=MARKUP)
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(mod, server))
    dialog = open_mutes(chat, room)
    expect(dialog.locator("li")).to_contain_text(f"by {room[1][0]} · {MARKUP}")
    assert chat.page.locator("img[src=x]").count() == 0


def test_a_list_that_does_not_come_is_asked_for_again(visit, server, room):
    mute(server, room, "gus")
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    chat.page.route(re.compile("/(mutes|audit)"), lambda route: route.abort())
    dialog = open_mutes(chat, room)
    expect(dialog.get_by_role("alert")).to_have_text("The server cannot be reached. Try again.")
    chat.page.unroute(re.compile("/(mutes|audit)"))
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.locator(".name")).to_have_text(["gus"])
    expect(dialog.locator(".problem")).to_be_empty()
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    chat.page.keyboard.press("Escape")

    chat.page.route("**/audit?*", lambda route: route.abort())
    dialog = open_what_was_done(chat)
    expect(dialog.locator("audit-section").get_by_role("alert")).to_have_text("The server cannot be reached. Try again.")
    chat.page.unroute("**/audit?*")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.locator("audit-section li")).to_have_count(2)
    expect(dialog.locator("audit-section li").first).to_be_focused()


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_an_owner_sees_what_was_done_page_by_page(visit, server, room, locale):
    name, owner = room
    for seconds in range(1, 35):
        server.ask("PUT", f"/rooms/{name}", {"slow_mode": seconds}, owner[1])
    server.ask("PUT", f"/rooms/{name}", {"title": MARKUP, "why": MARKUP}, owner[1])
    chat = visit(f"/rooms/{name}", name=None, before=as_(owner, server), locale=locale)
    chat.page.locator(".gear").click()
    section = chat.page.locator("room-settings audit-section")
    chat.page.locator("room-settings summary").click()
    rows = section.locator("li")
    expect(rows).to_have_count(30)
    english = locale == "en-US"
    expect(rows.first).to_contain_text(f"{owner[0]} decided about the room: title “{MARKUP}”." if english else f"{owner[0]} 设置了房间：标题“{MARKUP}”。")
    expect(rows.first).to_contain_text(f"Reason: {MARKUP}" if english else f"原因：{MARKUP}")
    expect(section.get_by_role("status")).to_have_text("30 entries shown" if english else "已显示 30 条记录")
    section.get_by_role("button", name="Show more" if english else "显示更多").press("Enter")
    expect(rows).to_have_count(36)
    expect(rows.nth(30)).to_be_focused()
    expect(section.get_by_role("button")).to_have_count(0)
    expect(rows.last).to_contain_text("for members only" if english else "仅限成员")
    assert chat.page.locator("img[src=x]").count() == 0


def test_an_admin_sees_what_was_done_on_the_server(visit, server, person):
    eve = person("eve")
    server.ask("PATCH", f"/accounts/{eve[0]}", {"disabled": True, "why": "left the team"}, server.admin[1])
    admin = visit("/rooms/lobby", name=None, before=as_(server.admin, server))
    dialog = open_account(admin)
    dialog.get_by_text("What was done").click()
    expect(dialog.locator("audit-section li").first).to_contain_text(f"admin disabled the account {eve[0]}.Reason: left the team")
    expect(dialog.locator("audit-section li").nth(1)).to_contain_text(f"{eve[0]} made an account (member).")
    admin.page.keyboard.press("Escape")
    # Nothing was done yet in a room that nobody has decided about.
    dialog = open_what_was_done(admin)
    expect(dialog.locator("audit-section").get_by_role("status")).to_have_text("Nothing yet.")


def banned(server):
    return [(ban["network"], ban.get("why")) for ban in server.ask("GET", "/bans", cookie=server.admin[1])[0]["bans"]]


def test_an_admin_bans_an_address_and_lifts_it(visit, server):
    chat = visit("/rooms/lobby", name=None, before=as_(server.admin, server))
    dialog = open_account(chat)
    dialog.get_by_text("Banned addresses").press("Enter")
    section = dialog.locator("ban-section")
    expect(section).to_contain_text("No address is banned.")
    address = section.get_by_label("Address")
    address.fill("2001:db8:0:1::77")
    section.get_by_label("Reason").fill(MARKUP)
    address.press("Enter")
    # It takes another key than the one that asked.
    expect(section).to_contain_text("Ban 2001:db8:0:1::77? Nobody who comes from there can use this server any more")
    cancel = section.get_by_role("button", name="Cancel")
    expect(cancel).to_be_focused()
    expect(cancel).to_have_accessible_description(re.compile("^Ban 2001:db8:0:1::77?"))
    chat.page.keyboard.press("Enter")
    expect(address).to_be_focused()
    expect(address).to_have_value("2001:db8:0:1::77")
    assert banned(server) == []
    address.press("Enter")
    section.get_by_role("button", name="Ban 2001:db8:0:1::77").press("Enter")
    expect(section.get_by_text("2001:db8:0:1::77 is banned.")).to_be_visible()
    expect(address).to_be_focused()
    expect(address).to_have_value("")
    network = banned(server)[0][0]
    assert banned(server) == [(network, MARKUP)] and network.endswith("/64")
    expect(section.locator(".name")).to_have_text(network)
    expect(section.locator("li .hint")).to_have_text(re.compile(f"^since .+ · by admin · {re.escape(MARKUP)}$"))
    assert chat.page.locator("img[src=x]").count() == 0
    section.get_by_role("button", name=f"Lift ban: {network}").press("Enter")
    expect(section).to_contain_text(f"{network} is let in again.")
    expect(section).to_contain_text("No address is banned.")
    expect(dialog.locator("summary", has_text="Banned addresses")).to_be_focused()
    assert banned(server) == []


def test_what_cannot_be_banned_is_told(visit, server):
    chat = visit("/rooms/lobby", name=None, before=as_(server.admin, server), locale="zh-CN")
    dialog = open_account(chat)
    dialog.get_by_text("封禁的地址").click()
    section = dialog.locator("ban-section")
    expect(section).to_contain_text("没有被封禁的地址。")
    address = section.get_by_label("地址")
    for value, text in (("127.0.0.1", "这是你自己正在使用的地址，不能封禁。"), ("spam.example", "这不是有效的 IP 地址，应类似 203.0.113.7 或 2001:db8::1。")):
        address.fill(value)
        address.press("Enter")
        section.get_by_role("button", name=f"封禁 {value}").click()
        expect(section.locator("form").get_by_role("alert")).to_have_text(text)
        expect(address).to_be_focused()
        expect(address).to_have_attribute("aria-invalid", "true")
        expect(address).to_have_value(value)
    # What was asked about is not when the dialog is opened again.
    address.press("Enter")
    chat.page.keyboard.press("Escape")
    open_account(chat).get_by_text("封禁的地址").click()
    expect(address).to_be_visible()
    expect(address).to_have_value("")
    assert banned(server) == []


def test_banned_addresses_that_do_not_come_are_asked_for_again(visit, server):
    chat = visit("/rooms/lobby", name=None, before=as_(server.admin, server))
    chat.page.route("**/bans", lambda route: route.abort())
    dialog = open_account(chat)
    dialog.get_by_text("Banned addresses").click()
    section = dialog.locator("ban-section")
    expect(section.get_by_role("alert").first).to_have_text("The server cannot be reached. Try again.")
    chat.page.unroute("**/bans")
    section.get_by_role("button", name="Try again").click()
    expect(section).to_contain_text("No address is banned.")


def test_who_is_no_admin_does_not_see_addresses(visit, server, person):
    dialog = open_account(visit("/rooms/lobby", name=None, before=as_(person("eve"), server)))
    expect(dialog.get_by_text("Change password").first).to_be_visible()
    expect(dialog.get_by_text("Banned addresses")).to_be_hidden()


def test_a_ban_from_a_room_may_have_a_reason(visit, server, person, room):
    bob = member(server, room, person("bob"))
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    chat.page.locator("person-row").filter(has_text=bob[0]).get_by_role("button").click()
    dialog = chat.page.get_by_role("dialog", name=bob[0])
    dialog.get_by_label("Reason").fill(MARKUP)
    dialog.get_by_role("button", name="Ban from the room").click()
    expect(dialog).to_have_count(0)
    expect(open_what_was_done(chat).locator("audit-section li").first).to_contain_text(f"{room[1][0]} banned {bob[0]}.Reason: {MARKUP}")
    assert chat.page.locator("img[src=x]").count() == 0


def test_a_removal_from_a_room_may_have_a_reason(visit, server, person, room):
    bob = member(server, room, person("bob"))
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    chat.page.locator("person-row").filter(has_text=bob[0]).get_by_role("button").click()
    dialog = chat.page.get_by_role("dialog", name=bob[0])
    dialog.get_by_label("Reason").fill("left the team")
    dialog.get_by_role("button", name="Remove from the room").click()
    expect(dialog).to_have_count(0)
    expect(open_what_was_done(chat).locator("audit-section li").first).to_contain_text("Reason: left the team")


def test_what_is_for_one_room_does_not_stay_open_in_another(visit, server, person, room):
    other = new_name("other"), room[1]
    server.ask("PUT", f"/rooms/{other[0]}", {"visibility": "private"}, room[1][1])
    bob = person("bob")
    for one in (room, other):
        member(server, one, bob)
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server)).opens(other[0]).is_live()
    person_button = chat.page.locator("person-row").filter(has_text=bob[0]).get_by_role("button")
    for opener in (chat.page.get_by_role("button", name="Room settings"), person_button, chat.page.get_by_role("button", name="Who is muted")):
        opener.click()
        expect(chat.page.get_by_role("dialog")).to_be_visible()
        chat.page.evaluate("() => history.back()")
        chat.is_in(room[0])
        expect(chat.page.get_by_role("dialog")).to_have_count(0)
        chat.opens(other[0])


def test_a_change_goes_to_the_room_that_it_was_made_for(visit, server, room):
    """Also where another is opened before the page has shown it."""
    other = new_name("other")
    server.ask("PUT", f"/rooms/{other}", {"visibility": "private"}, room[1][1])
    chat = visit(f"/rooms/{other}", name=None, before=as_(room[1], server)).opens(room[0]).is_live()
    chat.page.get_by_role("button", name="Room settings").click()
    chat.page.get_by_label("Title").fill("For this one")
    chat.page.evaluate("""() => {
        addEventListener('popstate', () => document.querySelector('room-settings form').requestSubmit());
        history.back();
    }""")
    chat.is_in(other)
    expect(chat.room("For this one")).to_have_count(1)
    titles = [server.ask("GET", f"/rooms/{name}", cookie=room[1][1])[0].get("title") for name in (room[0], other)]
    assert titles == ["For this one", None]


def test_who_belongs_to_a_room_is_not_added_as_less(visit, server, person, room):
    mod = member(server, room, person("mod"), "moderator")
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    expect(chat.page.locator("person-row").filter(has_text=mod[0])).to_contain_text("moderator")
    chat.page.get_by_role("button", name="Room settings").click()
    dialog = chat.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(mod[0].upper())
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_contain_text(f"{mod[0].upper()} belongs to the room already: moderator.")
    roles = {one["user"]: one.get("role") for one in server.ask("GET", f"/rooms/{room[0]}/members", cookie=room[1][1])[0]["members"]}
    assert roles[mod[0]] == "moderator"


def test_nobody_is_offered_to_mute_who_moderates(visit, server, person, room):
    """The server does not hold them to it."""
    bob, mod = member(server, room, person("bob")), member(server, room, person("mod"), "moderator")
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    for who, is_offered in ((bob, True), (mod, False)):
        chat.page.locator("person-row").filter(has_text=who[0]).get_by_role("button").click()
        expect(chat.page.get_by_role("dialog", name=who[0])).to_be_visible()
        expect(chat.page.get_by_role("dialog").get_by_role("button", name="1 hour")).to_have_count(1 if is_offered else 0)
        chat.page.keyboard.press("Escape")


def test_a_setting_that_is_refused_is_marked(visit, server, room):
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    chat.page.get_by_role("button", name="Room settings").click()
    dialog = chat.page.get_by_role("dialog")
    dialog.get_by_label("Topic").fill("a bell: \x07")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("control character")
    expect(dialog.get_by_label("Topic")).to_be_focused()
    expect(dialog.locator("[aria-invalid]")).to_have_count(1)
