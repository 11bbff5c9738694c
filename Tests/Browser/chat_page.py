"""The page as a person sees and uses it."""

import re
import urllib.parse

from playwright.sync_api import Page, expect

#: Long enough for any reconnection, short enough that a hang is noticed.
RECOVERY_MS = 20_000


class ChatPage:
    def __init__(self, page: Page):
        self.page = page
        self.log = page.get_by_role("log")
        self.texts = page.locator("message-row .text")
        self.connection = page.locator("connection-state")
        self.rooms = page.locator("room-list")
        self.people = page.locator("people-list person-row .name")
        self.typing = page.locator("typing-line")
        self.composer = page.locator("message-composer textarea")

    def is_live(self):
        expect(self.connection).to_have_attribute("data-phase", "live", timeout=RECOVERY_MS)
        return self

    def is_reconnecting(self):
        expect(self.connection).to_have_attribute("data-phase", "waiting", timeout=RECOVERY_MS)
        return self

    def shows(self, *texts, timeout=RECOVERY_MS):
        """Exactly these messages, in this order, and nothing on its way."""
        expect(self.texts).to_have_text(list(texts), timeout=timeout)
        expect(self.page.locator("message-row[data-delivery=sent]")).to_have_count(len(texts), timeout=timeout)
        return self

    def joins_as(self, name):
        self.page.locator("name-form input").fill(name)
        self.page.locator("name-form [type=submit]").click()
        expect(self.composer).to_be_focused()
        return self

    def writes(self, text):
        self.composer.fill(text)
        self.composer.press("Enter")
        return self

    def message(self, text):
        return self.texts.filter(has_text=text)

    def delivery(self, state):
        return self.page.locator(f"message-row[data-delivery={state}]")

    def room(self, name):
        """Its line in the list of rooms."""
        return self.rooms.locator("room-row").filter(has=self.page.get_by_text(name, exact=True)).locator("a")

    def opens(self, name):
        self.room(name).click()
        return self.is_in(name)

    def is_in(self, name):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)
        expect(self.page).to_have_url(re.compile("/rooms/" + urllib.parse.quote(name) + r"(\?.*)?$"))
        return self

    def sees(self, *names):
        """Exactly these people here."""
        expect(self.people).to_have_text(list(names), timeout=RECOVERY_MS)
        return self
