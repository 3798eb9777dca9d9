// The page of `ajan serve`. It talks to this server only and keeps nothing but the choice of language
// and theme, and an API key until the tab is closed.

import { Refusal, ask, listIndexes, rank } from "./server.js";
import { samples, words } from "./words.js";

const at = (id) => document.getElementById(id);
const typingPause = 220;
/** After so many milliseconds, what was typed is a search to come back to. */
const standingPause = 2000;
const resultsStep = 10;
const resultsMax = 50;
const themes = ["auto", "light", "dark"];
const state = {
  language: localStorage.getItem("language") ?? (navigator.language.startsWith("en") ? "en" : "tr"),
  theme: localStorage.getItem("theme") ?? "auto",
  /** Null until the server has told them. */
  indexes: null,
  /** What is shown: an answer, the search that it answers, and the passages that are open. */
  answer: null, view: null, open: new Set(),
  running: null, timer: null, notice: { tell: () => "", isBad: false },
  /** The entry of the history: its address, since when, and whether it was meant. */
  address: "", since: 0, isSettled: true,
};
const say = () => words[state.language];
const number = (value, digits = 0) => new Intl.NumberFormat(state.language, {
  minimumFractionDigits: digits, maximumFractionDigits: digits,
}).format(value);

const percent = (share) => new Intl.NumberFormat(state.language, {
  style: "percent", maximumFractionDigits: 0,
}).format(share);

/** A number of things: "1 result", "2 results". */
const counted = (value, noun) =>
  `${number(value)} ${say().nouns[noun][new Intl.PluralRules(state.language).select(value)]}`;

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

// Questions

/** Says what went wrong in the reader's language, or in the server's words where they say more. */
function fail(error) {
  if (error instanceof Refusal) at("key").hidden = error.status !== 401;
  announce(() => {
    const { failures, lost } = say();
    if (!(error instanceof Refusal)) return lost;
    if (error.status === 413) {
      return state.indexes?.length ? failures.longQuestion : failures.longTexts;
    }
    return failures[error.code] ?? failures[error.status] ?? (error.message || lost);
  }, true);
}

/** Answers what stands in the box. `isMeant`: it was asked for, not only typed so far. */
async function search(isMeant = false) {
  clearTimeout(state.timer);
  const view = currentView();
  if (!view.question) {
    state.running?.abort();
    remember(view, isMeant);
    return show(null);
  }
  try {
    const answer = await answerTo(view, resultsStep);
    remember(view, isMeant);
    state.view = view;
    show(answer);
  } catch (error) {
    if (error.name === "AbortError") return;
    show(null);
    fail(error);
  }
}

/** Answers the same again with more results. */
async function showMore() {
  const shown = hits().length;
  try {
    show(await answerTo(state.view, Math.min(shown + resultsStep, resultsMax)), shown);
    cards()[shown]?.focus();
  } catch (error) {
    if (error.name !== "AbortError") fail(error);
  }
}

async function answerTo(view, limit) {
  state.running?.abort();
  state.running = new AbortController();
  const { signal } = state.running;
  announce(() => say().searching);
  if (!state.indexes) await loadIndexes(signal);
  if (state.indexes.length) return ask(view, limit, signal);
  const passages = at("passages").value.split("\n").map((line) => line.trim()).filter(Boolean);
  return rank(view.question, passages, signal);
}

// Results

/** Shows an answer; its first `kept` results are on the page already. */
function show(answer, kept = 0) {
  state.answer = answer;
  if (answer) at("key").hidden = true;
  if (!kept) state.open.clear();
  draw(kept);
  announce(() => {
    if (!answer) return "";
    if (!answer.hits.length) return answer.abstained ? say().abstained : say().nothing;
    return `${counted(answer.hits.length, "result")}, ${number(answer.timings.total, 1)} ms`;
  });
}

function draw(kept) {
  const { answer } = state;
  document.body.classList.toggle("empty", !answer);
  at("timings").hidden = !answer;
  at("results").replaceChildren(...hits().map((hit) => hitCard(hit, kept)));
  at("more").hidden = !answer || hits().length !== answer.limit || answer.limit >= resultsMax;
  if (answer) showTimings(answer.timings);
}

function showTimings(timings) {
  const steps = ["embed", "dense", "lexical", "fetch"].filter((step) => timings[step] > 0);
  const track = make("div", { class: "track", "aria-hidden": "true" }, ...steps.map((step) =>
    make("i", { class: `step-${step}`, "--share": timings[step] })));
  at("timings").replaceChildren(track, ...steps.map((step) => make("span", {},
    make("span", { class: `dot step-${step}` }), `${say().steps[step]} `,
    make("b", {}, `${number(timings[step], 1)} ms`))));
}

/** Pages and slides in the reader's language; other names are those of records. */
function recordName(name) {
  const [, kind, place] = name.match(/^(page|slide)=(\d+)$/) ?? [];
  return kind ? say()[kind](place) : name;
}

const placeName = ({ path, name }) => path.split("/").pop() + (name ? ` · ${recordName(name)}` : "");

/** Where the same passage stands besides. */
const copies = ({ copies = [] }) =>
  copies.length ? ` (${say().alsoIn} ${copies.map(placeName).join(", ")})` : "";

function hitCard(hit, kept) {
  // A heading begins with the title, unless the first heading is the title.
  const names = hit.heading?.startsWith(hit.title ?? "") ? [hit.heading] : [hit.title, hit.heading];
  const heading = names.filter(Boolean).join(" › ");
  const place = make("p", { class: "place" });
  if (heading) place.append(make("strong", {}, heading), hit.path ? " · " : "");
  place.append(placeName(hit), copies(hit));
  const card = make("li", {
    class: hit.rank > kept ? "hit" : "hit still", tabindex: "0", role: "button",
    "aria-expanded": "false", "--place": Math.max(0, hit.rank - 1 - kept),
  }, make("span", { class: "rank" }, number(hit.rank)),
  make("div", {}, place, make("p", { class: "text", lang: "tr" }, ...marked(hit.snippet)), scores(hit)));
  card.addEventListener("click", () => { if (!getSelection().toString()) toggle(card, hit); });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle(card, hit);
  });
  if (state.open.has(identity(hit))) unfold(card, hit);
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
  if (hit.probability != null) add(say().chance, "", hit.probability, percent(hit.probability));
  return line;
}

const hits = () => state.answer?.hits ?? [];
const cards = () => [...document.querySelectorAll(".hit")];
const identity = (hit) => hit.passage ?? hit.rank;

/** Opens a card to the whole passage and what is known of it, or closes it. */
function toggle(card, hit) {
  state.isSettled = true;
  if (!state.open.delete(identity(hit))) {
    state.open.add(identity(hit));
    return unfold(card, hit);
  }
  card.setAttribute("aria-expanded", "false");
  card.querySelector(".whole").remove();
}

function unfold(card, hit) {
  card.setAttribute("aria-expanded", "true");
  const facts = make("dl");
  const fact = (name, value) => facts.append(make("dt", {}, name), make("dd", {}, String(value)));
  fact(say().score, number(hit.score, 3));
  if (hit.path) fact(say().file, hit.path);
  for (const [name, value] of Object.entries(hit.metadata)) fact(name, [value].flat().join(", "));
  card.lastChild.append(make("div", { class: "whole" },
    make("p", { class: "text", lang: "tr" }, hit.text), facts));
}

/** Says what `tell` returns, in this language and in the next one that is chosen. */
function announce(tell, isBad = false) {
  state.notice = { tell, isBad };
  at("status").textContent = tell();
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
  announce(state.notice.tell, state.notice.isBad);
  const place = cards().indexOf(document.activeElement);
  draw(hits().length);
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
  const chosen = state.indexes?.find(({ name }) => name === at("index").value);
  at("corpus").textContent = chosen
    ? `${counted(chosen.documents, "document")}, ${counted(chosen.passages, "passage")}` : "";
}

async function loadIndexes(signal) {
  state.indexes = await listIndexes(signal);
  at("key").hidden = true;
  at("index").replaceChildren(...state.indexes.map(({ name }) => make("option", {}, name)));
  at("index").hidden = state.indexes.length < 2;
  at("own").hidden = state.indexes.length > 0;
  at("choices").hidden = state.indexes.length === 0;
  describeCorpus();
}

/** Gets ready, then searches for what was typed meanwhile or stands in the address. */
async function begin() {
  try {
    await loadIndexes();
  } catch (error) {
    return fail(error);
  }
  announce(() => "");
  if (at("query").value.trim()) search(true);
  else openAddress();
}

// The address: a question, an index and how to search. It can be sent on, and the back button finds
// it. It stands behind the #, which no browser sends to a server.

function currentView() {
  return {
    question: at("query").value.trim(), index: at("index").value,
    mode: document.querySelector("input[name=mode]:checked").value,
    isOnePerDocument: at("one").checked,
  };
}

function addressOf({ question, index, mode, isOnePerDocument }) {
  if (!question) return "";
  const fields = { q: question, index, mode, one: isOnePerDocument ? "1" : "" };
  return `#${new URLSearchParams(Object.entries(fields).filter(([, value]) => value))}`;
}

/** Puts a search into the address. What is typed on the way to a question is no stop of its own. */
function remember(view, isMeant) {
  const address = addressOf(view);
  if (address !== state.address) {
    const isOnTheWay = !state.isSettled && Date.now() - state.since < standingPause;
    const url = address || location.pathname + location.search;
    history[isOnTheWay ? "replaceState" : "pushState"](null, "", url);
    state.address = address;
    state.since = Date.now();
    state.isSettled = false;
  }
  state.isSettled ||= isMeant;
}

function openAddress() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const [index, mode] = [fields.get("index"), fields.get("mode")];
  const modes = [...document.querySelectorAll("input[name=mode]")];
  const isServed = !index || state.indexes.some(({ name }) => name === index);
  at("query").value = fields.get("q") ?? "";
  (modes.find(({ value }) => value === mode) ?? modes[0]).checked = true;
  at("one").checked = fields.get("one") === "1";
  at("index").selectedIndex = Math.max(0, state.indexes.findIndex(({ name }) => name === index));
  describeCorpus();
  state.address = addressOf(currentView());
  state.isSettled = true;
  if (isServed) return search(true);
  state.running?.abort();
  show(null);
  fail(new Refusal(404, { code: "index_not_found" }));
}

// Keys and clicks

function moveFocus(step) {
  const stops = [at("query"), ...cards(), ...(at("more").hidden ? [] : [at("more")])];
  stops[stops.indexOf(document.activeElement) + step]?.focus();
}

/** Searches anew after a choice, which is a stop of its own. */
function choose() {
  state.isSettled = true;
  search(true);
}

document.addEventListener("keydown", (event) => {
  const { activeElement } = document;
  const isTyping = activeElement.matches("input:not([type=radio], [type=checkbox]), textarea, select");
  const isList = activeElement.matches("#query, .hit, #more");
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
at("form").addEventListener("submit", (event) => { event.preventDefault(); search(true); });
at("form").addEventListener("input", (event) => {
  if (event.target.matches("[type=radio], [type=checkbox]")) return choose();
  clearTimeout(state.timer);
  state.timer = setTimeout(search, typingPause);
});
at("index").addEventListener("change", () => { describeCorpus(); choose(); });
at("more").addEventListener("click", showMore);
at("language").addEventListener("click", switchLanguage);
at("theme").addEventListener("click", switchTheme);
at("help").addEventListener("click", () => at("keys").showModal());
at("key").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("key", at("secret").value);
  begin();
});
addEventListener("popstate", () => { if (state.indexes) openAddress(); });
at("passages").value = samples.join("\n");
translate();
begin();
