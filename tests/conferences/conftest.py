"""What the tests of conferences share."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.workspace import Workspace, make_workspace


@pytest.fixture
def workspace(app: Flask) -> Workspace:
    """A conference with one person for each role, and a second conference."""
    return make_workspace(app)
