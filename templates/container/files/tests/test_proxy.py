"""What comes through the gateway to the program, and back; the program is one that runs already."""

import http.client
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import _program
import pytest
import requests


@pytest.fixture(scope="session")
def target(extension: Any) -> Iterator[str]:
    """The URL of the program, of which the extension learns as a user tells it."""
    variable = sys.modules[type(extension).__module__].URL_FROM
    with _program.running() as url:
        os.environ[variable] = url
        yield url
        del os.environ[variable]


@pytest.fixture(scope="session")
def localstack(target: str, localstack: str) -> str:
    """The one of conftest.py, started with the program there."""
    return localstack


@pytest.fixture(params=["localhost.localstack.cloud", "localhost"])
def host(request: pytest.FixtureRequest, extension: Any, port: int) -> str:
    """Where the program is as if it were alone."""
    if len(extension.name) > 63:
        pytest.skip("no host can have this name")
    return f"{extension.name}.{request.param}:{port}"


def seen(response: requests.Response) -> Any:
    assert response.status_code == 200, response.text
    return response.json()


def test_status(url: str, target: str) -> None:
    status = seen(requests.get(f"{url}/_status"))
    assert (status["state"], status["url"], status["image"]) == ("external", target, None)


def test_request_arrives_as_it_was_sent(url: str, extension: Any, target: str) -> None:
    path = "/a%2Fb//c%20d/?x=1&x=2&flag&q=%C3%A4+b"
    got = seen(requests.put(url + path, data=b"\x00\xff" * 5, headers={"X-Own": "a, b", "Connection": "close"}))
    assert (got["method"], got["path"], got["size"]) == ("PUT", path, 10)
    assert got["headers"]["X-Own"] == "a, b"
    assert got["headers"]["Host"] == urlsplit(target).netloc
    assert got["headers"]["X-Forwarded-Prefix"] == f"/_extension/{extension.name}"
    assert got["headers"]["X-Forwarded-Host"] == urlsplit(url).netloc
    assert "Connection" not in got["headers"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_methods(url: str, method: str) -> None:
    assert seen(requests.request(method, f"{url}/x"))["method"] == method


def test_head(url: str) -> None:
    response = requests.head(f"{url}/body")
    assert (response.status_code, response.content) == (200, b"")


def test_forms_arrive_byte_for_byte(url: str) -> None:
    form = b"b=2&a=1&b=%7E&empty"
    assert (
        requests.post(f"{url}/body", form, headers={"Content-Type": "application/x-www-form-urlencoded"}).content
        == form
    )
    parts = b'--x\r\nContent-Disposition: form-data; name="f"; filename="n"\r\nX-Odd: 1\r\n\r\nhello\r\n--x--\r\n'
    assert (
        requests.post(f"{url}/body", parts, headers={"Content-Type": "multipart/form-data; boundary=x"}).content
        == parts
    )


def test_large_bodies_go_both_ways(url: str) -> None:
    body = os.urandom(20_000_000)
    assert requests.post(f"{url}/body", body).content == body


@pytest.mark.parametrize("status", [204, 304, 404, 418, 500])
def test_answers_of_the_program_are_its_own(url: str, status: int) -> None:
    assert requests.get(f"{url}/status/{status}").status_code == status


def test_headers_come_once(url: str) -> None:
    response = requests.post(f"{url}/x", b"x")
    assert response.headers["Content-Type"] == "application/json"
    for name in ["Content-Length", "Content-Type", "Date", "Server"]:
        assert len(response.raw.headers.getlist(name)) == 1, name


def test_cookies_stay_with_their_client(url: str) -> None:
    response = requests.get(f"{url}/cookies")
    assert sorted(response.raw.headers.getlist("Set-Cookie")) == ["one=1; Path=/", "two=2; Path=/"]
    assert "Cookie" not in seen(requests.get(f"{url}/x"))["headers"]
    assert seen(requests.get(f"{url}/x", cookies={"one": "1"}))["headers"]["Cookie"] == "one=1"


def test_redirects_stay_below_the_path(url: str, extension: Any, target: str) -> None:
    mount = f"/_extension/{extension.name}"
    for location, becomes in {
        "/login?next=%2F#top": f"{mount}/login?next=%2F#top",
        f"{target}/login": f"{mount}/login",
        target: f"{mount}/",
        f"{mount}/login": f"{mount}/login",
        "login": "login",
        "?page=2": "?page=2",
        "https://example.org/login": "https://example.org/login",
        "//example.org/login": "//example.org/login",
    }.items():
        response = requests.get(f"{url}/redirect?{location}".replace("#", "%23"), allow_redirects=False)
        assert response.headers["Location"].replace("%23", "#") == becomes


def test_a_slash_is_added(url: str, extension: Any) -> None:
    response = requests.post(f"{url}?a=1", allow_redirects=False)
    assert (response.status_code, response.headers["Location"]) == (308, f"/_extension/{extension.name}/?a=1")
    assert seen(requests.get(url))["path"] == "/"


def test_streams_come_as_they_are_sent(url: str) -> None:
    begun = time.monotonic()
    response = requests.get(f"{url}/stream", stream=True)
    times = [time.monotonic() - begun for line in response.iter_lines(chunk_size=1) if line]
    assert len(times) == 3
    assert times[0] < times[2] - 0.3


def test_many_at_once(url: str) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: requests.get(f"{url}/slow").text, range(20)))
    assert answers == ["at last"] * 20
    assert time.monotonic() - begun < 5


def test_host(localstack: str, host: str, target: str) -> None:
    for path in ["/", "/a//b?c", "/_extension/x"]:
        got = seen(requests.get(localstack + path, headers={"Host": host}))
        assert got["path"] == path
        assert got["headers"]["X-Forwarded-Host"] == host
    response = requests.get(f"{localstack}/redirect?{target}/login", headers={"Host": host}, allow_redirects=False)
    assert response.headers["Location"] == "/login"


def test_pages_at_the_host_may_post_to_it(localstack: str, host: str) -> None:
    origin = f"http://{host}"
    assert requests.post(f"{localstack}/x", headers={"Host": host, "Origin": origin}).status_code == 200
    assert requests.post(f"{localstack}/x", headers={"Host": host, "Origin": "http://example.org"}).status_code == 403


def test_a_bucket_of_the_same_name(s3: Any, localstack: str, extension: Any, port: int) -> None:
    bucket = extension.name[:63].strip("-")
    if len(bucket) < 3:
        pytest.skip("no bucket can have this name")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"mine")
    host = f"{bucket}.s3.localhost.localstack.cloud:{port}"
    assert requests.get(f"{localstack}/k", headers={"Host": host}).content == b"mine"


def test_an_answer_that_breaks_off(url: str) -> None:
    with pytest.raises(requests.RequestException):
        _ = requests.get(f"{url}/cut", timeout=10).content
    assert requests.get(f"{url}/x").status_code == 200


def test_the_program_ends_and_comes_back(url: str, localstack: str, extension: Any, s3: Any) -> None:
    gone = extension._program
    with _program.running() as other:
        extension._program = type(gone)(other)
        assert requests.get(f"{url}/x").status_code == 200
    try:
        response = requests.get(f"{url}/x")
        assert response.status_code == 502
        assert other in response.json()["reason"]
        s3.list_buckets()
        with _program.running(urlsplit(other).port or 0):
            assert requests.get(f"{url}/x").status_code == 200
    finally:
        extension._program = gone


def test_clients_that_leave_early(url: str, port: int) -> None:
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", f"{urlsplit(url).path}/stream")
        connection.getresponse().read(5)
        connection.close()
    assert requests.get(f"{url}/x").status_code == 200
