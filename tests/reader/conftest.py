"""A library to put pictures into without uploading them."""

import pytest
from flask import Flask

from tests.reader.shelf import Shelf


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    """Rows only: these tests read pages, not pictures."""
    return Shelf(app)
