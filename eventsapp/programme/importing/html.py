"""HTML from elsewhere as Markdown: what is said stays, with headings, lists, links and emphasis; the rest goes. Pure.

The result is only ever shown through ``core.markdown``, which sanitizes it once more. Scripts, styles, frames, forms and
pictures are left out here already, links lead to web and mail addresses only, and text that happens to look like
Markdown is escaped.
"""

from __future__ import annotations

import re
from html import unescape

import nh3
from lxml import etree
from lxml import html as lxml_html

from eventsapp.core.translations import clean_text

_TAGS = re.compile(r"</[a-z][a-z0-9]*\s*>|<(?:p|br|hr|img)\b[^<>]*>", re.I)
_DROPPED = {
    "applet", "audio", "base", "button", "canvas", "embed", "form", "frame", "frameset", "head", "iframe", "input",
    "link", "map", "math", "meta", "noscript", "object", "option", "script", "select", "style", "svg", "template",
    "textarea", "title", "video",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "aside", "body", "center", "dd", "details", "div", "figcaption", "figure", "footer", "header",
    "html", "main", "nav", "p", "section", "summary", "dl", "tbody", "td", "tfoot", "th", "thead",
}  # fmt: skip
_EMPHASIS = {"em": "*", "i": "*", "cite": "*", "dfn": "*", "strong": "**", "b": "**", "dt": "**"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_URL = re.compile(r"https?://[^\s<>\"`]*[^\s<>\"`.,;:!?)\]}'*_]")
_BREAK = "\\\n"
_DEEPEST = 40


def looks_like_html(text: str) -> bool:
    """Return whether ``text`` is marked up with HTML, and not plain text that mentions a tag."""
    return _TAGS.search(text) is not None


def to_markdown(text: str) -> str:
    """Return HTML as Markdown; text without HTML comes back cleaned and otherwise as it is."""
    text = clean_text(text)
    if not looks_like_html(text):
        return text
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False, no_network=True)
    try:
        root = lxml_html.document_fromstring(f"<html><body>{text}</body></html>", parser=parser)
        markdown = clean_text("\n\n".join(_blocks(root, 0)))
    except (etree.ParserError, etree.XMLSyntaxError):
        markdown = ""
    # Nested too deep for the parser: the bare words are left.
    return markdown or clean_text(_paragraph(_text(unescape(nh3.clean(text, tags=set())))))


def _blocks(parent: etree._Element, depth: int) -> list[str]:
    """Return the Markdown blocks within an element."""
    found: list[str] = []
    inline = [_text(parent.text)]

    def flush() -> None:
        paragraph = _paragraph("".join(inline))
        inline.clear()
        if paragraph:
            found.append(paragraph)

    for child in parent:
        tag = child.tag
        block = _block(child, tag, depth + 1)
        if block is None:
            inline.append(_inline(child, tag, depth + 1))
        else:
            flush()
            found.extend(block)
        inline.append(_text(child.tail))
    flush()
    return found


def _block(element: etree._Element, tag: str, depth: int) -> list[str] | None:
    """Return the blocks that an element makes, or None when it is part of a line."""
    if depth > _DEEPEST:
        return [_paragraph(_text(_all_text(element)))] if tag in _BLOCKS else None
    if tag in _HEADINGS:
        words = _paragraph(_within(element, depth)).replace(_BREAK, " ")
        return [f"{'#' * _HEADINGS[tag]} {words}"] if words else []
    if tag in ("ul", "ol"):
        return _list(element, tag, depth)
    if tag == "pre":
        return _code_block(_all_text(element))
    if tag == "blockquote":
        inner = "\n\n".join(_blocks(element, depth))
        return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))] if inner else []
    if tag == "hr":
        return ["---"]
    if tag == "table":
        rows = [
            " | ".join(filter(None, (_paragraph(_within(cell, depth)).replace(_BREAK, " ") for cell in row)))
            for row in element.iter("tr")
        ]
        return [_BREAK.join(row for row in rows if row)] if any(rows) else []
    if tag == "dt":
        words = _inline(element, tag, depth)
        return [words] if words.strip() else []
    if tag in _BLOCKS:
        return _blocks(element, depth)
    # A line element with blocks within it, as people write them.
    if any(_is_block(inner.tag) for inner in element.iterdescendants()):
        return [] if tag in _DROPPED else _blocks(element, depth)
    return None


def _is_block(tag: str) -> bool:
    return tag in _BLOCKS or tag in _HEADINGS or tag in ("ul", "ol", "pre", "blockquote", "hr", "table", "dt")


def _list(element: etree._Element, tag: str, depth: int) -> list[str]:
    lines: list[str] = []
    number = 1
    for item in element:
        if item.tag not in ("li", "ul", "ol"):
            continue
        blocks = _list(item, item.tag, depth + 1) if item.tag != "li" else _blocks(item, depth)
        if not blocks:
            continue
        mark = "- " if tag == "ul" else f"{number}. "
        number += 1
        apart = ("\n" if re.match(r"- |[0-9]+\. ", block) else "\n\n" for block in blocks[1:])
        inner = "".join(
            [blocks[0], *(gap + block for gap, block in zip(apart, blocks[1:], strict=True))]
        ).split("\n")
        lines.append(mark + inner[0])
        lines.extend(" " * len(mark) + line if line else "" for line in inner[1:])
    return ["\n".join(lines)] if lines else []


def _code_block(text: str) -> list[str]:
    text = text.strip("\n")
    if not text.strip():
        return []
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return [f"{fence}\n{text}\n{fence}"]


def _within(element: etree._Element, depth: int) -> str:
    """Return what stands within an element as one run of text."""
    parts = [_text(element.text)]
    for child in element:
        tag = child.tag
        parts.append(_inline(child, tag, depth + 1))
        parts.append(_text(child.tail))
    return "".join(parts)


def _inline(element: etree._Element, tag: str, depth: int) -> str:
    if tag in _DROPPED:
        return ""
    if depth > _DEEPEST:
        return _text(_all_text(element))
    if tag == "br":
        return _BREAK
    if tag == "img":
        return _text(element.get("alt"))
    if tag in ("code", "kbd", "samp", "tt"):
        return _code(_all_text(element))
    inside = _within(element, depth)
    if tag in _EMPHASIS:
        return _wrapped(inside, _EMPHASIS[tag])
    if tag == "a":
        return _link(element.get("href") or "", inside)
    if tag == "q":
        return f"“{inside}”"
    return f" {inside} " if _is_block(tag) else inside


def _wrapped(inside: str, mark: str) -> str:
    """Put ``mark`` around words, with the white space outside, as Markdown wants it."""
    words = inside.strip()
    if not words or _BREAK in words or mark[0] in words.replace("\\" + mark[0], ""):
        return inside
    before, after = inside[: len(inside) - len(inside.lstrip())], inside[len(inside.rstrip()) :]
    return f"{before}{mark}{words}{mark}{after}"


def _link(address: str, inside: str) -> str:
    address = "".join(clean_text(address).split())
    words = inside.strip().replace(_BREAK, " ")
    if not re.fullmatch(r"(?:https?://|mailto:)[^\s<>\"\\`{}|^]+", address, re.I) or not words:
        return inside
    if words in (f"<{address}>", address):
        return f"<{address}>"
    words = re.sub(r"<(https?://[^>]*)>", r"\1", words)
    return f"[{words}](<{address}>)" if re.search(r"[()]", address) else f"[{words}]({address})"


def _code(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence} {text} {fence}" if text[0] == "`" or text[-1] == "`" else f"{fence}{text}{fence}"


def _all_text(element: etree._Element) -> str:
    """Return all text within, but that of what is left out."""
    parts: list[str] = [element.text or ""]
    for child in element.iterdescendants():
        above = {child, *child.iterancestors()}
        if any(one.tag in _DROPPED for one in above):
            if child.tag in _DROPPED and not any(one.tag in _DROPPED for one in child.iterancestors()):
                parts.append(child.tail or "")
            continue
        parts.append("\n" if child.tag == "br" else child.text or "")
        parts.append(child.tail or "")
    return "".join(parts)


def _text(text: str | None) -> str:
    """Return plain text with what Markdown would understand escaped, and bare web addresses as links."""
    if not text:
        return ""
    text = re.sub(r"\s+", " ", text)
    parts: list[str] = []
    at = 0
    for found in _URL.finditer(text):
        parts.append(_escaped(text[at : found.start()]))
        parts.append(f"<{found[0]}>")
        at = found.end()
    parts.append(_escaped(text[at:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    text = re.sub(r"([\\`*\[\]<])", r"\\\1", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    return re.sub(r"&(?=#?\w+;)", r"\\&", text)


def _paragraph(inline: str) -> str:
    """Return a run of text as a paragraph: no line of it may begin like a heading, a list or a quotation."""
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in inline.split(_BREAK)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    escaped = [re.sub(r"^(#{1,6}(?= |$)|[-+](?= |$)|>|={1,}$|-{2,}$|~{3,})", r"\\\1", line) for line in lines]
    escaped = [re.sub(r"^([0-9]{1,9})([.)])(?= |$)", r"\1\\\2", line) for line in escaped]
    return _BREAK.join(line for line in escaped if line)
