"""The pages, as a browser and a script ask for them, from a LocalStack that runs for the tests."""

import re
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests


@pytest.fixture(autouse=True)
def calls(url: str, s3: Any) -> None:
    """One call of each kind, and nothing else, in the log."""
    requests.delete(f"{url}/api/calls", timeout=5).raise_for_status()
    s3.list_buckets()
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.list_objects_v2(Bucket="missing")


@pytest.fixture(params=["path", "subdomain"])
def mount(request: pytest.FixtureRequest, url: str, extension: Any) -> tuple[str, dict[str, str]]:
    """Both addresses of the extension: what to ask, and with which headers."""
    if request.param == "path":
        return url, {}
    if not extension.host:
        pytest.skip("the name is too long for a subdomain")
    address = urlsplit(url)
    return f"http://{address.netloc}", {"Host": f"{extension.name}.localhost.localstack.cloud:{address.port}"}


def get(mount: tuple[str, dict[str, str]], path: str) -> requests.Response:
    """Ask for a page."""
    url, headers = mount
    return requests.get(url + path, headers=headers, timeout=5)


def test_the_overview_counts_and_lists(mount: tuple[str, dict[str, str]]) -> None:
    page = get(mount, "/")
    assert page.status_code == 200
    assert "<dt>s3</dt><dd>2</dd>" in page.text
    assert page.text.index("ListObjectsV2") < page.text.index("ListBuckets")


def test_the_overview_is_filtered_by_service(mount: tuple[str, dict[str, str]]) -> None:
    assert "ListBuckets" in get(mount, "/?service=s3").text
    assert "ListBuckets" not in get(mount, "/?service=sqs").text


def test_every_link_leads_somewhere(mount: tuple[str, dict[str, str]]) -> None:
    for link in re.findall(r'(?:href|src)="\./([^"]*)"|href="(calls/\d+)"', get(mount, "/").text):
        assert get(mount, "/" + "".join(link)).status_code == 200


def test_one_call_has_a_page(mount: tuple[str, dict[str, str]]) -> None:
    match = re.search(r'href="(calls/\d+)">ListObjectsV2', get(mount, "/").text)
    assert match
    page = get(mount, f"/{match[1]}")
    assert "<h1>ListObjectsV2</h1>" in page.text
    assert "404" in page.text
    assert 'href="../static/style.css"' in page.text


def test_what_is_asked_for_is_not_run_as_html(url: str) -> None:
    page = requests.get(f"{url}/", params={"service": "<script>"}, timeout=5)
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_pages_allow_no_script_of_others(url: str) -> None:
    policy = requests.get(url, timeout=5).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_address_that_leads_nowhere_is_no_call_of_s3(url: str) -> None:
    for path in ("calls/0", "some/where", "static/nothing.css", "static/..%2fextension.py"):
        page = requests.get(f"{url}/{path}", timeout=5)
        assert page.status_code == 404
        assert "<h1>No such page</h1>" in page.text
    assert requests.get(f"{url}/api/calls", timeout=5).json()["counts"] == {"s3": 2}


def test_static_files_end_at_their_folder(url: str) -> None:
    address = urlsplit(url)
    assert address.hostname
    connection = HTTPConnection(address.hostname, address.port or 80, timeout=5)
    connection.request("GET", f"{address.path}/static/../extension.py")
    assert connection.getresponse().status == 404


def test_the_button_clears_and_shows_the_overview_again(mount: tuple[str, dict[str, str]]) -> None:
    url, headers = mount
    answer = requests.post(f"{url}/clear", headers=headers, allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (303, "./")
    assert "ListBuckets" not in get(mount, "/").text


@pytest.mark.parametrize(("method", "path"), [("POST", "clear"), ("DELETE", "api/calls")])
@pytest.mark.parametrize("host", ["localhost", "any.execute-api.localhost.localstack.cloud"])
@pytest.mark.parametrize("origin", ["https://example.com", "https://app.localstack.cloud", "null"])
def test_other_sites_cannot_clear(url: str, method: str, path: str, host: str, origin: str) -> None:
    headers = {"Host": f"{host}:{urlsplit(url).port}", "Origin": origin}
    assert requests.request(method, f"{url}/{path}", headers=headers, timeout=5).status_code == 403
    assert requests.get(f"{url}/api/calls", timeout=5).json()["counts"] == {"s3": 2}


def test_own_pages_can_clear(url: str) -> None:
    origin = f"http://{urlsplit(url).netloc}"
    assert requests.post(f"{url}/clear", headers={"Origin": origin}, timeout=5).status_code == 200
    assert requests.get(f"{url}/api/calls", timeout=5).json() == {"calls": [], "counts": {}}


def test_the_api_gives_what_the_overview_shows(mount: tuple[str, dict[str, str]]) -> None:
    answer = get(mount, "/api/calls?service=s3").json()
    assert answer["counts"] == {"s3": 2}
    assert [call["operation"] for call in answer["calls"]] == ["ListObjectsV2", "ListBuckets"]
    assert [call["status"] for call in answer["calls"]] == [404, 200]
    assert get(mount, "/api/calls?service=sqs").json()["calls"] == []


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
