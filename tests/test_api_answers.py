"""The interface at work: the samples over HTTP, their cases, and its own description."""

from __future__ import annotations

import base64
import hashlib
import json
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from serving import Served, serving

from pipeline.api import Settings
from pipeline.portrait.finish.record_reader import read_face_record

JPEG = {"Content-Type": "image/jpeg"}
ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "fixtures" / "applications" / "pass"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(workers=2, queue=16)
    with serving(tmp_path_factory.mktemp("api"), settings) as running:
        yield running


def data(name: str) -> str:
    return base64.b64encode((SAMPLE / name).read_bytes()).decode()


def sample() -> dict[str, Any]:
    """The passing sample as the body of a request."""
    table = tomllib.loads((SAMPLE / "application.toml").read_text(encoding="utf-8"))
    papers = [{"kind": paper["kind"], "data": data(paper["file"])} for paper in table["documents"]]
    table.update(portrait={"data": data(table["portrait"]["file"])}, documents=papers)
    return table


def test_an_application_is_verified_and_its_case_opened(served: Served) -> None:
    response = served.client.post("/v1/verifications", json=sample())
    assert response.status_code == 201
    report = response.json()
    assert report["outcome"] == "pass"
    assert {
        "application", "findings", "portrait", "documents", "face_matches", "consistency",
        "policy", "models", "timings",
    } <= set(report)  # fmt: skip
    case = served.client.get(response.headers["location"]).json()
    assert case["id"] == report["case"]["id"]
    assert case["report"] == {key: value for key, value in report.items() if key != "case"}
    assert [event["kind"] for event in case["events"]] == ["case.opened"]
    assert {item["role"] for item in case["evidence"]} == {"portrait", "old_passport", "ektp"}
    listed = served.client.get("/v1/cases", params={"outcome": "pass"}).json()["cases"]
    assert case["id"] in [each["id"] for each in listed]


def test_a_zone_is_read_from_the_raw_body(served: Served) -> None:
    picture = (SAMPLE / "passport.jpg").read_bytes()
    response = served.client.post("/v1/mrz", headers=JPEG, content=picture)
    assert response.status_code == 200
    reading = response.json()
    assert reading["found"] is True
    assert reading["format"] == "TD3"
    assert len(reading["lines"]) == 2


def test_a_document_is_read_from_the_raw_body(served: Served) -> None:
    picture = (SAMPLE / "passport.jpg").read_bytes()
    response = served.client.post(
        "/v1/documents", params={"expected": "old_passport"}, headers=JPEG, content=picture
    )
    assert response.status_code == 200
    reading = response.json()
    assert reading["type"] == "passport"
    assert reading["fields"]["surname"]["value"] == "WIJAYATAMA"
    assert len(reading["portrait_box"]) == 4


def test_a_portrait_is_measured_from_the_raw_body(served: Served) -> None:
    picture = (SAMPLE / "portrait.jpg").read_bytes()
    response = served.client.post("/v1/quality", headers=JPEG, content=picture)
    assert response.status_code == 200
    assert response.json()["verdict"] == "pass"
    assert "LuminanceMean" in response.json()["components"]


def test_a_portrait_is_finished_as_a_face_record(served: Served) -> None:
    picture = (SAMPLE / "portrait.jpg").read_bytes()
    response = served.client.post(
        "/v1/portraits",
        params={"format": "iso", "max_bytes": 15_000},
        headers=JPEG,
        content=picture,
    )
    finished = response.json()
    record = read_face_record(base64.b64decode(finished["data"]))
    assert len(record.images[0].data) == finished["picture"]["bytes"] <= 15_000
    assert finished["source_sha256"] == hashlib.sha256(picture).hexdigest()


def test_a_portrait_that_cannot_be_finished_has_findings_and_no_data(served: Served) -> None:
    tilted = (ROOT / "fixtures" / "gold" / "people" / "248_roll.jpg").read_bytes()
    response = served.client.post("/v1/portraits", headers=JPEG, content=tilted)
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["findings"][0]["code"] == "finish.no_room"


def test_two_faces_are_compared_by_several_clients_at_once(served: Served) -> None:
    body = {"probe": data("portrait.jpg"), "reference": data("passport.jpg")}
    with ThreadPoolExecutor(4) as clients:
        answers = list(
            clients.map(lambda _: served.client.post("/v1/matches", json=body), range(6))
        )
    assert [answer.status_code for answer in answers] == [200] * 6
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["decision"] == "match"


def test_the_description_is_whole(served: Served) -> None:
    document = served.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= set(schemas)
    assert "HTTPValidationError" not in schemas  # ours are problems
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            assert route["description"], (method, path)
            for status, answer in route["responses"].items():
                kind = "application/json" if status < "400" else "application/problem+json"
                assert "example" in answer["content"][kind], (method, path, status)
            if "application/json" in route.get("requestBody", {}).get("content", {}):
                assert "example" in route["requestBody"]["content"]["application/json"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_that_loads_code_from_elsewhere(served: Served, path: str) -> None:
    assert served.client.get(path).status_code == 404


def test_the_documentation_names_every_path_and_no_other(served: Served) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in served.client.get("/openapi.json").json()["paths"].items()
        for method in methods
    }
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    headings = [line for line in text.splitlines() if line.startswith("### ")]
    told = {part for line in headings for part in line.removeprefix("### ").split(", ")}
    assert told == described


@pytest.mark.parametrize("sort", ["shell", "json"])
def test_the_examples_of_the_documentation_can_be_read(sort: str) -> None:
    """Each answer is JSON; each command that sends a file sends one that is there."""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = text.split("```")[1::2]
    if sort == "json":
        answers = [block.removeprefix("json") for block in blocks if block.startswith("json")]
        assert all(isinstance(json.loads(answer), dict) for answer in answers)
        assert len(answers) >= 6
    else:
        files = [word[1:] for block in blocks for word in block.split() if word.startswith("@fix")]
        assert files
        assert all((ROOT / file).is_file() for file in files)
