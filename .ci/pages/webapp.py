"""Looks at the pages of the skeleton `webapp` in a browser: with the mouse, with the keyboard, without JavaScript."""

from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait


def visit(driver, url, shot):
    """Click through the pages below the URL, and forget the calls that were there."""
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
    loaded(button(driver, "Clear the log").click)
    shows("#summary", "0 calls")
    assert "s3 ls" in text("#counts")

    # New calls come in without a click.
    call(f"{s3}/pictures", "PUT")
    call(f"{s3}/missing/key")
    shows("#summary", "2 calls")
    assert "CreateBucket" in text("#calls")
    shot("webapp")

    # Paused, they do not.
    button(driver, "Pause updates").click()
    call(f"{s3}/pictures")
    shows("#live-problem", "Paused")
    driver.execute_async_script("setTimeout(arguments[0], 2500)")
    assert text("#summary") == "2 calls"
    button(driver, "Resume updates").click()
    shows("#summary", "3 calls")

    # The filter is a form like any other.
    Select(driver.find_element(By.ID, "service")).select_by_value("s3")
    loaded(driver.find_element(By.ID, "show").send_keys, Keys.ENTER)
    assert driver.current_url.endswith("/?service=s3")
    shows("#summary", "3 calls of s3")

    # From a call and back, by the keyboard alone.
    loaded(driver.find_element(By.LINK_TEXT, "GetObject").send_keys, Keys.ENTER)
    assert "/calls/" in driver.current_url
    assert text("h1") == "GetObject"
    assert "404" in text(".facts")
    tab(driver)
    wait.until(lambda _: driver.switch_to.active_element.text == "Skip to content")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    wait.until(lambda _: driver.switch_to.active_element.get_attribute("id") == "main")
    tab(driver)
    assert driver.switch_to.active_element.text == "All calls"
    loaded(driver.switch_to.active_element.send_keys, Keys.ENTER)
    assert text("h1") == "AWS calls"

    # The log is cleared from the keyboard, too.
    loaded(button(driver, "Clear the log").send_keys, Keys.SPACE)
    assert text("#summary") == "0 calls"

    driver.get(f"{url}/some/where")
    assert text("h1") == "No such page"
    complaints(driver, 404)
    loaded(driver.find_element(By.LINK_TEXT, "Go to the first page").click)
    assert text("h1") == "AWS calls"


def button(driver, text):
    """The button with this text."""
    return driver.find_element(By.XPATH, f"//button[.='{text}']")


def tab(driver):
    """Press the key where the focus is."""
    ActionChains(driver).send_keys(Keys.TAB).perform()


def call(url, method="GET"):
    """Send a request to an AWS service, whatever it answers."""
    try:
        urlopen(Request(url, method=method), timeout=20).close()
    except HTTPError as error:
        error.close()


def complaints(driver, *expected):
    """Take the browser's complaints out of its log: they must be of these statuses, which were asked for."""
    told = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    assert [message for message in told if not any(f"status of {status}" in message for status in expected)] == [], told
