"""The interface under bad requests: every refusal is a problem with code and advice."""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from serving import Served, serving

from models.errors import WeightMissing
from pipeline.api import Settings

MOST = 1 << 20
JPEG = {"Content-Type": "image/jpeg"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(workers=1, queue=1, max_body=MOST)
    with serving(tmp_path_factory.mktemp("api"), settings) as running:
        yield running


def problem(response: httpx.Response) -> dict[str, object]:
    """The problem in ``response``, in the form of RFC 9457."""
    assert response.headers["content-type"] == "application/problem+json"
    table = response.json()
    assert {"type", "title", "status", "detail", "code", "advice"} <= set(table)
    assert table["status"] == response.status_code
    assert table["type"] == f"urn:periksa:problem:{table['code']}"
    assert table["detail"]
    assert table["advice"]
    assert "Traceback" not in response.text
    return table


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def application(**changes: object) -> dict[str, object]:
    picture = {"data": text64(b"no picture")}
    whole = {"number": "1", "type": "lost", "office": "O", "sop": "1", "declared": {}}
    return {**whole, "portrait": picture, "documents": [], **changes}


REFUSED = [
    pytest.param("GET", "/v1/nothing", {}, b"", 404, "http.not_found", id="no such path"),
    pytest.param("GET", "/v1/mrz", {}, b"", 405, "http.method_not_allowed", id="method"),
    pytest.param("POST", "/v1/mrz", {}, b"x", 415, "request.media_type", id="no media type"),
    pytest.param("POST", "/v1/mrz", {"Content-Type": "text/html"}, b"x", 415, "request.media_type",
                 id="media type of a page"),
    pytest.param("POST", "/v1/matches", JPEG, b"x", 415, "request.media_type",
                 id="picture where JSON belongs"),
    pytest.param("POST", "/v1/mrz", JPEG, b"", 422, "image.empty", id="empty picture"),
    pytest.param("POST", "/v1/mrz", JPEG, b"hello", 422, "image.not_a_picture", id="text"),
    pytest.param("POST", "/v1/quality", JPEG, b"\xff\xd8\xff\xe0junk", 422,
                 "image.not_a_picture", id="only the beginning of a JPEG"),
    pytest.param("POST", "/v1/quality?profile=none", JPEG, b"x", 422, "profile.unknown",
                 id="unknown profile"),
    pytest.param("POST", "/v1/quality?profile=../x", JPEG, b"x", 422, "request.invalid",
                 id="profile that climbs"),
    pytest.param("POST", "/v1/mrz", JPEG, bytes(MOST + 1), 413, "request.too_large", id="large"),
    pytest.param("POST", "/v1/matches", JSON, b"", 400, "request.malformed", id="no JSON"),
    pytest.param("POST", "/v1/matches", JSON, b'{"probe": ', 400, "request.malformed",
                 id="half a JSON"),
    pytest.param("POST", "/v1/matches", JSON, b'{"probe": "\xff"}', 400, "request.malformed",
                 id="no UTF-8"),
    pytest.param("POST", "/v1/matches", JSON, b"[" * 100_000, 400, "request.malformed",
                 id="nested without end"),
    pytest.param("POST", "/v1/matches", JSON, b"[]", 422, "request.invalid", id="a list"),
    pytest.param("POST", "/v1/matches", JSON, b'{"probe": "*", "reference": ""}', 422,
                 "request.invalid", id="no base64"),
    pytest.param("POST", "/v1/matches", JSON, b'{"probe": 1, "reference": null}', 422,
                 "request.invalid", id="numbers for pictures"),
    pytest.param("POST", "/v1/matches", JSON, b'{"probe": "YQ==", "reference": "YQ=="}', 422,
                 "image.not_a_picture", id="base64 of no picture"),
    pytest.param("POST", "/v1/documents?expected=visa", JPEG, b"x", 422, "request.invalid",
                 id="a kind that is not known"),
    pytest.param("GET", "/v1/cases?limit=0", {}, b"", 422, "request.invalid", id="limit"),
    pytest.param("GET", "/v1/cases?state=lost", {}, b"", 422, "request.invalid", id="state"),
    pytest.param("GET", "/v1/cases/20261123-0000000000", {}, b"", 404, "case.not_found",
                 id="no such case"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "headers", "body", "status", "code"), REFUSED)
def test_a_bad_request_is_a_problem(
    served: Served,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
    code: str,
) -> None:
    response = served.client.request(method, path, headers=headers, content=body)
    assert response.status_code == status
    assert problem(response)["code"] == code


@pytest.mark.parametrize(
    ("change", "location"),
    [
        pytest.param({"number": ""}, "number", id="empty number"),
        pytest.param({"number": " \n"}, "number", id="blank number"),
        pytest.param({"office": 7}, "office", id="office is a number"),
        pytest.param({"declared": {"shoe_size": "43"}}, "declared", id="unknown field"),
        pytest.param({"documents": [{"kind": "sim", "data": ""}]}, "documents.0.kind", id="kind"),
        pytest.param({"extra": 1}, "extra", id="unknown key"),
    ],
)
def test_a_wrong_application_names_the_place_and_not_the_value(
    served: Served, change: dict[str, object], location: str
) -> None:
    response = served.client.post("/v1/verifications", json=application(**change))
    assert response.status_code == 422
    table = problem(response)
    assert [fault["location"] for fault in table["errors"]] == [location]
    assert text64(b"no picture") not in response.text
    assert "43" not in table["detail"]


def test_an_application_without_readable_pictures_opens_no_case(served: Served) -> None:
    response = served.client.post("/v1/verifications", json=application())
    assert response.status_code == 422
    assert problem(response)["code"] == "image.not_a_picture"
    assert served.client.get("/v1/cases").json() == {"cases": []}


def test_a_body_without_length_is_cut_off_at_the_limit(served: Served) -> None:
    connection = http.client.HTTPConnection(served.host, served.port, timeout=10)
    connection.putrequest("POST", "/v1/mrz")
    connection.putheader("Content-Type", "image/jpeg")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for _ in range(3):
        connection.send(f"{MOST // 2:x}\r\n".encode() + bytes(MOST // 2) + b"\r\n")
    response = connection.getresponse()  # the body has no end yet
    assert response.status == 413
    assert json.loads(response.read())["code"] == "request.too_large"
    connection.close()


def test_a_large_body_is_refused_by_its_header_alone(served: Served) -> None:
    connection = http.client.HTTPConnection(served.host, served.port, timeout=10)
    connection.putrequest("POST", "/v1/mrz")
    connection.putheader("Content-Type", "image/jpeg")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    response = connection.getresponse()  # not a byte of the body was sent
    assert response.status == 413
    assert json.loads(response.read())["code"] == "request.too_large"
    connection.close()


def test_a_body_that_stops_coming_is_given_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.api.limits.PART_SECONDS", 0.2)
    connection = http.client.HTTPConnection(served.host, served.port, timeout=10)
    connection.putrequest("POST", "/v1/mrz")
    connection.putheader("Content-Type", "image/jpeg")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"half")
    response = connection.getresponse()
    assert response.status == 408
    assert json.loads(response.read())["code"] == "request.too_slow"
    connection.close()


def test_a_full_queue_answers_busy_and_recovers(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, entered = threading.Event(), threading.Semaphore(0)

    class Slow:
        def to_dict(self) -> dict[str, object]:
            entered.release()
            assert gate.wait(30)
            return {"found": False}

    monkeypatch.setattr("pipeline.api.routes.mrz.scan_of", lambda _sample: None)
    monkeypatch.setattr("pipeline.api.routes.mrz.read_mrz", lambda _scan, _policy: Slow())

    def post() -> httpx.Response:
        return served.client.post("/v1/mrz", headers=JPEG, content=b"x")

    with ThreadPoolExecutor(8) as clients:
        first = clients.submit(post)
        assert entered.acquire(timeout=30)
        waiting = [clients.submit(post) for _ in range(5)]  # one may wait
        deadline = time.monotonic() + 30
        while sum(each.done() for each in waiting) < 4 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert served.client.get("/healthz").status_code == 200  # still answers
        gate.set()
        answers = [first.result(), *(each.result() for each in waiting)]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert len(refused) == 4
    for answer in refused:
        assert problem(answer)["code"] == "server.busy"
        assert int(answer.headers["retry-after"]) > 0
    assert post().status_code == 200


def test_a_fault_of_our_own_shows_no_inside(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("SITI CONTOH in /srv/secret")

    monkeypatch.setattr("pipeline.api.routes.mrz.scan_of", fail)
    response = served.client.post("/v1/mrz", headers=JPEG, content=b"x")
    assert response.status_code == 500
    assert problem(response)["code"] == "internal"
    assert "SITI" not in response.text
    assert "secret" not in response.text


def test_readiness_names_what_is_missing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    assert served.client.get("/readyz").json() == {"status": "ready"}

    def missing(name: str) -> Path:
        raise WeightMissing("model.missing", f"no weight {name}", "Run: periksa models install")

    monkeypatch.setattr("pipeline.api.routes.health.path_of", missing)
    response = served.client.get("/readyz")
    assert response.status_code == 503
    table = problem(response)
    assert table["code"] == "server.not_ready"
    assert [reason["code"] for reason in table["reasons"]] == ["model.missing"]
    assert served.client.get("/healthz").json() == {"status": "ok"}
