import json
import logging
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def get(url: str, **headers: str) -> Any:
    with urlopen(Request(f"{url}/api/calls", headers=headers)) as response:
        return json.load(response)


def delete(url: str, **headers: str) -> int:
    with urlopen(Request(f"{url}/api/calls", headers=headers, method="DELETE")) as response:
        status: int = response.status
        return status


def test_aws_calls_are_listed(url: str, s3: Any) -> None:
    delete(url)
    s3.create_bucket(Bucket="pictures")
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="pictures", Key="cat.jpg")

    answer = get(url)
    assert answer["counts"] == {"s3": 2}
    calls = [(call["service"], call["operation"], call["status"]) for call in answer["calls"]]
    assert calls == [("s3", "GetObject", 404), ("s3", "CreateBucket", 200)]


def test_calls_are_forgotten(url: str, s3: Any) -> None:
    s3.list_buckets()
    assert delete(url) == 204
    answer = get(url)
    assert (answer["counts"], answer["calls"]) == ({}, [])


def test_pages_of_other_origins_may_not_clear(url: str, s3: Any) -> None:
    s3.list_buckets()
    with pytest.raises(HTTPError, match="403"):
        delete(url, Origin="http://localhost.example.com")
    # LocalStack does not look at the origin where it takes the host for one of API Gateway.
    with pytest.raises(HTTPError, match="403"):
        delete(url, Origin="http://example.com", Host="abc.execute-api.localhost.localstack.cloud:4566")
    assert get(url)["calls"]


def test_the_subdomain_gives_the_same(localstack: str, url: str, extension: Any, s3: Any) -> None:
    s3.list_buckets()
    host = f"{extension.name}.{localstack.removeprefix('http://')}"
    assert get(localstack, Host=host) == get(url)
    assert get(url)["endpoint"] == localstack


def test_an_open_page_does_not_fill_the_log(url: str, extension: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="localstack.request.http"):
        get(url)
        delete(url)
    assert [record.getMessage() for record in caplog.records if record.name == "localstack.request.http"] == [
        f"DELETE /_extension/{extension.name}/api/calls => 204"
    ]
