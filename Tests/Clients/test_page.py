"""Uses the page in headless Chromium, by keyboard only: `make test-clients`.

With SCREENSHOT=FILE it leaves a picture there.
"""

import json
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


class Page:
    """A browser that shows the page of a server with the indexes of those `names`."""

    names = ["sss"]

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        index = os.path.join(cls.folder.name, "sss.index")
        subprocess.run(
            [AJAN, "index", str(ROOT / "Samples/sss-tr/corpus.jsonl"), "--out", index],
            check=True, capture_output=True,
        )
        cls.server = Served(*[word for name in cls.names for word in ("--index", f"{name}={index}")])
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

    def property(self, selector, name):
        return self.browser.find_element(By.CSS_SELECTOR, selector).get_property(name)

    def replace_fetch(self, body):
        """Lets `body`, a function of the real `fetch` and its arguments, answer from now on."""
        self.browser.execute_script(
            f"const real = window.fetch; window.fetch = (...request) => ({body})(real, request);")

    def address(self):
        return self.browser.execute_script(
            "return Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")


@unittest.skipUnless(CHROMIUM and DRIVER, "chromium and chromium-driver are not installed")
class PageTests(Page, unittest.TestCase):
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
        self.assertTrue(second.find_element(By.CSS_SELECTOR, ".whole dl").is_displayed())
        self.press(Keys.ENTER)
        self.assertFalse(second.find_elements(By.CSS_SELECTOR, ".whole"))
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
        self.assertLessEqual({"theme", "language", "help", "query", "one"}, reached)

    def test_a_failure_is_shown(self):
        self.browser.execute_script("window.fetch = () => Promise.reject(new TypeError('net'))")
        self.press("kargo", Keys.ENTER)
        self.until(lambda: "ulaşılamıyor" in self.text("#status"))

    def test_refusals_are_told_in_the_reader_s_language(self):
        cases = [
            (401, "invalid_api_key", "API anahtarı", "API key"),
            (429, "queue_full", "çok yoğun", "too busy"),
            (404, "index_not_found", "o adda bir dizin yok", "no index of that name"),
            (413, "too_large", "Soru çok uzun", "question is too long"),
            (503, "stopping", "kapanıyor", "going down"),
            (500, "internal_error", "bir hata oldu", "Something failed"),
            (400, "invalid_value", "a word of the server", "a word of the server"),
        ]
        for status, code, turkish, english in cases:
            answer = json.dumps({"error": {"code": code, "message": "a word of the server"}})
            self.replace_fetch(
                f"async () => new Response({json.dumps(answer)}, {{ status: {status} }})")
            self.press(Keys.ESCAPE, "kargo", Keys.ENTER)
            self.until(lambda: turkish in self.text("#status"))
            self.assertEqual(
                self.browser.find_element(By.ID, "key").is_displayed(), status == 401)
            self.browser.find_element(By.ID, "language").send_keys(Keys.ENTER)
            self.assertIn(english, self.text("#status"))
            self.browser.find_element(By.ID, "language").send_keys(Keys.ENTER)
            self.assertIn(turkish, self.text("#status"))
        self.replace_fetch("async () => new Response('<h1>Bad Gateway</h1>', { status: 502 })")
        self.press(Keys.ESCAPE, "kargo", Keys.ENTER)
        self.until(lambda: "ulaşılamıyor" in self.text("#status"))

    def test_one_result_is_one(self):
        self.replace_fetch("""async (real, request) => {
            const answer = await (await real(...request)).json();
            return new Response(JSON.stringify({ ...answer, hits: answer.hits.slice(0, 1) }));
        }""")
        self.press("kargo", Keys.ENTER)
        self.until(lambda: self.text("#status").startswith("1 sonuç,"))
        self.assertFalse(self.browser.find_element(By.ID, "more").is_displayed())
        self.press(Keys.ARROW_DOWN, "l")
        self.assertTrue(self.text("#status").startswith("1 result,"))

    def test_more_results_come_ten_at_a_time(self):
        self.press("kargo", Keys.ENTER)
        self.until(self.hits)
        self.press(Keys.ARROW_DOWN, Keys.ENTER)
        for count in (10, 20, 30, 40, 50):
            self.until(lambda: len(self.hits()) == count)
            self.assertTrue(self.text("#status").startswith(f"{count} sonuç,"))
            if count > 10:
                self.until(lambda: self.focused() == self.hits()[count - 10])
            if count < 50:
                self.press(*[Keys.ARROW_DOWN] * 10)
                self.assertEqual(self.focused().get_attribute("id"), "more")
                self.press(Keys.ENTER)
        self.assertFalse(self.browser.find_element(By.ID, "more").is_displayed())
        first = self.hits()[0]
        self.assertEqual(first.get_attribute("aria-expanded"), "true", "it was opened before")
        self.assertTrue(first.find_elements(By.CSS_SELECTOR, ".whole"))


@unittest.skipUnless(CHROMIUM and DRIVER, "chromium and chromium-driver are not installed")
class AddressTests(Page, unittest.TestCase):
    names = ["sss", "kopya"]

    def ask(self, question):
        self.press(Keys.ESCAPE, question, Keys.ENTER)
        self.until(lambda: self.address().get("q") == question)

    def test_back_and_forward_find_searches(self):
        self.ask("iade süresi")
        self.assertEqual(self.address(), {"q": "iade süresi", "index": "sss"})
        self.press(Keys.TAB, Keys.ARROW_RIGHT)
        self.until(lambda: self.address().get("mode") == "hybrid")
        self.press(Keys.TAB, Keys.SPACE)
        self.until(lambda: self.address().get("one") == "1")
        self.ask("kargo")
        self.browser.back()
        self.until(lambda: self.property("#query", "value") == "iade süresi" and self.hits())
        self.assertTrue(self.property("[name=mode][value=hybrid]", "checked"))
        self.assertTrue(self.property("#one", "checked"))
        self.browser.back()
        self.until(lambda: not self.property("#one", "checked"))
        self.browser.back()
        self.until(lambda: self.property("[name=mode][value='']", "checked"))
        self.browser.forward()
        self.until(lambda: self.property("[name=mode][value=hybrid]", "checked"))
        for _ in range(2):
            self.browser.back()
        self.until(lambda: self.property("#query", "value") == "" and not self.hits())

    def test_typing_on_leaves_one_search_behind(self):
        before = self.browser.execute_script("return history.length")
        self.press("iade")
        self.until(lambda: self.address().get("q") == "iade")
        self.press(" süresi")
        self.until(lambda: self.address().get("q") == "iade süresi")
        self.press(" kaç gün", Keys.ENTER)
        self.until(lambda: self.address().get("q") == "iade süresi kaç gün")
        self.assertEqual(self.browser.execute_script("return history.length"), before + 1)

    def test_a_link_opens_the_same_search(self):
        for start in ("about:blank", self.server.url):
            self.browser.get(start)
            self.browser.get(self.server.url + "/#q=iade+s%C3%BCresi&index=kopya&mode=lexical&one=1")
            self.until(lambda: self.hits() and self.property("#index", "value") == "kopya")
            self.assertEqual(self.property("#query", "value"), "iade süresi")
            self.assertTrue(self.property("[name=mode][value=lexical]", "checked"))
            self.assertTrue(self.property("#one", "checked"))
        self.browser.get(self.server.url + "/#q=iade&index=yok")
        self.until(lambda: "o adda bir dizin yok" in self.text("#status"))
        self.assertEqual(self.hits(), [])

    def test_the_choices_are_asked_for(self):
        self.replace_fetch("""(real, request) => {
            window.asked = JSON.parse(request[1].body);
            return real(...request);
        }""")
        self.ask("kargo")
        self.press(Keys.TAB, Keys.TAB, Keys.SPACE)
        self.until(lambda: self.address().get("one") == "1")
        self.browser.find_element(By.ID, "index").send_keys(Keys.ARROW_DOWN)
        self.until(lambda: self.address().get("index") == "kopya")
        asked = self.browser.execute_script("return window.asked")
        self.assertEqual(asked, {
            "query": "kargo", "index": "kopya", "limit": 10, "one_per_document": True})


if __name__ == "__main__":
    unittest.main()
