import pytest
from chat_page import ChatPage
from playwright.sync_api import sync_playwright
from server import Server

#: Stock Firefox, driven by WebDriver BiDi, knows no emulation of media features.
NO_MEDIA_EMULATION = dict(color_scheme="null", reduced_motion="null", forced_colors="null", contrast="null")
#: A browser says this by itself for each request that fails; the page cannot prevent it, and tests cause it on purpose.
NETWORK_NOISE = ("Failed to load resource", "Cross-Origin Request Blocked", "can’t establish a connection",
                 "was interrupted while the page was loading", "NS_ERROR_")


def pytest_collection_modifyitems(items):
    """All that need Firefox go to one worker: it takes long to start."""
    for item in items:
        if getattr(item, "callspec", None) and item.callspec.params.get("any_browser") == "firefox":
            item.add_marker(pytest.mark.xdist_group("firefox"))


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright):
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path="/usr/bin/firefox-esr")
    yield browser
    browser.close()


@pytest.fixture(params=["chromium", "firefox"])
def any_browser(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def server(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    running = Server(data).start()
    yield running
    if running.process.poll() is None:
        running.kill()


@pytest.fixture
def visit(server, chromium):
    """Opens a room as one more person. What the page complains about fails the test in the end."""
    contexts, complaints = [], []

    def visit(path="/", *, browser=chromium, name="ann", url=None, before=lambda page: None, wait=True, **options):
        if browser.browser_type.name == "firefox":
            options = NO_MEDIA_EMULATION | options
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        if name:
            context.add_init_script(f"try {{ localStorage.setItem('roomcast.name', '{name}') }} catch {{}}")
        before(page)
        page.goto((url or server.url) + path)
        chat = ChatPage(page)
        return chat.is_live() if wait else chat

    yield visit
    for context in contexts:
        context.close()
    assert [text for text in complaints if not any(noise in text for noise in NETWORK_NOISE)] == []
