"""The page under the policy that it is served with."""

import urllib.request

import pytest

POLICY = ("default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
          "form-action 'self'; worker-src 'self'; require-trusted-types-for 'script'; trusted-types chat")


@pytest.mark.parametrize("path", ["/", "/rooms/garden"])
def test_the_page_comes_with_its_policy(server, path):
    request = urllib.request.Request(server.url + path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_whole_conversation_breaks_no_policy_and_says_nothing_to_the_console(visit, any_browser):
    said = []

    def listen(page):
        page.on("console", lambda message: said.append(message.text))
        page.add_init_script("addEventListener('securitypolicyviolation', (event) =>"
                             " console.error('violated', event.violatedDirective, event.blockedURI))")

    ann = visit("/rooms/garden", browser=any_browser, name=None, before=listen, locale="zh-CN")
    ann.joins_as("ann").writes("one").shows("one").writes("<b>two</b>").shows("one", "<b>two</b>")
    ann.page.reload()
    ann.is_live().shows("one", "<b>two</b>")
    assert said == []


def test_markup_cannot_be_made_from_text_at_all(server, chromium):
    page = chromium.new_page()
    page.goto(server.url)
    assert page.evaluate("""() => {
        try { document.createElement('div').innerHTML = '<b>x</b>'; return 'allowed'; }
        catch (error) { return error.name; }
    }""") == "TypeError"
    page.context.close()
