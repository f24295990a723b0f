"""Clicks through the page of the skeleton `react`, as it is served by a running LocalStack or by Vite's dev server."""

import urllib.error
import urllib.request

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait


def visit(driver, url, shot):
    """Go through the page at the URL, which must have seen no AWS call yet or forget those it has."""
    wait = WebDriverWait(driver, 10)
    driver.get(url)
    wait.until(lambda _: status(driver).startswith("Live, "))
    assert driver.find_element(By.TAG_NAME, "h1").text == driver.title != ""
    button(driver, "Clear").click()

    # The empty page tells what to do, with the address that AWS clients need.
    hint = wait.until(lambda _: driver.find_element(By.CSS_SELECTOR, "pre code")).text.split()
    assert hint[:2] == ["aws", "--endpoint-url"] and hint[3:] == ["s3", "ls"], hint
    endpoint = hint[2]

    # Calls appear by themselves, the newest first.
    s3(endpoint, "/")
    s3(endpoint, "/no-such-bucket")
    sqs(endpoint)
    wait.until(lambda _: len(rows(driver)) == 3)
    assert [row[1:] for row in rows(driver)] == [
        ["sqs", "ListQueues", "200"],
        ["s3", "ListObjects", "404"],
        ["s3", "ListBuckets", "200"],
    ], rows(driver)
    assert status(driver) == "Live, 3 AWS calls"

    # One service alone, by mouse; all of them again, by keyboard.
    services = driver.find_elements(By.CSS_SELECTOR, "fieldset label")
    assert [service.text for service in services] == ["all 3", "s3 2", "sqs 1"]
    services[1].click()
    wait.until(lambda _: [row[1] for row in rows(driver)] == ["s3", "s3"])
    driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT)
    wait.until(lambda _: len(rows(driver)) == 3)
    shot("react")

    # A pause, by keyboard; what passes meanwhile comes when it ends.
    button(driver, "Pause").send_keys(Keys.SPACE)
    wait.until(lambda _: status(driver) == "Paused, 3 AWS calls")
    sqs(endpoint)
    button(driver, "Resume").send_keys(Keys.ENTER)
    wait.until(lambda _: len(rows(driver)) == 4)

    button(driver, "Clear").click()
    wait.until(lambda _: status(driver) == "Live, 0 AWS calls")
    assert rows(driver) == []

    width = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert driver.execute_script(width) == 0, "the page scrolls sideways"


def status(driver):
    found = driver.find_elements(By.CSS_SELECTOR, "[role=status]")
    return found[0].text if found else ""


def button(driver, name):
    return driver.find_element(By.XPATH, f"//button[normalize-space()='{name}']")


def rows(driver):
    # In one script: rows may be replaced between two questions of Selenium.
    script = "return [...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.innerText))"
    return driver.execute_script(script)


def s3(endpoint, path):
    call(urllib.request.Request(endpoint + path))


def sqs(endpoint):
    headers = {"X-Amz-Target": "AmazonSQS.ListQueues", "Content-Type": "application/x-amz-json-1.0"}
    call(urllib.request.Request(endpoint + "/", data=b"{}", headers=headers))


def call(request):
    # The shape of a signature, whose scope names the service; LocalStack does not verify it.
    service = "sqs" if request.data else "s3"
    scope = f"test/20260101/us-east-1/{service}/aws4_request"
    request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
    try:
        urllib.request.urlopen(request, timeout=30).close()
    except urllib.error.HTTPError as answer:
        assert answer.code < 500, answer
