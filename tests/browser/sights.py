"""A window of the browser: what it asked for, what was said in it, and what can be measured of a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

ROOM_HOST = "127.0.0.1"
RAN = "a stranger's script ran"

# The contrast of every text that can be seen, by WCAG 2.2 (1.4.3): those that have too little.
_FAINT = """() => {
  const parsed = (text) => {
    const found = text.match(/[\\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return [found[0], found[1], found[2], found[3] ?? 1];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (color) => {
    const [r, g, b] = color.map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parsed(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const faint = [];
  const measure = (element, style, text) => {
    const ground = behind(element);
    const svg = element instanceof SVGElement;
    const [a, b] = [light(over(parsed(svg ? style.fill : style.color), ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    if (ratio < least) faint.push(`${ratio.toFixed(2)} of ${least}: ${text.trim().slice(0, 40)}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, title, .unseen") || !element.checkVisibility()) continue;
    measure(element, getComputedStyle(element), node.data);
  }
  for (const box of document.querySelectorAll("input[placeholder]"))
    measure(box, getComputedStyle(box, "::placeholder"), box.placeholder);
  return [...new Set(faint)];
}"""


class Sight:
    """A window over the room at ``address``."""

    def __init__(self, browser: Browser, address: str, screenshots: Path, **looks: Any) -> None:
        self._browser, self.address, self._screenshots = browser, address, screenshots
        self.asked: list[str] = []
        self.refused: list[str] = []
        self.strangers: list[str] = []
        self.page = self._window({"viewport": {"width": 1280, "height": 900}, **looks})

    def _window(self, looks: dict[str, Any]) -> Page:
        context = self._browser.new_context(accept_downloads=True, **looks)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("requestfailed", self._failed)
        context.on("console", self._said)
        context.on("dialog", self._interrupted)
        context.set_default_timeout(10_000)
        return context.new_page()

    def anew(self, **looks: Any) -> Page:
        """Another window in place of this one."""
        self.page.context.close()
        self.page = self._window(looks)
        return self.page

    def open(self, path: str) -> Page:
        """Go there, and wait until all of it is loaded."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def search(self, words: str) -> Page:
        """As a reader does it: in the box, with Enter."""
        page = self.open("/")
        page.fill("#q", words)
        with page.expect_navigation():
            page.press("#q", "Enter")
        return page

    def faint(self) -> list[str]:
        """Texts of too little contrast."""
        found: list[str] = self.page.evaluate(_FAINT)
        return found

    def overhang(self) -> int:
        """By how many pixels the page is wider than the window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return max(0, width)

    def keep(self, name: str) -> Path:
        """A picture of the whole page."""
        path = self._screenshots / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def close(self) -> None:
        """Close the window."""
        self.page.context.close()

    def _failed(self, request: Request) -> None:
        """What a policy holds back never became a request."""
        if request.failure == "csp":
            self.asked.remove(request.url)
            self.refused.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if RAN in message.text and "Content Security Policy" not in message.text:
            self.strangers.append(f"{self.page.url}: {message.text}")

    def _interrupted(self, dialog: Dialog) -> None:
        self.strangers.append(f"{self.page.url}: {dialog.type} {dialog.message}")
        dialog.dismiss()
