// The page of `ajan serve`. It talks to this server only and keeps nothing but the choice of language
// and theme, and an API key until the tab is closed.

const words = {
  tr: {
    title: "ajan — belgelerinizde arama", headline: "Belgelerinize Türkçe sorun.",
    skip: "Aramaya geç", placeholder: "Sorunuzu yazın, örneğin: kargom ne zaman gelir?",
    indexLabel: "Dizin", modeLegend: "Arama biçimi", modeAuto: "Dizinin ayarı",
    modeHybrid: "Karma", modeDense: "Anlam", modeLexical: "Sözcük",
    ownPassages: "Sunucuda dizin yok. Sıralanacak metinler, her satıra bir tane:",
    language: "English", languageLabel: "Switch to English",
    themes: { auto: "Otomatik", light: "Aydınlık", dark: "Karanlık" }, themeLabel: "Tema",
    help: "Klavye kısayolları", keysTitle: "Klavye kısayolları", close: "Kapat",
    keySlash: "Arama kutusuna git", keyArrows: "Sonuçlar arasında gez",
    keyEnter: "Sonucun tamamını aç veya kapat", keyEscape: "Arama kutusuna dön",
    keyLanguage: "Dili değiştir", keyTheme: "Temayı değiştir",
    keyLabel: "Bu sunucu bir API anahtarı istiyor", keySend: "Gönder",
    searching: "Aranıyor…", nothing: "Hiçbir şey bulunamadı.",
    abstained: "Yeterince olası bir yanıt yok.", lost: "Sunucuya ulaşılamıyor.",
    found: (count, ms) => `${count} sonuç, ${ms} ms`,
    corpus: (passages, documents) => `${documents} belge, ${passages} parça`,
    steps: { embed: "soruyu anlama", dense: "anlam", lexical: "sözcük", fetch: "getirme" },
    meaning: "anlam", word: "sözcük", file: "dosya", chance: "olasılık", score: "puan",
  },
  en: {
    title: "ajan — search your documents", headline: "Ask your documents, in Turkish.",
    skip: "Skip to search", placeholder: "Type a question, e.g. kargom ne zaman gelir?",
    indexLabel: "Index", modeLegend: "How to search", modeAuto: "As tuned",
    modeHybrid: "Hybrid", modeDense: "Meaning", modeLexical: "Words",
    ownPassages: "The server has no index. Texts to rank, one per line:",
    language: "Türkçe", languageLabel: "Türkçeye geç",
    themes: { auto: "Auto", light: "Light", dark: "Dark" }, themeLabel: "Theme",
    help: "Keyboard shortcuts", keysTitle: "Keyboard shortcuts", close: "Close",
    keySlash: "Go to the search box", keyArrows: "Move between results",
    keyEnter: "Open or close the whole passage", keyEscape: "Back to the search box",
    keyLanguage: "Change the language", keyTheme: "Change the theme",
    keyLabel: "This server wants an API key", keySend: "Send",
    searching: "Searching…", nothing: "Nothing was found.",
    abstained: "No answer is likely enough.", lost: "The server cannot be reached.",
    found: (count, ms) => `${count} results, ${ms} ms`,
    corpus: (passages, documents) => `${documents} documents, ${passages} passages`,
    steps: { embed: "understand", dense: "meaning", lexical: "words", fetch: "fetch" },
    meaning: "meaning", word: "words", file: "file", chance: "chance", score: "score",
  },
};

const samples = [
  "Siparişler 1–3 iş günü içinde kargoya verilir.",
  "Ürünü teslim aldıktan sonra 14 gün içinde iade edebilirsiniz.",
  "Su faturanızı belediyenin internet sitesinden ödeyebilirsiniz.",
  "Kütüphane hafta içi saat dokuzda açılır.",
];

const at = (id) => document.getElementById(id);
const typingPause = 220;
const themes = ["auto", "light", "dark"];
const state = {
  language: localStorage.getItem("language") ?? (navigator.language.startsWith("en") ? "en" : "tr"),
  theme: localStorage.getItem("theme") ?? "auto",
  indexes: [], answer: null, running: null, timer: null,
};
const say = () => words[state.language];
const number = (value, digits = 0) => new Intl.NumberFormat(state.language, {
  minimumFractionDigits: digits, maximumFractionDigits: digits,
}).format(value);

/** An element with attributes and children; text never becomes markup. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("--")) element.style.setProperty(key, value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// Calls

async function call(path, body, signal) {
  const headers = { "content-type": "application/json" };
  const key = sessionStorage.getItem("key");
  if (key) headers.authorization = `Bearer ${key}`;
  const response = await fetch(path, {
    method: body ? "POST" : "GET", headers, signal, body: body && JSON.stringify(body),
  });
  at("key").hidden = response.status !== 401;
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

async function search() {
  const query = at("query").value.trim();
  state.running?.abort();
  if (!query) return show(null);
  state.running = new AbortController();
  const { signal } = state.running;
  announce(say().searching);
  try {
    const answer = state.indexes.length ? await ask(query, signal) : await rank(query, signal);
    remember(query);
    show(answer);
  } catch (error) {
    if (error.name === "AbortError") return;
    show(null);
    announce(error instanceof TypeError ? say().lost : error.message, true);
  }
}

function ask(query, signal) {
  const mode = document.querySelector("input[name=mode]:checked").value || undefined;
  return call("v1/search", { index: at("index").value || undefined, query, mode }, signal);
}

/** Ranks the passages of the text area, in the form of a search. */
async function rank(query, signal) {
  const passages = at("passages").value.split("\n").map((line) => line.trim()).filter(Boolean);
  const start = performance.now();
  const { scores, order } = await call("similarity", { query, passages }, signal);
  const total = performance.now() - start;
  return {
    abstained: false, timings: { embed: total, dense: 0, lexical: 0, fetch: 0, total },
    hits: order.map((place, index) => ({
      rank: index + 1, score: scores[place], text: passages[place], path: "", heading: "",
      snippet: { text: passages[place], marks: [] }, metadata: {},
      explanation: { cosine: scores[place] },
    })),
  };
}

// Results

function show(answer) {
  state.answer = answer;
  document.body.classList.toggle("empty", !answer);
  at("timings").hidden = !answer;
  at("results").replaceChildren(...(answer?.hits ?? []).map(hitCard));
  if (!answer) return announce("");
  showTimings(answer.timings);
  if (answer.hits.length) {
    announce(say().found(number(answer.hits.length), number(answer.timings.total, 1)));
  } else {
    announce(answer.abstained ? say().abstained : say().nothing);
  }
}

function showTimings(timings) {
  const steps = ["embed", "dense", "lexical", "fetch"].filter((step) => timings[step] > 0);
  const track = make("div", { class: "track", "aria-hidden": "true" }, ...steps.map((step) =>
    make("i", { class: `step-${step}`, "--share": timings[step] })));
  at("timings").replaceChildren(track, ...steps.map((step) => make("span", {},
    make("span", { class: `dot step-${step}` }), `${say().steps[step]} `,
    make("b", {}, `${number(timings[step], 1)} ms`))));
}

function hitCard(hit) {
  const names = [hit.title, hit.heading].filter((name, index, all) => name && all.indexOf(name) === index);
  const place = make("p", { class: "place" });
  if (names.length) place.append(make("strong", {}, names.join(" › ")), hit.path ? " · " : "");
  place.append(hit.path.split("/").pop() + (hit.name ? ` · ${hit.name}` : ""));
  const card = make("li", {
    class: "hit", tabindex: "0", role: "button", "aria-expanded": "false", "--place": hit.rank - 1,
  }, make("span", { class: "rank" }, number(hit.rank)),
  make("div", {}, place, make("p", { class: "text", lang: "tr" }, ...marked(hit.snippet)), scores(hit)));
  card.addEventListener("click", () => { if (!getSelection().toString()) toggle(card, hit); });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle(card, hit);
  });
  return card;
}

/** The snippet's text with its marks, which count bytes of UTF-8. */
function marked({ text, marks }) {
  const bytes = new TextEncoder().encode(text);
  const piece = (from, to) => new TextDecoder().decode(bytes.subarray(from, to));
  const nodes = [];
  let position = 0;
  for (const [from, to] of marks) {
    nodes.push(piece(position, from), make("mark", {}, piece(from, to)));
    position = to;
  }
  return [...nodes, piece(position, bytes.length)];
}

function scores(hit) {
  const { cosine, bm25 } = hit.explanation;
  const best = Math.max(...hits().map((other) => other.explanation.bm25 ?? 0), 1e-9);
  const line = make("div", { class: "scores" });
  const add = (label, kind, share, value) => line.append(make("span", { class: "score" }, label,
    make("span", { class: `meter ${kind}`, "aria-hidden": "true" }, make("i", { "--share": share })), value));
  // Cosines of one model lie close together; the bar shows the upper half.
  if (cosine != null) add(say().meaning, "", Math.max(0, (cosine - 0.5) * 2), number(cosine, 3));
  if (bm25 != null) add(say().word, "words", bm25 / best, number(bm25, 2));
  if (hit.probability != null) add(say().chance, "", hit.probability, `${number(hit.probability * 100)} %`);
  return line;
}

const hits = () => state.answer?.hits ?? [];
const cards = () => [...document.querySelectorAll(".hit")];

/** Opens a card to the whole passage and what is known of it, or closes it. */
function toggle(card, hit) {
  const isOpen = card.getAttribute("aria-expanded") === "true";
  card.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) return card.querySelector(".more").remove();
  const facts = make("dl");
  const fact = (name, value) => facts.append(make("dt", {}, name), make("dd", {}, String(value)));
  fact(say().score, number(hit.score, 3));
  if (hit.path) fact(say().file, hit.path);
  for (const [name, value] of Object.entries(hit.metadata)) fact(name, value);
  card.lastChild.append(make("div", { class: "more" },
    make("p", { class: "text", lang: "tr" }, hit.text), facts));
}

function announce(text, isBad = false) {
  at("status").textContent = text;
  at("status").classList.toggle("bad", isBad);
}

// Choices

function translate() {
  document.documentElement.lang = state.language;
  document.title = say().title;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = say()[element.dataset.t];
  }
  at("query").placeholder = say().placeholder;
  at("query").setAttribute("aria-label", say().headline);
  at("index").setAttribute("aria-label", say().indexLabel);
  at("language").textContent = say().language;
  at("language").setAttribute("aria-label", say().languageLabel);
  at("language").lang = state.language === "tr" ? "en" : "tr";
  at("help").setAttribute("aria-label", say().help);
  paint();
  describeCorpus();
  if (!state.answer) return;
  const place = cards().indexOf(document.activeElement);
  show(state.answer);
  cards()[place]?.focus();
}

function paint() {
  if (state.theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = state.theme;
  at("theme").textContent = say().themes[state.theme];
  at("theme").setAttribute("aria-label", `${say().themeLabel}: ${say().themes[state.theme]}`);
}

function switchLanguage() {
  state.language = state.language === "tr" ? "en" : "tr";
  localStorage.setItem("language", state.language);
  translate();
}

function switchTheme() {
  state.theme = themes[(themes.indexOf(state.theme) + 1) % themes.length];
  localStorage.setItem("theme", state.theme);
  paint();
}

function describeCorpus() {
  const chosen = state.indexes.find((index) => index.name === at("index").value) ?? state.indexes[0];
  at("corpus").textContent = chosen
    ? say().corpus(number(chosen.passages), number(chosen.documents)) : "";
}

/** Keeps the question in the address, so that it can be sent on and found with the back button. */
function remember(query) {
  history.replaceState(null, "", `#${new URLSearchParams({ q: query })}`);
}

async function loadIndexes() {
  try {
    state.indexes = (await call("v1/indexes")).data;
  } catch (error) {
    return announce(error instanceof TypeError ? say().lost : error.message, true);
  }
  announce("");
  at("index").replaceChildren(...state.indexes.map(({ name }) => make("option", {}, name)));
  at("index").hidden = state.indexes.length < 2;
  at("own").hidden = state.indexes.length > 0;
  at("modes").hidden = state.indexes.length === 0;
  describeCorpus();
  const query = new URLSearchParams(location.hash.slice(1)).get("q");
  if (query) {
    at("query").value = query;
    search();
  }
}

// Keys and clicks

function moveFocus(step) {
  const stops = [at("query"), ...cards()];
  const next = stops[stops.indexOf(document.activeElement) + step];
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  const { activeElement } = document;
  const isTyping = ["INPUT", "TEXTAREA", "SELECT"].includes(activeElement.tagName);
  const isList = activeElement === at("query") || activeElement.classList.contains("hit");
  if (at("keys").open || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions = {
    ArrowDown: isList && (() => moveFocus(1)), ArrowUp: isList && (() => moveFocus(-1)),
    Escape: () => { at("query").focus(); at("query").select(); },
    "/": !isTyping && (() => at("query").focus()), "?": !isTyping && (() => at("keys").showModal()),
    l: !isTyping && switchLanguage, t: !isTyping && switchTheme,
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
at("form").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(state.timer); search(); });
at("form").addEventListener("input", () => {
  clearTimeout(state.timer);
  state.timer = setTimeout(search, typingPause);
});
at("index").addEventListener("change", () => { describeCorpus(); search(); });
at("language").addEventListener("click", switchLanguage);
at("theme").addEventListener("click", switchTheme);
at("help").addEventListener("click", () => at("keys").showModal());
at("key").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("key", at("secret").value);
  loadIndexes();
});
at("passages").value = samples.join("\n");
translate();
loadIndexes();
