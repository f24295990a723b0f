import json
from typing import Any
from urllib.request import urlopen

import pytest
from conftest import client


def get(url: str) -> Any:
    with urlopen(url) as response:
        return json.load(response)


def test_aws_calls_are_listed(url: str, s3: Any) -> None:
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="cat.txt", Body=b"meow")
    assert s3.get_object(Bucket="pictures", Key="cat.txt")["Body"].read() == b"meow"

    answer = get(f"{url}/calls")
    assert answer["counts"]["s3"] >= 3
    operations = [call["operation"] for call in answer["calls"][:3]]
    assert operations == ["GetObject", "PutObject", "CreateBucket"]
    assert {call["status"] for call in answer["calls"][:3]} == {200}


def test_the_calls_of_one_service(url: str, s3: Any) -> None:
    s3.list_buckets()
    assert {call["service"] for call in get(f"{url}/calls?service=s3")["calls"]} == {"s3"}
    assert get(f"{url}/calls?service=sqs")["calls"] == []


def test_a_call_that_fails_is_listed_with_its_status(url: str, s3: Any) -> None:
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.get_object(Bucket="no-such-bucket", Key="key")
    [call, *_] = get(f"{url}/calls")["calls"]
    assert (call["operation"], call["status"]) == ("GetObject", 404)


def test_what_services_call_by_themselves_is_not_listed(url: str, localstack: str) -> None:
    client("sqs", localstack).create_queue(QueueName="orders")
    client("sqs", localstack).list_queues()
    assert "cloudwatch" not in get(f"{url}/calls")["counts"]


def test_own_routes_are_no_aws_calls(url: str) -> None:
    before = get(f"{url}/calls")["calls"]
    assert get(f"{url}/calls")["calls"] == before
