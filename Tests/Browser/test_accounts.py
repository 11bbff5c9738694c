"""Accounts in the page: signing in and up, what one may do in a room, and who looks after whom."""

import json
import re

import pytest
from accounts import (  # fixtures among them
    MARKUP, PASSWORD, as_, check, first_link, new_name, open_account, person, room, server, sign_in, signed_in_as, signed_out)
from chat_page import RECOVERY_MS, ChatPage
from playwright.sync_api import expect
from server import Server


def test_signing_in_and_out(visit, server, person):
    ann = person("ann")
    chat = visit("/rooms/garden", name="gus").writes("as a guest")
    expect(chat.message("as a guest")).to_be_visible()
    chat.composer.fill("half written")
    chat.page.locator("account-button button").click()
    dialog = sign_in(chat.page, ann[0], "a wrong one")
    expect(dialog.get_by_role("alert")).to_have_text("No account has this name and this password.", timeout=RECOVERY_MS)
    expect(dialog.get_by_label("Password")).to_be_focused()
    expect(dialog.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    sign_in(chat.page, ann[0])
    expect(dialog).to_have_count(0, timeout=RECOVERY_MS)
    expect(chat.composer).to_be_focused()
    signed_in_as(chat, ann[0])
    chat.is_live()
    expect(chat.composer).to_have_value("half written")
    chat.composer.press("Enter")
    expect(chat.message("half written")).to_be_visible()
    expect(chat.delivery("sent")).to_have_count(2)
    assert [(message["user"], message.get("guest")) for message in server.history("garden")] == [("gus", True), (ann[0], None)]
    expect(chat.page.locator("person-row").first).to_contain_text(ann[0])
    tab = ChatPage(chat.page.context.new_page())
    tab.page.goto(f"{server.url}/rooms/garden")
    signed_in_as(tab, ann[0])
    chat.page.bring_to_front()
    open_account(chat).get_by_role("button", name="Sign out").click()
    signed_out(chat)
    signed_out(tab)
    chat.is_live().writes("gus again")
    expect(chat.delivery("sent")).to_have_count(3)
    assert server.history("garden")[-1]["user"] == "gus"


def test_who_signs_in_or_out_stays_at_the_end(visit, server, person):
    ann, room = person("ann"), new_name("long")
    for number in range(120):
        server.post(room, f"message {number}", "bob")
    chat = visit(f"/rooms/{room}", name="gus")
    expect(chat.message("message 119")).to_be_in_viewport()
    chat.page.locator("account-button button").click()
    sign_in(chat.page, ann[0])
    signed_in_as(chat, ann[0])
    expect(chat.message("message 119")).to_be_in_viewport()
    # Nobody has looked for what was before.
    expect(chat.texts).to_have_count(50)
    expect(chat.page.locator("person-row").first).to_have_text(re.compile(r"\(you\)$"))
    open_account(chat).get_by_role("button", name="Sign out").click()
    signed_out(chat)
    expect(chat.message("message 119")).to_be_in_viewport()


def test_a_guest_is_not_given_the_name_of_an_account(visit, server, person):
    ann = person("ann")
    # Also where nobody would be told for a while.
    chat = visit("/rooms/garden", name=None)
    chat.page.route(re.compile(r"/(events|messages)\?"), lambda route: None)
    form = chat.page.locator("name-form")
    form.get_by_label("What should people call you?").fill(ann[0])
    form.get_by_role("button", name="Join").click()
    expect(form.get_by_role("alert")).to_have_text("This name is taken, or looks like one that is.")
    expect(form.locator("input")).to_be_focused()
    expect(form.locator("input")).to_have_attribute("aria-invalid", "true")
    expect(chat.composer).to_be_hidden()
    assert chat.page.evaluate("() => localStorage.getItem('roomcast.name')") is None
    check(chat.page)
    chat.page.unroute_all()
    chat.joins_as(new_name("gus")).is_live()
    # What was wrong last time is not when it is asked for again.
    chat.page.get_by_role("button", name="You write as").click()
    expect(form.locator("input")).to_be_focused()
    expect(form.locator(".problem")).to_be_empty()


def test_a_name_that_nothing_is_heard_of_is_taken(visit, server):
    chat = visit("/rooms/garden", name=None)
    server_is_away = re.compile(r"/rooms\?")
    chat.page.route(server_is_away, lambda route: route.abort())
    chat.joins_as("offline")
    chat.page.get_by_role("button", name="You write as offline").click()
    chat.page.route(server_is_away, lambda route: None)
    chat.page.locator("name-form input").fill("patient")
    chat.page.locator("name-form input").press("Enter")
    expect(chat.composer).to_be_focused(timeout=RECOVERY_MS)


def test_guesses_are_slowed_down_in_words(visit):
    def refuse(page):
        page.route("**/session", lambda route: route.fulfill(
            status=429, headers={"Content-Type": "application/problem+json", "Retry-After": "12"},
            body=json.dumps({"status": 429, "code": "too_many_guesses"})) if route.request.method == "POST" else route.continue_())

    page = visit(before=refuse, locale="zh-CN").page
    page.locator("account-button button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名字").fill("ann")
    dialog.get_by_label("密码").fill("whatever it is")
    dialog.get_by_role("button", name="登录", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("密码错误次数过多，请在 12 秒后重试。")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_an_invitation_leaves_the_address_and_makes_an_account(visit, server):
    invite = server.ask("POST", "/invites", {"uses": 1}, server.admin[1])[0]["invite"]
    chat = visit(f"/#invite={invite}", name=None)
    assert "rci_" not in chat.page.url and "rci_" not in chat.page.evaluate("() => JSON.stringify(history.state) + location.href")
    dialog = chat.page.get_by_role("dialog", name="Create account")
    expect(dialog).to_contain_text("You have been invited.")
    name = new_name("eve")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Password").fill("short")
    dialog.get_by_role("button", name="Create account").click()
    expect(dialog.get_by_role("alert")).to_contain_text("8 characters or more")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Create account").click()
    signed_in_as(chat, name)
    made = next(entry for entry in server.ask("GET", "/audit", cookie=server.admin[1])[0]["audit"] if entry.get("user") == name)
    assert made["by_invite"] is True


def test_the_link_that_a_new_server_prints_makes_its_first_account(tmp_path, visit):
    new = Server(tmp_path).start()
    chat = visit(first_link(new), url=new.url, name=None)
    assert "rcl_" not in chat.page.url
    dialog = chat.page.get_by_role("dialog", name="Create account")
    dialog.get_by_label("Name").fill("ann")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Create account").click()
    signed_in_as(chat, "ann")
    expect(open_account(chat).get_by_text("Accounts", exact=True)).to_be_visible()
    new.kill()


def test_what_was_wrong_last_time_is_not_when_a_dialog_is_opened_again(visit, server):
    page = visit("/rooms/garden").page
    page.locator("account-button button").click()
    dialog = sign_in(page, "nobody at all", "a wrong one")
    expect(dialog.get_by_role("alert")).not_to_be_empty(timeout=RECOVERY_MS)
    page.keyboard.press("Escape")
    page.locator("account-button button").click()
    expect(dialog.locator(".problem")).to_be_empty()
    expect(dialog.locator("[aria-invalid]")).to_have_count(0)
    expect(dialog.get_by_label("Password")).to_have_value("")


def test_where_guests_are_not_let_in_one_signs_in(tmp_path, visit):
    closed = Server(tmp_path, "--guests", "off", "--sign-up", "open").start()
    closed.ask("POST", "/accounts", {"user": "ann", "password": PASSWORD})
    chat = visit("/", url=closed.url, name=None, wait=False)
    dialog = chat.page.get_by_role("dialog", name="Sign in")
    expect(dialog).to_contain_text("for people with an account")
    chat.page.keyboard.press("Escape")
    chat.page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    sign_in(chat.page, "ann")
    expect(dialog).to_have_count(0, timeout=RECOVERY_MS)
    chat.is_live().writes("hi").shows("hi")
    closed.kill()


def test_a_private_room_is_unseen_by_others_and_closes_when_one_is_removed(visit, server, person, room):
    bob = person("bob")
    owner = visit("/rooms/lobby", name=None, before=as_(room[1], server))
    guest = visit("/rooms/lobby")
    expect(owner.room(room[0])).to_have_accessible_name(re.compile("Members only"))
    expect(guest.rooms.locator("room-row").first).to_be_visible()
    expect(guest.room(room[0])).to_have_count(0)
    guest.page.goto(f"{server.url}/rooms/{room[0]}")
    expect(guest.page.get_by_role("heading", name="This room is not open to you")).to_be_visible()
    expect(guest.composer).to_be_hidden()

    owner.opens(room[0]).is_live().writes("for members").shows("for members")
    owner.page.get_by_role("button", name="Room settings").click()
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("nobody at all")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog.get_by_role("alert").last).to_have_text("There is no account of that name.")
    dialog.get_by_label("Name").fill(bob[0])
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_contain_text(f"{bob[0]} is a member now.")
    owner.page.keyboard.press("Escape")

    member = visit(f"/rooms/{room[0]}", name=None, before=as_(bob, server)).shows("for members")
    row = owner.page.locator("person-row").filter(has_text=bob[0])
    row.get_by_role("button").click()
    owner.page.get_by_role("button", name="Remove from the room").click()
    expect(member.page.get_by_role("heading", name="This room is no longer open to you")).to_be_visible()
    expect(member.texts).to_have_count(0)
    expect(member.connection).to_have_attribute("data-phase", "closed", timeout=RECOVERY_MS)
    server.ask("PUT", f"/rooms/{room[0]}/members/{bob[0]}", {"role": "member"}, room[1][1])
    member.page.get_by_role("button", name="Try again").click()
    member.is_live().shows("for members")


def test_a_room_is_deleted_by_its_name_and_gone_for_all(visit, server, person, room):
    bob = person("bob")
    server.ask("PUT", f"/rooms/{room[0]}/members/{bob[0]}", {"role": "member"}, room[1][1])
    server.ask("POST", "/rooms/lobby", {"text": "elsewhere"}, bob[1])
    owner = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server)).is_live()
    owner.writes("to be forgotten").shows("to be forgotten")
    member = visit(f"/rooms/{room[0]}", name=None, before=as_(bob, server)).shows("to be forgotten").is_live()
    expect(member.room(room[0])).to_be_visible()

    expect(member.page.get_by_role("button", name="Room settings")).to_be_hidden()
    owner.page.get_by_role("button", name="Room settings").click()
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete room…").click()
    expect(dialog).to_contain_text(f"Delete {room[0]} with all its messages?")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog.get_by_role("button", name="Delete room…")).to_be_focused()
    owner.page.keyboard.press("Enter")
    dialog.get_by_label("Reason").fill(MARKUP)
    dialog.get_by_role("button", name=f"Delete {room[0]}", exact=True).click()
    expect(dialog).to_have_count(0)

    for chat in (owner, member):
        expect(chat.page.get_by_role("heading", name="This room has been deleted")).to_be_visible()
        expect(chat.page.locator("empty-room")).to_contain_text(f"{room[1][0]} has deleted it: {MARKUP}")
        expect(chat.texts).to_have_count(0)
    expect(member.page.locator("message-announcer")).to_contain_text("This room has been deleted")
    expect(owner.page.get_by_role("button", name="Room settings")).to_be_hidden()
    member.opens("lobby").is_live()
    expect(member.room(room[0])).to_have_count(0)

    # The name begins anew, and what is written there is another room's.
    owner.is_live().writes("of the new one").shows("of the new one")
    expect(owner.page.get_by_role("heading", name="This room has been deleted")).to_be_hidden()
    expect(owner.texts).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_room_of_a_long_name_fits_into_what_asks_about_it(visit, server, person, width):
    owner = person("owner")
    name = (new_name("w") + "w" * 64)[:64]
    server.ask("PUT", f"/rooms/{name}", {"visibility": "private"}, owner[1])
    page = visit(f"/rooms/{name}", name=None, before=as_(owner, server), viewport=dict(width=width, height=800)).page
    page.get_by_role("button", name="Room settings").click()
    page.get_by_role("button", name="Delete room…").click()
    dialog = page.get_by_role("dialog")
    check(page)
    for part in (dialog.get_by_role("heading", name=f"Settings of {name}"), dialog.get_by_text(f"Delete {name} with"),
                 dialog.get_by_role("button", name=f"Delete {name}", exact=True), dialog.get_by_role("button", name="Close")):
        assert part.evaluate("(part) => part.scrollWidth <= part.clientWidth && part.getBoundingClientRect().right"
                             " <= part.closest('dialog').getBoundingClientRect().right")


def test_a_mute_is_told_instead_of_the_field(visit, server, person, room):
    bob = person("bob")
    server.ask("PUT", f"/rooms/{room[0]}/members/{bob[0]}", {"role": "member"}, room[1][1])
    muted = visit(f"/rooms/{room[0]}", name=None, before=as_(bob, server))
    owner = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    row = owner.page.locator("person-row").filter(has_text=bob[0])
    row.get_by_role("button").focus()
    owner.page.keyboard.press("Enter")
    dialog = owner.page.get_by_role("dialog", name=bob[0])
    dialog.get_by_label("Reason").fill(MARKUP)
    dialog.get_by_role("button", name="10 minutes").click()
    expect(dialog).to_have_count(0)
    expect(row.get_by_role("button")).to_be_focused()
    muted.writes("let me")
    expect(muted.delivery("failed")).to_contain_text("You have been muted here.")
    expect(muted.page.locator("read-only-note")).to_contain_text("You have been muted here until")
    expect(muted.composer).to_be_hidden()


def test_a_room_where_guests_only_read_says_so(visit, server, room):
    public = new_name("news")
    server.ask("PUT", f"/rooms/{public}", {"guests": "read", "title": "News", "topic": "Of the day"}, room[1][1])
    guest = visit(f"/rooms/{public}")
    expect(guest.page.locator("read-only-note")).to_contain_text("Guests only read here.")
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("News")
    expect(guest.page.locator("room-header .topic")).to_have_text("Of the day")
    server.ask("PUT", f"/rooms/{public}", {"guests": "write", "topic": "Of the night"}, room[1][1])
    expect(guest.page.locator("room-header .topic")).to_have_text("Of the night")
    expect(guest.composer).to_be_visible()
    server.ask("PUT", f"/rooms/{public}", {"slow_mode": 60}, room[1][1])
    guest.writes("one").writes("two")
    expect(guest.delivery("waiting")).to_contain_text("Slow mode: goes out at")


def test_a_new_room_may_be_private(visit, server, person):
    ann = visit("/rooms/lobby", name=None, before=as_(person("ann"), server))
    name = new_name("hidden")
    field = ann.page.get_by_role("textbox", name="Open or make a room")
    field.fill(name)
    ann.page.locator("room-form").get_by_label("Members only").check()
    field.press("Enter")
    ann.is_in(name).is_live()
    expect(ann.page.locator("room-header .lock")).to_be_visible()
    expect(ann.page.locator("person-row").first).to_contain_text("owner")


def test_a_room_that_is_there_is_not_made_private_by_its_name(visit, server, person):
    ann, name = person("ann"), new_name("open")
    page = visit("/rooms/lobby", name=None, before=as_(ann, server)).page
    # Not among those that the page has listed.
    server.post(name, "for all")
    field = page.get_by_role("textbox", name="Open or make a room")
    field.fill(name)
    page.locator("room-form").get_by_label("Members only").check()
    field.press("Enter")
    expect(page.locator("room-form").get_by_role("alert")).to_have_text("This name is in use; take another.")
    assert [message["text"] for message in server.history(name)] == ["for all"]


def test_a_token_is_shown_once(visit, server, person):
    ann = person("ann")
    chat = visit(name=None, before=as_(ann, server))
    dialog = open_account(chat)
    dialog.get_by_text("Tokens for scripts and bots").click()
    dialog.get_by_label("What it is for").fill(MARKUP)
    dialog.get_by_role("button", name="Make token").click()
    expect(dialog.locator(".secret code")).to_have_text(re.compile("^rct_"))
    expect(dialog.get_by_role("button", name="Copy: Token")).to_be_focused()
    expect(dialog.locator("token-section entry-list .name")).to_have_text(MARKUP)
    chat.page.keyboard.press("Escape")
    open_account(chat).get_by_text("Tokens for scripts and bots").click()
    expect(dialog.locator("token-section entry-list .name")).to_have_text(MARKUP)
    expect(dialog.locator(".secret code")).to_have_count(0)
    # The second press finds it ended already, and that is no trouble.
    dialog.get_by_role("button", name="End").dblclick()
    expect(dialog.locator("token-section entry-list")).to_have_text("None")
    assert server.ask("GET", "/tokens", cookie=ann[1])[0]["tokens"] == []


def test_a_session_is_ended_and_a_password_changed(visit, server, person):
    ann = person("ann")
    other = visit("/rooms/lobby", name=None, before=as_(ann, server), user_agent=MARKUP)
    chat = visit("/rooms/lobby", name=None)
    chat.page.locator("account-button button").click()
    sign_in(chat.page, ann[0])
    elsewhere = visit("/rooms/lobby", name=None, user_agent=MARKUP)
    elsewhere.page.locator("account-button button").click()
    sign_in(elsewhere.page, ann[0])
    signed_in_as(elsewhere, ann[0])
    dialog = open_account(chat)
    dialog.get_by_text("Where you are signed in").click()
    expect(dialog.locator("session-section .name").filter(has_text=MARKUP)).to_have_count(1)
    dialog.get_by_role("button", name=f"End: {MARKUP}").click()
    signed_out(elsewhere)
    dialog.get_by_text("Change password").first.click()
    dialog.get_by_label("Present password").fill("not it")
    dialog.get_by_label("New password").fill("another horse")
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.locator("password-section").get_by_role("alert")).to_have_text(
        "This is not your present password.", timeout=RECOVERY_MS)
    expect(dialog.get_by_label("Present password")).to_be_focused()
    expect(dialog.locator("[aria-invalid]")).to_have_count(1)
    dialog.get_by_label("Present password").fill(PASSWORD)
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog).to_contain_text("Your password is changed.", timeout=RECOVERY_MS)
    signed_out(other)


def test_an_admin_invites_and_disables(visit, server, person):
    eve = person("eve")
    chat = visit(name=None, before=as_(server.admin, server))
    dialog = open_account(chat)
    dialog.get_by_text("Invitations", exact=True).click()
    dialog.get_by_label("For how many people").fill("5")
    dialog.get_by_role("button", name="Make link").click()
    expect(dialog.locator(".secret code")).to_have_text(re.compile(f"^{re.escape(server.url)}/#invite=rci_"))
    expect(dialog.locator("invite-section entry-list")).to_contain_text("for 5 more people")
    dialog.get_by_text("Accounts", exact=True).click()
    # Nobody locks themselves out by one press.
    expect(dialog.get_by_role("button", name="Disable: admin", exact=True)).to_have_count(0)
    dialog.get_by_role("button", name=f"Disable: {eve[0]}").click()
    expect(dialog.locator("summary", has_text="Accounts")).to_be_focused()
    expect(dialog.get_by_role("button", name=f"Enable: {eve[0]}")).to_be_visible()
    accounts = server.ask("GET", "/accounts", cookie=server.admin[1])[0]["accounts"]
    assert [account["user"] for account in accounts if account.get("disabled")] == [eve[0]]


def test_names_titles_and_topics_are_text(visit, server, room):
    server.ask("PUT", f"/rooms/{room[0]}", {"title": MARKUP, "topic": MARKUP}, room[1][1])
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    expect(chat.page.get_by_role("heading", level=1)).to_have_text(MARKUP)
    expect(chat.page.locator("room-header .topic")).to_have_text(MARKUP)
    expect(chat.rooms.locator("room-row .name").filter(has_text=MARKUP)).to_have_count(1)
    assert chat.page.locator("img[src=x]").count() == 0 and "hit" not in chat.page.title()


@pytest.mark.parametrize("scheme, size, locale", [("light", "desktop", "en-US"), ("dark", "phone", "zh-CN")])
def test_dialogs_have_no_accessibility_violations(visit, server, person, room, playwright, scheme, size, locale):
    bob = person("bob")
    server.ask("PUT", f"/rooms/{room[0]}/members/{bob[0]}", {"role": "moderator"}, room[1][1])
    server.ask("PUT", f"/rooms/{room[0]}/mutes/gus", {"minutes": 10, "why": "spam" * 40}, room[1][1])
    options = (dict(viewport=dict(width=1280, height=800)) if size == "desktop" else
               playwright.devices["iPhone 13"] | dict(viewport=dict(width=360, height=640))) | dict(color_scheme=scheme, locale=locale)
    page = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server), **options).page
    page.locator(".gear").click()
    check(page)
    page.locator("dialog[open] summary").click()
    expect(page.locator("dialog[open] audit-section li")).to_have_count(3)
    check(page)
    page.keyboard.press("Escape")
    for drawer, button in (("people", "person-row button:visible"), ("people", "people-list > .quiet-button"), ("rooms", "account-button button")):
        opener = page.locator(f"button[popovertarget={drawer}]")
        if opener.is_visible():
            opener.click()
        page.locator(button).click()
        check(page)
        for summary in page.locator("dialog[open] summary:visible").all():
            summary.click()
            check(page)
        page.keyboard.press("Escape")
    guest = visit(f"/rooms/{room[0]}", name=None, wait=False, **options).page
    guest.locator("closed-room").wait_for()
    check(guest)
    guest.locator("closed-room .accent-button").click()
    check(guest)


def test_a_message_is_deleted_by_who_wrote_it_and_by_who_moderates(visit, server, person, room):
    name, owner = room
    member = person("member")
    server.ask("PUT", f"/rooms/{name}/members/{member[0]}", {"role": "member"}, owner[1])
    mine = visit(f"/rooms/{name}", name=None, before=as_(member, server)).writes("say no more")
    theirs = visit(f"/rooms/{name}", name=None, before=as_(owner, server)).writes("the owner's")
    expect(mine.message("the owner's")).to_be_visible()
    # Of another's there is nothing to press.
    expect(mine.page.locator("message-row .delete")).to_have_count(1)
    theirs.message("say no more").hover()
    remove = theirs.page.get_by_role("button", name=f"Delete the message of {member[0]}: say no more")
    # Its second half confirms nothing.
    remove.dblclick()
    expect(theirs.page.get_by_role("button", name="Really delete?")).to_be_visible()
    theirs.page.get_by_role("button", name="Really delete?").click()
    # The button that had it is gone.
    expect(theirs.log).to_be_focused()
    for chat in (mine, theirs):
        expect(chat.page.get_by_text("This message was deleted.")).to_be_visible()
        expect(chat.page.get_by_text("say no more")).to_have_count(0)


def test_under_a_finger_what_can_be_done_about_a_message_is_in_sight(visit, server, person, room, playwright):
    server.ask("POST", f"/rooms/{room[0]}/messages", {"text": "say no more"}, room[1][1])
    server.ask("POST", f"/rooms/{room[0]}/messages", {"text": "say on"}, room[1][1])
    chat = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server), **playwright.devices["iPhone 13"])
    row = chat.page.locator("message-row", has_text="say no more")
    expect(row.locator(".more")).to_be_visible()
    actions, remove = row.locator(".actions"), row.locator(".delete")
    expect(actions).to_have_css("opacity", "0")
    row.locator(".more").tap()
    expect(actions).to_have_css("opacity", "1")
    remove.tap()
    expect(remove).to_have_text("Really delete?")
    # Somewhere else: it was not meant.
    chat.composer.tap()
    expect(actions).to_have_css("opacity", "0")
    expect(remove).to_have_text("Delete")
    row.locator(".more").tap()
    remove.tap()
    remove.tap()
    expect(chat.page.get_by_text("say no more")).to_have_count(0)
    desktop = visit(f"/rooms/{room[0]}", name=None, before=as_(room[1], server))
    expect(desktop.message("say on")).to_be_visible()
    expect(desktop.page.locator("message-row .more")).to_be_hidden()
