"""The page and the JSON API, as a browser and a script ask for them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

FORM = {"service": "s3", "operation": "*", "percentage": "100", "delay": "0", "code": "SlowDown", "status": "503"}


@pytest.fixture(autouse=True)
def _no_rules(url: str) -> Iterator[None]:
    """No rule is left of what a test adds."""
    yield
    for rule in rules(url):
        requests.delete(f"{url}/api/rules/{rule['id']}", timeout=5).raise_for_status()


def rules(url: str) -> list[dict[str, Any]]:
    """All rules."""
    answer: list[dict[str, Any]] = requests.get(f"{url}/api/rules", timeout=5).json()
    return answer


def send(url: str, data: dict[str, str] | None = None) -> tuple[int, str]:
    """Send a form, and tell where it leads."""
    answer = requests.post(url, data=data, allow_redirects=False, timeout=5)
    return answer.status_code, answer.headers.get("Location", "")


def test_rules_are_added_switched_and_removed_by_forms(url: str) -> None:
    status, address = send(f"{url}/rules", FORM)
    [rule] = rules(url)
    id = rule.pop("id")
    assert (status, address) == (303, f"./#rule-{id}")
    assert rule == {
        "service": "s3",
        "operation": "*",
        "delay": 0,
        "code": "SlowDown",
        "status": 503,
        "message": "",
        "percentage": 100,
        "on": True,
        "hits": 0,
    }
    page = requests.get(f"{url}/", timeout=5).text
    assert f'id="rule-{id}"' in page
    for state, on in [("off", False), ("off", False), ("on", True), ("on", True)]:
        assert send(f"{url}/rules/{id}/{state}") == (303, f"../../#rule-{id}")
        assert rules(url)[0]["on"] is on
    for _ in range(2):
        assert send(f"{url}/rules/{id}/remove") == (303, "../../#rules")
        assert rules(url) == []
    assert send(f"{url}/rules/{id}/on")[0] == 303


def test_the_page_is_on_the_subdomain_too(url: str, extension: Any) -> None:
    if not extension.host:
        pytest.skip("the name is too long for a subdomain")
    address = urlsplit(url)
    host = {"Host": f"{extension.name}.localhost.localstack.cloud:{address.port}"}
    assert "<h1>Faults</h1>" in requests.get(f"http://{address.netloc}/", headers=host, timeout=5).text


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(url: str) -> None:
    answer = requests.post(f"{url}/rules", data=FORM | {"percentage": "101", "code": '"><script>'}, timeout=5)
    assert answer.status_code == 422
    assert "Percentage must be a whole number from 0 to 100" in answer.text
    assert "Error code must be an error code as AWS names it" in answer.text
    assert 'value="101"' in answer.text
    assert "<script>" not in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert requests.get(f"{url}/rules", timeout=5).status_code == 200  # the form's address, when it is loaded again
    assert rules(url) == []


@pytest.mark.parametrize(
    ("rule", "problems"),
    [
        ({}, {"code": "is needed where there is no delay"}),
        ([], {"code": "is needed where there is no delay"}),
        ({"delay": 60_001}, {"delay": "must be a whole number from 0 to 60000"}),
        ({"delay": True}, {"delay": "must be a whole number from 0 to 60000"}),
        ({"delay": 1, "on": "no"}, {"on": "must be true or false"}),
        ({"delay": 1, "message": "a\nb"}, {"message": "must be one line of text"}),
        ({"delay": 1, "colour": "red"}, {"colour": "is not known"}),
        ({"code": "A\r\nB"}, {"code": "must be one line of text"}),
        ({"delay": 1, "service": "S 3", "status": 200}, ["service", "status"]),
    ],
)
def test_the_api_says_what_is_wrong(url: str, rule: Any, problems: Any) -> None:
    answer = requests.post(f"{url}/api/rules", json=rule, timeout=5)
    assert answer.status_code == 422
    told = answer.json()["problems"]
    assert told == problems if isinstance(problems, dict) else sorted(told) == problems
    assert rules(url) == []


def test_rules_are_switched_and_removed_by_the_api(url: str) -> None:
    id = requests.post(f"{url}/api/rules", json={"delay": 5}, timeout=5).json()["id"]
    rule = f"{url}/api/rules/{id}"
    for on in (False, False, True):
        assert requests.patch(rule, json={"on": on}, timeout=5).json()["on"] is on
    assert requests.patch(rule, json={"on": 1}, timeout=5).status_code == 422
    for _ in range(2):
        assert requests.delete(rule, timeout=5).status_code == 204
    assert requests.patch(rule, json={"on": True}, timeout=5).status_code == 404


def test_no_rule_keeps_the_page_from_being_shown(url: str) -> None:
    every: list[Any] = [{"code": "ServiceUnavailable", "status": 503}, {"delay": 60_000}]
    for rule in every:
        requests.post(f"{url}/api/rules", json=rule, timeout=5).raise_for_status()
    assert requests.get(f"{url}/", timeout=5).status_code == 200
    for rule in rules(url):
        assert send(f"{url}/rules/{rule['id']}/remove")[0] == 303


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "rules"),
        ("POST", "rules/{id}/off"),
        ("POST", "rules/{id}/remove"),
        ("POST", "api/rules"),
        ("PATCH", "api/rules/{id}"),
        ("DELETE", "api/rules/{id}"),
    ],
)
@pytest.mark.parametrize("host", ["localhost", "any.execute-api.localhost.localstack.cloud"])
def test_other_sites_cannot_change_rules(url: str, method: str, path: str, host: str) -> None:
    id = requests.post(f"{url}/api/rules", json={"delay": 5}, timeout=5).json()["id"]
    headers = {"Host": f"{host}:{urlsplit(url).port}", "Origin": "https://example.com"}
    path = path.format(id=id)
    assert requests.request(method, f"{url}/{path}", data=FORM, headers=headers, timeout=5).status_code == 403
    assert [(rule["id"], rule["on"]) for rule in rules(url)] == [(id, True)]


def test_a_bucket_of_the_same_name_is_reached(s3: Any, localstack: str, extension: Any) -> None:
    bucket = extension.name[:63].strip("-")
    if len(bucket) < 3:
        pytest.skip("no bucket can have this name")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="api/calls", Body=b"mine")
    port = localstack.rpartition(":")[2]
    host = {"Host": f"{bucket}.s3.localhost.localstack.cloud:{port}"}
    assert requests.get(f"{localstack}/api/calls", headers=host, timeout=5).content == b"mine"


def test_a_query_survives_the_slash_that_is_added(url: str) -> None:
    assert requests.get(f"{url}?x=1", timeout=5).url == f"{url}/?x=1"
