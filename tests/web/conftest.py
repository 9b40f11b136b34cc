"""The application in this process, over three small documents."""

from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from chatbot import Chatbot
from chatbot.web.application import create_application
from chatbot.web.service import Service


@pytest.fixture
def bot(leaflets, tmp_path, encoder):
    return Chatbot.open(leaflets, store=tmp_path / "store", encoder=encoder)


@pytest.fixture
def open_client(bot):
    """A client of an application with these settings of `Service`."""

    @contextmanager
    def opened(**settings):
        with TestClient(create_application(Service(bot, **settings))) as client:
            yield client

    return opened


@pytest.fixture
def client(open_client):
    with open_client(per_minute=10_000) as client:
        yield client
