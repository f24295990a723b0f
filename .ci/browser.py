"""Chromium without a window, as Debian packages it: to use pages, to search them for barriers, and to photograph them."""

import re
import shutil
import subprocess
from pathlib import Path

from environment import ROOT
from selenium import webdriver

AXE = "4.14.1"
DESKTOP, PHONE = (960, 600), (390, 844)
# Of a picture; a page may be longer.
HIGHEST = 900


class Browser:
    """A browser of its own for each `with`, so that nothing is left from the page before."""

    def __enter__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = program("chromium", "chromium")
        # Its sandbox needs what a container does not give; only pages of ours are opened.
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options, webdriver.ChromeService(program("chromedriver", "chromium-driver")))
        self.driver.set_page_load_timeout(30)
        self.resize(DESKTOP)
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def resize(self, size):
        """Set the size of the page itself."""
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width == PHONE[0]}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def photograph(self, name, folder):
        """The sizes in bytes of a picture as on a desk and one as on a phone, which must not be wider than the phone."""
        sizes = []
        for suffix, size in (("", DESKTOP), ("-phone", PHONE)):
            self.resize(size)
            wide, high = self.driver.execute_script(
                "scrollTo(0, 0); const page = document.documentElement; return [page.scrollWidth, document.body.offsetHeight]")
            if wide > size[0]:
                raise AssertionError(f"the page is {wide} pixels wide on a screen of {size[0]}")
            self.resize((size[0], min(high, HIGHEST)))
            picture = self.driver.get_screenshot_as_png()
            if folder:
                Path(folder).mkdir(parents=True, exist_ok=True)
                (Path(folder) / f"{name}{suffix}.png").write_bytes(picture)
            sizes.append(len(picture))
        self.resize(DESKTOP)
        return sizes

    def barriers(self):
        """What axe finds that keeps people from using the page, in light and in darkness."""
        found = []
        for scheme in ("light", "dark"):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            self.driver.execute_script(axe())
            result = self.driver.execute_async_script("axe.run().then(arguments[0])")
            found += [f"{scheme}: {one['id']}: {node['html']}" for one in result["violations"] for node in one["nodes"]]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        return found

    def complaints(self):
        """What the browser itself had to say against the page, but for pages that were asked for to be refused."""
        severe = [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]
        return [message for message in severe if not re.search(r"/[^./]+ - Failed to load resource: .* status of (404|422)", message)]

    def text(self):
        """The page as it is now."""
        return self.driver.page_source[:5000]


def program(name, package):
    """The path of a program, which is installed if it is not there."""
    if not shutil.which(name):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], check=True, stdout=subprocess.DEVNULL)
    return shutil.which(name)


def axe():
    """The script of axe-core, from npm."""
    folder = ROOT / "target/axe"
    script = folder / "node_modules/axe-core/axe.min.js"
    if not script.exists():
        command = ["npm", "install", "--prefix", folder, "--loglevel=error", "--no-audit", "--no-fund", "--no-save", f"axe-core@{AXE}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return script.read_text()
