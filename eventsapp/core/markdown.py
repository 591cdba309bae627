"""Markdown to safe HTML: rendered by markdown-it-py, sanitized by nh3 on output, never trusted."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h2", "h3", "h4", "h5", "hr", "i",
    "img", "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


@lru_cache(maxsize=2048)
def to_html(text: str) -> Markup:
    """Return ``text`` (Markdown) as HTML that is safe to show. Headings begin at h2; links get ``rel="nofollow noopener"``."""
    html = _markdown.render(text)
    html = re.sub(r"<(/?)h([1-5])>", lambda m: f"<{m[1]}h{min(int(m[2]) + 1, 5)}>", html)
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener",
        )
    )


def to_plain(text: str) -> str:
    """Return ``text`` (Markdown) as plain text, paragraphs apart by an empty line, links as "words (address)"."""
    html = _markdown.render(text)
    html = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', _plain_link, html, flags=re.S)
    html = re.sub(r"<li>\s*(?:<p>)?", "- ", html)
    html = re.sub(r"<br ?/?>", "\n", html)
    html = re.sub(r"</(p|h[1-6]|ul|ol|blockquote|pre|table)>", "\n\n", html)
    plain = nh3.clean(html, tags=set())
    plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in plain.splitlines())).strip()


def _plain_link(found: re.Match[str]) -> str:
    address, words = found[1], found[2]
    return words if address == words else f"{words} ({address})"
