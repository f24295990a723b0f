"""Chromium without a window, as Debian packages it: to use pages, to search them for barriers, and to photograph them."""

import shutil
import subprocess
from pathlib import Path

from environment import ROOT
from selenium import webdriver

AXE = "4.14.1"
DESKTOP, PHONE = (960, 600), (390, 844)


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
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def photograph(self, name, folder):
        """The sizes in bytes of a picture as on a desk and one as on a phone, which must not be wider than the phone."""
        sizes = []
        for suffix, size in (("", DESKTOP), ("-phone", PHONE)):
            self.resize(size)
            width = self.driver.execute_script("return document.documentElement.scrollWidth")
            if width > size[0]:
                raise AssertionError(f"the page is {width} pixels wide on a screen of {size[0]}")
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
        """What the browser itself had to say against the page."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

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
