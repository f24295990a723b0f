import re
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

SOURCE = Path(__file__).parents[1] / "src"


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    try:
        with urlopen(Request(url, headers=headers)) as response:
            return response.status, response.headers, response.read()
    except HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read()


@pytest.fixture
def folder(extension: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder in place of the one with the page."""
    folder = tmp_path / "static"
    folder.mkdir()
    monkeypatch.setattr(extension.page, "folder", folder)
    return folder


def test_the_page_and_all_that_it_names_are_there(url: str, extension: Any) -> None:
    status, headers, page = get(url)
    if status == 404 and SOURCE in extension.page.folder.parents:
        pytest.skip("the page is not built yet: make build")
    assert (status, headers.get_content_type()) == (200, "text/html")
    files = re.findall(r'(?:src|href)="\./([^"]+)"', page.decode())
    assert "assets/index.js" in files
    for file in files:
        status, headers, content = get(f"{url}/{file}")
        assert (status, bool(content), headers["X-Content-Type-Options"]) == (200, True, "nosniff")


def test_the_page_is_where_the_subdomain_begins(localstack: str, extension: Any, folder: Path) -> None:
    (folder / "index.html").write_text("hello")
    host = f"{extension.name}.{localstack.removeprefix('http://')}"
    assert get(localstack, Host=host)[::2] == (200, b"hello")


def test_a_page_that_is_not_built_says_how(url: str, folder: Path) -> None:
    status, _, content = get(url)
    assert status == 404
    assert b"make build" in content


def test_a_new_build_is_seen_at_once(url: str, folder: Path) -> None:
    (folder / "index.html").write_text("old")
    _, headers, content = get(url)
    assert (content, headers["Cache-Control"]) == (b"old", "no-cache")
    tag = headers["ETag"]
    assert get(url, **{"If-None-Match": tag})[::2] == (304, b"")

    (folder / "index.html").write_text("newer")
    assert get(url, **{"If-None-Match": tag})[::2] == (200, b"newer")


@pytest.mark.parametrize("path", ["nothing", "..", "../../secret", "..%2f..%2fsecret", "%00"])
def test_nothing_else_is_served(url: str, folder: Path, path: str) -> None:
    (folder / "assets").mkdir()
    (folder.parent / "secret").write_text("secret")
    status, _, content = get(f"{url}/assets/{path}")
    assert status == 404
    assert b"secret" not in content


def test_a_bucket_of_the_same_name_is_reached(s3: Any, localstack: str, extension: Any) -> None:
    bucket = extension.name[:63].strip("-")
    if len(bucket) < 3:
        pytest.skip("no bucket can have this name")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="api/calls", Body=b"mine")
    port = localstack.rpartition(":")[2]
    host = {"Host": f"{bucket}.s3.localhost.localstack.cloud:{port}"}
    assert get(f"{localstack}/api/calls", **host)[2] == b"mine"


def test_a_query_survives_the_slash_that_is_added(url: str, folder: Path) -> None:
    (folder / "index.html").write_text("hello")
    with urlopen(f"{url}?x=1") as response:
        assert response.url == f"{url}/?x=1"
