"""What the tests of the public pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html as lxml_html

from tests.site import sample

Page = Callable[..., Any]


@pytest.fixture
def quito(app):
    """The slug of the sample conference."""
    return sample.build(app)


@pytest.fixture
def get(client: FlaskClient) -> Page:
    """``get("/en/quito/")`` gives a page as a tree of elements; it must be there."""

    def get_page(path: str, **given: Any) -> Any:
        answer = client.get(path, **given)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return lxml_html.document_fromstring(answer.text)

    return get_page


@pytest.fixture
def text_of() -> Callable[[Any], str]:
    """``text_of(element)`` is what stands in it, white space folded."""

    def said(element: Any) -> str:
        return " ".join(element.text_content().split())

    return said
