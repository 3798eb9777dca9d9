"""Uses the page in headless Chromium, by keyboard only: `make test-clients`.

With SCREENSHOT=FILE it leaves a picture there.
"""

import os
import shutil
import subprocess
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from served import AJAN, ROOT, Served

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


@unittest.skipUnless(CHROMIUM and DRIVER, "chromium and chromium-driver are not installed")
class PageTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        index = os.path.join(cls.folder.name, "sss.index")
        subprocess.run(
            [AJAN, "index", str(ROOT / "Samples/sss-tr/corpus.jsonl"), "--out", index],
            check=True, capture_output=True,
        )
        cls.server = Served("--index", index)
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in ("--headless=new", "--no-sandbox", "--window-size=1180,940", "--lang=tr",
                         "--force-device-scale-factor=1", "--hide-scrollbars"):
            options.add_argument(argument)
        options.add_experimental_option("prefs", {"intl.accept_languages": "tr"})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(executable_path=DRIVER))

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.server.stop()
        cls.folder.cleanup()

    def setUp(self):
        self.browser.get(self.server.url)
        self.browser.execute_script("localStorage.clear(); history.replaceState(null, '', '/')")
        self.browser.get(self.server.url)
        self.until(lambda: "belge" in self.text("#corpus"))

    def tearDown(self):
        errors = [entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]
        self.assertEqual(errors, [])

    def until(self, condition):
        return WebDriverWait(self.browser, 20).until(lambda _: condition())

    def text(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector).text

    def press(self, *keys):
        webdriver.ActionChains(self.browser).send_keys(*keys).perform()

    def hits(self):
        return self.browser.find_elements(By.CSS_SELECTOR, ".hit")

    def focused(self):
        return self.browser.switch_to.active_element

    def test_search_by_keyboard_only(self):
        self.assertEqual(self.focused().get_attribute("id"), "query")
        self.press("ekspres teslimat hangi şehirlerde var?")
        self.until(self.hits)
        self.assertIn("sonuç", self.text("#status"))
        self.assertTrue(self.browser.find_elements(By.CSS_SELECTOR, ".hit mark"))
        self.assertIn("ms", self.text("#timings"))
        if os.environ.get("SCREENSHOT"):
            self.press(Keys.ARROW_DOWN)
            self.browser.execute_async_script("setTimeout(arguments[0], 700)")
            self.browser.save_screenshot(os.environ["SCREENSHOT"])
            self.press(Keys.ESCAPE)
        self.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        second = self.hits()[1]
        self.assertEqual(self.focused(), second)
        self.press(Keys.ENTER)
        self.assertEqual(second.get_attribute("aria-expanded"), "true")
        self.assertTrue(second.find_element(By.CSS_SELECTOR, ".more dl").is_displayed())
        self.press(Keys.ENTER)
        self.assertFalse(second.find_elements(By.CSS_SELECTOR, ".more"))
        self.press(Keys.ESCAPE)
        self.assertEqual(self.focused().get_attribute("id"), "query")

    def test_language_theme_and_help_by_keyboard_only(self):
        self.press("iade", Keys.ENTER)
        self.until(self.hits)
        self.press(Keys.ARROW_DOWN, "l")
        self.assertIn("results", self.text("#status"))
        self.assertEqual(self.browser.find_element(By.TAG_NAME, "html").get_attribute("lang"), "en")
        self.press(Keys.ESCAPE, Keys.ARROW_DOWN, "t", "t")
        theme = self.browser.find_element(By.TAG_NAME, "html").get_attribute("data-theme")
        self.assertEqual(theme, "dark")
        self.press("?")
        self.assertTrue(self.browser.find_element(By.ID, "keys").is_displayed())
        self.press(Keys.ESCAPE)
        self.assertFalse(self.browser.find_element(By.ID, "keys").is_displayed())

    def test_every_control_is_reached_with_tab_and_has_a_name(self):
        reached = set()
        for _ in range(12):
            self.press(Keys.TAB)
            element = self.focused()
            if element.tag_name == "body":
                continue
            name = element.accessible_name
            self.assertTrue(name, element.get_attribute("outerHTML"))
            reached.add(element.get_attribute("id") or name)
        self.assertLessEqual({"theme", "language", "help", "query"}, reached)

    def test_a_failure_is_shown(self):
        self.browser.execute_script("window.fetch = () => Promise.reject(new TypeError('net'))")
        self.press("kargo", Keys.ENTER)
        self.until(lambda: "ulaşılamıyor" in self.text("#status"))


if __name__ == "__main__":
    unittest.main()
