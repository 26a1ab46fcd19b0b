"""A visitor with a browser: pages that report their own errors, and checks that hold on every page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

WIDTHS = {"desktop": (1280, 800), "phone": (390, 844)}
NARROWEST = 320
PATIENCE_MS = 20_000
"""How long to wait for what has to come; the machine may be busy."""
expect.set_options(timeout=PATIENCE_MS)
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
# Chromium's flags for running as root in a container, and for asking nobody outside for anything.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
# What a page is given to axe-core as. Width and colours do not depend on each other but in what frames every page, the
# bars; those are looked at in all four ways by one page of each role.
LOOKS = (("desktop", "light"), ("phone", "dark"))
ALL_LOOKS = (*LOOKS, ("desktop", "dark"), ("phone", "light"))

# In the middle of a change of colours every contrast is wrong.
COLOURS_AT_REST = """() => document.getAnimations().forEach(each => {
    try { each.finish(); } catch (endless) { each.cancel(); }
})"""

# Rules look at elements, their classes and their attributes, at whether there are words, but not at which.
SHAPE = """() => {
    const valued = ['class', 'role', 'type', 'lang', 'tabindex', 'scope', 'open', 'hidden', 'disabled', 'checked', 'style'];
    const shown = (name, value) => valued.includes(name) || (name.startsWith('aria-') && value.length < 12);
    const print = element => {
        const facts = [...element.attributes].map(({name, value}) => shown(name, value) ? `${name}=${value}` : name);
        const words = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        const inside = [...element.children].map(print).filter((each, at, all) => each !== all[at - 1]);
        return `<${element.tagName} ${facts.sort().join(' ')}${words ? ' …' : ''}>${inside.join('')}</>`;
    };
    return print(document.documentElement);
}"""
_good: set[str] = set()


@dataclass
class Troubles:
    """What went wrong in a context without any assertion: script errors, refused styles, missing files."""

    base: str
    found: list[str] = field(default_factory=list)
    # Parts of messages that the test expects.
    expected: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # Failed loads are judged by their status in _response: a form with errors answers 422 on purpose.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.found.append(f"asks another site: {request.url}")

    def _response(self, response: Response) -> None:
        main = response.request.resource_type == "document"
        if response.status >= 500 or (response.status == 404 and not main):
            self.found.append(f"{response.status} for {response.request.method} {response.url}")

    def unexpected(self) -> list[str]:
        """Return what the test did not announce."""
        return [each for each in self.found if not any(part in each for part in self.expected)]


@dataclass
class Visitors:
    """Opens browser contexts on one site; `visitors(width="phone", locale="en")` returns a page."""

    browser: Browser
    base: str
    contexts: list[BrowserContext] = field(default_factory=list)
    troubles: list[Troubles] = field(default_factory=list)

    def __call__(
        self, width: str = "desktop", locale: str = "zh", theme: str = "light", *, javascript: bool = True
    ) -> Page:
        """Return an empty page of a new visitor; `page.goto("/sign-in")` takes addresses within the site."""
        across, down = WIDTHS[width]
        context = self.browser.new_context(
            base_url=self.base,
            viewport={"width": across, "height": down},
            locale=LANGUAGES[locale],
            color_scheme=theme,
            java_script_enabled=javascript,
            is_mobile=width == "phone",
            has_touch=width == "phone",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        troubles = Troubles(self.base)
        context.on("page", troubles.watch)
        page = context.new_page()
        self.contexts.append(context)
        self.troubles.append(troubles)
        page.expect_trouble = troubles.expected.append  # type: ignore[attr-defined]
        return page

    def close(self) -> None:
        """Close all contexts; fail if a page had troubles."""
        for context in self.contexts:
            context.close()
        found = [each for troubles in self.troubles for each in troubles.unexpected()]
        if found:
            raise AssertionError("the pages had troubles:\n  " + "\n  ".join(dict.fromkeys(found)))


def sign_in(page: Page, username: str, password: str) -> None:
    """Sign in with the form, as a person does, and wait for the page that follows."""
    page.goto("/sign-in")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def prefer(page: Page, text: str | None = None, theme: str | None = None, locale: str | None = None) -> None:
    """Choose text size (md, lg, xl, xxl), theme (light, dark, auto) or language with the forms in the page's top bar."""
    for name, value in (("text", text), ("theme", theme)):
        if value:
            choice = page.locator(f"form[data-prefs] input[name={name}][value={value}]").first
            with page.expect_navigation():
                choice.evaluate(
                    "choice => { choice.checked = true; HTMLFormElement.prototype.submit.call(choice.form); }"
                )
    if locale:
        button = page.locator(f"form[action$='/language'] button[value={locale}]").first
        with page.expect_navigation():
            button.evaluate("button => button.form.requestSubmit(button)")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds on the page as it looks now, a line for each element."""
    page.evaluate(COLOURS_AT_REST)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(document, options).then(all => all.violations)", AXE_OPTIONS)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n      {node['html'][:200]}\n      "
        + " ".join((node.get("failureSummary") or "").split())[:300]
        for violation in found
        for node in violation["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Return the elements that make the page wider than its window, the first few."""
    page.wait_for_load_state()
    return page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room + 1) return [];
            return [...document.body.querySelectorAll('*')]
                .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > room + 1)
                .slice(0, 8)
                .map(each => each.outerHTML.slice(0, 120));
        }"""
    )


def shape(page: Page) -> str:
    """Return a print of all that axe-core's rules depend on: the page without its words, rows like the one before once."""
    return hashlib.sha256(page.evaluate(SHAPE).encode()).hexdigest()


def look_over(page: Page, looks: Sequence[tuple[str, str]] = LOOKS) -> list[str]:
    """Return what is wrong with the page as it is now, a line each.

    axe-core looks at it wide and narrow, light and dark; nothing may stick out at the side, down to 320 pixels. Width and
    colours are left as they were. A page of a shape that was found good is not given to axe-core again.
    """
    page.wait_for_load_state()
    before = page.viewport_size or {"width": WIDTHS["desktop"][0], "height": WIDTHS["desktop"][1]}
    found, here = [], f"{looks} {shape(page)}"
    for across, down in (*WIDTHS.values(), (NARROWEST, 640)):
        page.set_viewport_size({"width": across, "height": down})
        found += [f"{page.url} is too wide at {across} pixels: {element}" for element in too_wide(page)]
    for width, theme in looks if here not in _good else ():
        page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
        page.emulate_media(color_scheme=theme)
        found += [f"{page.url} on a {width}, {theme}: {each}" for each in violations(page)]
    if not found:
        _good.add(here)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
    return found


def assert_good(page: Page) -> None:
    """Fail with everything that `look_over` finds."""
    found = look_over(page)
    if found:
        raise AssertionError("\n".join(found))
