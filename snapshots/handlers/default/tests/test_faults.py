"""What AWS clients see of the rules."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from conftest import client


@pytest.fixture(autouse=True)
def _once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients do not repeat what fails."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture
def rule(url: str) -> Iterator[Callable[..., int]]:
    """Adds rules, which end with the test."""
    added: list[int] = []

    def add(**fields: Any) -> int:
        answer = requests.post(f"{url}/api/rules", json=fields, timeout=5)
        assert answer.status_code == 201, answer.text
        added.append(answer.json()["id"])
        return added[-1]

    yield add
    for id in added:
        requests.delete(f"{url}/api/rules/{id}", timeout=5).raise_for_status()


def hits(url: str, id: int) -> int:
    """How often a rule was applied."""
    [hits] = [rule["hits"] for rule in requests.get(f"{url}/api/rules", timeout=5).json() if rule["id"] == id]
    assert isinstance(hits, int)
    return hits


# In all protocols that the services of a small LocalStack have: XML, JSON, query.
@pytest.mark.parametrize(
    ("service", "operation", "arguments", "code", "status"),
    [
        ("s3", "list_buckets", {}, "SlowDown", 503),
        ("s3", "get_object", {"Bucket": "pictures", "Key": "cat"}, "NoSuchKey", 404),
        ("sqs", "get_queue_url", {"QueueName": "orders"}, "OverLimit", 403),
        ("kms", "describe_key", {"KeyId": "main"}, "NotFoundException", 400),
        ("sns", "list_topics", {}, "Throttling", 400),
    ],
)
def test_an_error_is_like_one_of_the_service(
    localstack: str, rule: Callable[..., int], service: str, operation: str, arguments: Any, code: str, status: int
) -> None:
    id = rule(service=service, code=code, status=status, message="Not <now> & here")
    aws = client(service, localstack)
    with pytest.raises(ClientError) as caught:
        getattr(aws, operation)(**arguments)
    response = caught.value.response
    assert (response["Error"]["Code"], response["Error"]["Message"]) == (code, "Not <now> & here")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-fault-rule"] == str(id)
    if hasattr(aws.exceptions, code):
        assert type(caught.value) is getattr(aws.exceptions, code)


def test_an_error_without_a_body(localstack: str, rule: Callable[..., int]) -> None:
    rule(service="s3", operation="HeadObject", code="SlowDown", status=503)
    with pytest.raises(ClientError) as caught:
        client("s3", localstack).head_object(Bucket="pictures", Key="cat")
    assert caught.value.response["Error"]["Code"] == "503"


def test_an_error_in_the_query_protocol_of_sqs(localstack: str, rule: Callable[..., int]) -> None:
    rule(service="sqs", code="OverLimit", status=403, message="Too many")
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request"}
    answer = requests.post(localstack, data={"Action": "ListQueues"}, headers=headers, timeout=20)
    assert answer.status_code == 403
    assert "<Code>OverLimit</Code><Message>Too many</Message>" in answer.text
    assert "<Type>Sender</Type>" in answer.text


def test_an_upload_fails_in_order(localstack: str, rule: Callable[..., int]) -> None:
    rule(service="s3", operation="PutObject", code="SlowDown", status=503)
    with pytest.raises(ClientError, match="SlowDown"):
        client("s3", localstack).put_object(Bucket="pictures", Key="cat", Body=b"x" * 5_000_000)


def test_clients_repeat_what_may_succeed_later(
    localstack: str, url: str, rule: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    id = rule(service="s3", operation="ListBuckets", code="SlowDown", status=503, percentage=50)
    client("s3", localstack).list_buckets()
    client("s3", localstack).list_buckets()
    assert hits(url, id) == 1


def test_others_go_on(s3: Any, rule: Callable[..., int]) -> None:
    rule(service="s3", operation="Get*", code="SlowDown", status=503)
    rule(service="sqs", code="SlowDown", status=503)
    rule(service="s3", code="SlowDown", status=503, on=False)
    rule(service="s3", code="SlowDown", status=503, percentage=0)
    answer = s3.list_buckets()
    assert "x-fault-rule" not in answer["ResponseMetadata"]["HTTPHeaders"]


def test_a_delay_is_waited_and_marked(s3: Any, rule: Callable[..., int]) -> None:
    id = rule(service="s3", operation="listbuckets", delay=300)
    before = time.perf_counter()
    answer = s3.list_buckets()
    assert 0.3 <= time.perf_counter() - before < 3
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-fault-rule"] == str(id)


def test_a_percentage_is_spread_evenly(localstack: str, rule: Callable[..., int]) -> None:
    rule(service="s3", operation="ListBuckets", code="SlowDown", status=503, percentage=25)
    aws = client("s3", localstack)

    def fails() -> bool:
        try:
            aws.list_buckets()
        except ClientError:
            return True
        return False

    assert [fails() for _ in range(8)] == [False, False, False, True] * 2


def test_calls_in_many_threads_are_all_counted(localstack: str, url: str, rule: Callable[..., int]) -> None:
    id = rule(service="s3", operation="ListBuckets", delay=1, percentage=50)
    aws = client("s3", localstack)
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: aws.list_buckets(), range(200)))
    assert hits(url, id) == 100


def test_what_services_ask_of_each_other_is_left_alone(localstack: str, s3: Any, rule: Callable[..., int]) -> None:
    sqs = client("sqs", localstack)
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.create_bucket(Bucket="watched")
    s3.put_bucket_notification_configuration(
        Bucket="watched",
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
    sqs.purge_queue(QueueUrl=queue)
    rule(service="sqs", operation="SendMessage", code="OverLimit", status=403)
    with pytest.raises(ClientError, match="OverLimit"):
        sqs.send_message(QueueUrl=queue, MessageBody="from a user")
    s3.put_object(Bucket="watched", Key="cat", Body=b"meow")
    [message] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=10)["Messages"]
    assert json.loads(message["Body"])["Records"][0]["s3"]["object"]["key"] == "cat"


def test_what_goes_wrong_by_itself_is_counted(localstack: str, url: str, rule: Callable[..., int]) -> None:
    from localstack.aws.handlers import serve_custom_service_request_handlers as handlers

    def broken(chain: object, context: object, response: object) -> None:
        raise LookupError("a mistake")

    rule(service="s3", operation="ListBuckets", code="SlowDown", status=503)
    handlers.append(broken)
    try:
        for operation, arguments in {"list_buckets": {}, "get_bucket_acl": {"Bucket": "pictures"}}.items():
            with pytest.raises(ClientError):
                getattr(client("s3", localstack), operation)(**arguments)
    finally:
        handlers.remove(broken)
    failures = requests.get(f"{url}/api/report", timeout=5).json()["failures"]
    assert {"service": "s3", "operation": "GetBucketAcl", "error": "LookupError", "calls": 1} in failures
    assert "InjectedError" not in {failure["error"] for failure in failures}


def test_durations_are_noted(s3: Any, url: str, rule: Callable[..., int]) -> None:
    rule(service="s3", operation="ListBuckets", delay=200)
    s3.list_buckets()
    [noted] = [
        duration
        for duration in requests.get(f"{url}/api/report", timeout=5).json()["durations"]
        if (duration["service"], duration["operation"]) == ("s3", "ListBuckets")
    ]
    assert noted["longest"] >= 200
    assert noted["mean"] <= noted["longest"]


def test_a_mistake_in_the_rules_fails_no_call(s3: Any, extension: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension.rules, "due", None)
    assert s3.list_buckets()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_shutting_down_ends_delays(extension: Any, s3: Any, rule: Callable[..., int]) -> None:
    rule(service="s3", delay=60_000)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(s3.list_buckets)
        time.sleep(0.2)
        assert not waiting.done()
        extension.on_platform_shutdown()
        assert waiting.result(5)
    extension.handlers.stopping.clear()


GIVEN = [{"service": "s3", "code": "SlowDown"}, {"delay": -1, "colour": "red"}, 3, {"delay": "20", "on": False}]


@pytest.mark.parametrize("in_file", [False, True])
def test_rules_are_given_by_the_environment(
    extension: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path, in_file: bool
) -> None:
    text = json.dumps(GIVEN)
    file = tmp_path / "rules.json"
    file.write_text(text)
    monkeypatch.setenv("FAULT_RULES", str(file) if in_file else text)
    another = type(extension)()
    another.on_extension_load()
    assert [(entry.rule.service, entry.rule.delay, entry.rule.on) for entry in another.rules] == [
        ("s3", 0, True),
        ("*", 20, False),
    ]
    assert "rule 2 is left out: colour is not known; delay must be a whole number from 0 to 60000" in caplog.text
    assert "rule 3 is left out: must be an object" in caplog.text


@pytest.mark.parametrize("text", ["[", "/no/such/file", "[" * 100_000])
def test_what_is_no_list_of_rules_is_logged(
    extension: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    monkeypatch.setenv("FAULT_RULES", text)
    another = type(extension)()
    another.on_extension_load()
    assert list(another.rules) == []
    assert "FAULT_RULES" in caplog.text
