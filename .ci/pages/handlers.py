"""Looks at the page of the skeleton `handlers` in a browser: adds, switches and removes rules, and what calls see of them."""

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait


def visit(driver, url, shot):
    """Click through the page at the URL, and remove the rules that were there."""
    url = url.rstrip("/")
    wait = WebDriverWait(driver, 10, ignored_exceptions=[WebDriverException])
    s3 = f"http://localhost:{urlsplit(url).port}"

    def text(selector):
        return driver.find_element(By.CSS_SELECTOR, selector).text

    def shows(selector, part):
        wait.until(lambda _: part in text(selector), f"{part!r} is not in {selector}")

    def loaded(press, *arguments):
        """Press something, and wait for the page that comes of it."""
        page = driver.find_element(By.TAG_NAME, "html")
        press(*arguments)
        wait.until(staleness_of(page))

    driver.get(f"{url}/")
    while buttons := driver.find_elements(By.XPATH, "//button[starts-with(., 'Remove')]"):
        loaded(buttons[0].click)
    assert "None" in text("#main")

    # What is wrong is told at its field, and what was typed stays.
    fill(driver, service="s3", operation="PutObject", code="Slow Down", percentage="500")
    loaded(driver.find_element(By.XPATH, "//button[.='Add the rule']").click)
    assert "not added" in text("[role=alert]")
    assert "Percentage must be a whole number" in text("#percentage-hint")
    assert driver.find_element(By.ID, "code").get_attribute("aria-invalid") == "true"
    assert driver.find_element(By.ID, "operation").get_attribute("value") == "PutObject"
    shot("handlers-problems")

    # Corrected by the keyboard alone, and sent by Enter.
    fill(driver, percentage="50", code="SlowDown", message="Please reduce your request rate.")
    loaded(driver.find_element(By.ID, "message").send_keys, Keys.ENTER)
    first = driver.find_element(By.CSS_SELECTOR, ".rules li")
    assert "s3 PutObject" in first.text
    assert "50 % of the calls fail with SlowDown (503)" in first.text
    number = first.get_attribute("id").removeprefix("rule-")
    assert driver.current_url.endswith(f"#rule-{number}")

    call(f"{s3}/pictures", "PUT")
    assert [call(f"{s3}/pictures/cat", "PUT") for _ in range(4)] == [(200, None), (503, number)] * 2
    shows(f"#hits-{number}", "hit 2 times")
    shows("#durations", "s3 PutObject")

    fill(driver, service="s3", operation="Get*", delay="250")
    loaded(driver.find_element(By.ID, "delay").send_keys, Keys.ENTER)
    assert "Calls wait 250 ms" in driver.find_elements(By.CSS_SELECTOR, ".rules li")[1].text
    shot("handlers")

    # From the address of the first rule the next stop is its own button.
    driver.get(f"{url}/#rule-{number}")
    ActionChains(driver).send_keys(Keys.TAB).perform()
    button = driver.switch_to.active_element
    assert button.text.startswith("Switch off"), button.text
    assert button.get_attribute("textContent") == f"Switch off rule {number}"
    loaded(button.send_keys, Keys.ENTER)
    assert "Off" in text(f"#rule-{number}")
    assert {call(f"{s3}/pictures/cat", "PUT") for _ in range(4)} == {(200, None)}
    loaded(driver.find_element(By.XPATH, "//button[starts-with(., 'Switch on')]").click)
    assert call(f"{s3}/pictures/cat", "PUT")[0] == 200
    assert call(f"{s3}/pictures/cat", "PUT") == (503, number)

    while buttons := driver.find_elements(By.XPATH, "//button[starts-with(., 'Remove')]"):
        loaded(buttons[0].send_keys, Keys.SPACE)
    assert call(f"{s3}/pictures/cat")[0] == 200
    driver.get(f"{url}/some/where")
    assert text("h1") == "No such page"
    complaints(driver, 404, 422)


def fill(driver, **fields):
    """Type into the form."""
    for name, value in fields.items():
        field = driver.find_element(By.ID, name)
        field.clear()
        field.send_keys(value)


def call(url, method="GET"):
    """Send a request to an AWS service; gives the status, and which rule was applied."""
    try:
        answer = urlopen(Request(url, method=method), timeout=20)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers["X-Fault-Rule"]


def complaints(driver, *expected):
    """Take the browser's complaints out of its log: they must be of these statuses, which were asked for."""
    told = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert [message for message in told if not any(f"status of {status}" in message for status in expected)] == [], told
