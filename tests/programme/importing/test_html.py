"""HTML from elsewhere becomes Markdown that says the same and can do nothing."""

import pytest
from markupsafe import escape

from eventsapp.core.markdown import to_html
from eventsapp.programme.importing.html import looks_like_html, to_markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One</p><p>Two<br/>lines</p>", "One\n\nTwo\\\nlines"),
        ("<h3>Title</h3><p>Text</p>", "### Title\n\nText"),
        ("<p>A <strong> bold </strong>and <em>soft</em> word</p>", "A **bold** and *soft* word"),
        ("<ul><li>One</li><li>Two<ol><li>a</li><li>b</li></ol></li></ul>", "- One\n- Two\n  1. a\n  2. b"),
        ("<ol><li><p>A</p><p>B</p></li></ol>", "1. A\n\n   B"),
        ('<p><a href="https://x.org/y">Words</a></p>', "[Words](https://x.org/y)"),
        ('<p><a href="https://x.org/(y)">Words</a></p>', "[Words](<https://x.org/(y)>)"),
        ('<p><a href="https://x.org">https://x.org</a></p>', "<https://x.org>"),
        ('<p><a href="mailto:a@x.org">Write</a></p>', "[Write](mailto:a@x.org)"),
        ("<p>see https://x.org/a_b. Yes</p>", "see <https://x.org/a_b>. Yes"),
        ("<pre><code>* a\n  b</code></pre>", "```\n* a\n  b\n```"),
        ("<p>Call <code>f(`x`)</code></p>", "Call ``f(`x`)``"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\\\nc | d"),
        ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "**Term**\n\nMeaning"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("<p>R&amp;D &lt;tag&gt; &amp;amp; 100&nbsp;%</p>", "R&D \\<tag> \\&amp; 100 %"),
        ("<p></p><p> </p>", ""),
    ],
)
def test_what_is_said_stays(html, markdown):
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    "line",
    [
        "1. not a list",
        "# no heading",
        "- no list",
        "> no quotation",
        "*no* emphasis",
        "[no](link)",
        "`no code`",
        "---",
    ],
)
def test_text_that_looks_like_markdown_stays_text(line):
    assert to_html(to_markdown(f"<p>{line}</p>")) == f"<p>{escape(line)}</p>\n"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<script>alert(1)</script><p>ok</p>", "<p>ok</p>\n"),
        ("<p onclick='alert(1)'>ok</p><style>p{}</style>", "<p>ok</p>\n"),
        ("<p><a href='javascript:alert(1)'>bad</a></p>", "<p>bad</p>\n"),
        ("<p><a href='JaVa\tScript:alert(1)'>bad</a></p>", "<p>bad</p>\n"),
        ("<p><a href='data:text/html,x'>bad</a></p>", "<p>bad</p>\n"),
        ("<p><img src=x onerror=alert(1) alt='A tree'></p>", "<p>A tree</p>\n"),
        ("<iframe src='https://x.org'>inside</iframe><p>ok</p>", "<p>ok</p>\n"),
        ("<form><input value=x><button>go</button></form><p>ok</p>", "<p>ok</p>\n"),
        ("<svg><script>alert(1)</script><p>x</p></svg><p>ok</p>", "<p>ok</p>\n"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<pre><script>alert(1)</script>ok</pre>", "<pre><code>ok\n</code></pre>\n"),
        ("<p>a<!-- --><b>x</p>", "<p>a<strong>x</strong></p>\n"),
    ],
)
def test_scripts_become_harmless(html, shown):
    assert to_html(to_markdown(html)) == shown


def test_plain_text_and_markdown_pass_as_they_are():
    text = "Plain *words*, the <script> tag and a < b\n\n- item"
    assert not looks_like_html(text)
    assert to_markdown(text) == text


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "blockquote", "table><tr><td"])
def test_whatever_the_depth_the_words_stay(tag):
    opened = f"<{tag}>" * 600
    assert "deep" in to_markdown(f"{opened}deep</p>")
