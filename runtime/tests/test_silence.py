"""It listens on loopback only, talks to nobody, starts no program: every attempt is recorded."""

import json
import re
import sys

import psutil
import pytest
from botocore.exceptions import ClientError

from conftest import FOLDER, aws

RECORDER = """
import json, os, runpy, sys
record = open(sys.argv[1], "a", buffering=1)
WATCHED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")
PLAIN = (str, bytes, int, tuple)
def note(event, arguments):
    if event.startswith(WATCHED):
        plain = [repr(argument) for argument in arguments if isinstance(argument, PLAIN)]
        record.write(json.dumps([event, plain]) + chr(10))
sys.addaudithook(note)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
HARMLESS = {"socket.__new__", "socket.gethostname"}
LOOPBACK = re.compile(r"'(127\.0\.0\.1|::1|localhost)'")


def test_it_is_silent_and_on_loopback_only(site, host, tmp_path):
    site.add(
        "quiet",
        """
        class Ext(Extension):
            name = "quiet"
            def update_gateway_routes(self, router):
                router.add("/quiet", lambda request: http.Response("quiet"))
        """,
    )
    recorder = tmp_path / "recorder.py"
    recorder.write_text(RECORDER)
    record = tmp_path / "record"
    recorded = [sys.executable, "-I", "-B", recorder, record, FOLDER]
    running = host(site, command=recorded, services="s3,sqs,kms")
    url = running.ready()["url"]
    client = aws("s3", url)
    client.create_bucket(Bucket="bucket")
    queue = aws("sqs", url).create_queue(QueueName="queue")["QueueUrl"]
    target = {"QueueArn": "arn:aws:sqs:us-east-1:000000000000:queue"}
    configuration = {"QueueConfigurations": [target | {"Events": ["s3:ObjectCreated:*"]}]}
    client.put_bucket_notification_configuration(
        Bucket="bucket", NotificationConfiguration=configuration
    )
    client.put_object(Bucket="bucket", Key="key", Body=b"value")
    assert aws("sqs", url).receive_message(QueueUrl=queue, WaitTimeSeconds=2)["Messages"]
    with pytest.raises(ClientError, match="not enabled"):
        aws("dynamodb", url).list_tables()
    with pytest.raises(ClientError, match="has not yet been emulated"):
        aws("kms", url).describe_custom_key_stores()
    running.stop()

    attempts = [json.loads(line) for line in record.read_text().splitlines()]
    assert ["socket.bind", ["('127.0.0.1', 0)"]] in attempts
    outside = [
        (event, arguments)
        for event, arguments in attempts
        if event not in HARMLESS and not LOOPBACK.search("".join(arguments))
    ]
    assert outside == []


def test_the_recorder_would_notice(site, host, tmp_path):
    """The same recording, with an extension that is not silent."""
    site.add(
        "noisy",
        """
        import socket, subprocess
        class Ext(Extension):
            name = "noisy"
            def on_platform_ready(self):
                socket.socket().bind(("0.0.0.0", 0))
                subprocess.run(["true"])
        """,
    )
    recorder = tmp_path / "recorder.py"
    recorder.write_text(RECORDER)
    record = tmp_path / "record"
    running = host(site, command=[sys.executable, "-I", "-B", recorder, record, FOLDER])
    running.ready()
    running.stop()
    text = record.read_text()
    assert "0.0.0.0" in text
    assert "subprocess.Popen" in text


def test_what_is_kept_makes_the_first_call_quick(site, host, cache):
    """Root is new in every run; only the cache stays, with the index of the service catalogue."""
    first = host(site)
    aws("s3", first.ready()["url"]).list_buckets()
    first.stop()
    assert list(cache.glob("service-catalog-*.dill"))
    assert list(cache.glob("*.pem"))
    second = host(site)
    client = aws("s3", second.ready()["url"])
    # Of the processor's time, which does not depend on what else this machine does.
    process = psutil.Process(second.process.pid)
    before = sum(process.cpu_times()[:2])
    client.list_buckets()
    assert sum(process.cpu_times()[:2]) - before < 1.0


def test_services_that_are_not_asked_for(site, host):
    running = host(site, services="s3")
    with pytest.raises(ClientError, match="Service 'sqs' is not enabled"):
        aws("sqs", running.ready()["url"]).list_queues()
    wider = host(site, services="s3", environment={"SERVICES": "sqs"})
    sqs = aws("sqs", wider.ready()["url"])
    assert sqs.create_queue(QueueName="q")["QueueUrl"].startswith("http://localhost:")


def test_it_can_be_prepared(host, tmp_path):
    """The cache is filled, nothing is served."""
    cache = tmp_path / "own-cache"
    running = host(cache=str(cache), prepare=True)
    assert running.event("stopped")
    assert running.process.wait(20) == 0
    assert not [event for event in running.events if event["event"] == "ready"]
    assert list(cache.glob("service-catalog-*.dill"))
