from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from extraction.extracting import Extractor
from service.app import create_app
from service.work.model_host import ModelHost
from tests.conftest import CueTagger


@pytest.fixture
def host(cue_tagger: CueTagger) -> ModelHost:
    """A model host that is ready."""
    host = ModelHost(lambda: cue_tagger, places=1)
    host.start()
    return host


@pytest.fixture
def client(host: ModelHost) -> Iterator[FlaskClient]:
    with create_app(host, Extractor()).test_client() as client:
        yield client
