// The page for readers: search, a book with its neighbours and why, the reader's marks (kept in this browser alone), and
// what to read next. Every text from the server enters the page as text, never as markup.

import { TEXTS } from "/assets/texts.js";

const GRADES = ["loved", "liked", "disliked"];
const PAGE = 24;
const ENOUGH_MARKS = 3;  // after so many the home page asks no more by itself
const MOST_EVENTS = 100;
const main = document.getElementById("main");
const queryBox = document.getElementById("query");

// What this browser remembers; a browser that refuses storage forgets at the end of the visit.
const memory = {
  read(key, fallback, storage = "localStorage") {
    try {
      return JSON.parse(window[storage].getItem(key)) ?? fallback;
    } catch {
      return fallback;
    }
  },
  write(key, value, storage = "localStorage") {
    try {
      window[storage].setItem(key, JSON.stringify(value));
    } catch {
      // The page goes on without it.
    }
  },
};
let language = memory.read("bookreco.language", navigator.language.startsWith("fr") ? "fr" : "en");
let marks = memory.read("bookreco.marks", {});  // id → {grade, book}
let unknown = memory.read("bookreco.unknown", []);  // ids of books asked about and not known
let visited = memory.read("bookreco.visited", [], "sessionStorage");  // ids of books opened, the last one last
const text = () => TEXTS[language];

// element("a.chip", {href: "#"}, "text", child, …)
function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  node.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) {
      node.addEventListener(key.slice(2), value);
    } else if (value !== undefined && value !== null) {
      node.setAttribute(key, value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

async function ask(path, body) {
  const options = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const content = await answer.json();
  if (!answer.ok) {
    throw Object.assign(new Error(content.detail ?? answer.statusText), { status: answer.status });
  }
  return content;
}

function say(message) {
  const notice = document.getElementById("notice");
  notice.textContent = message;
  notice.hidden = message === "";
}

function tell(error) {
  say(error.status === 404 ? text().missing : error.status === undefined ? text().unavailable : error.message);
}

function hueOf(id) {
  let hash = 2166136261;
  for (const c of id) {
    hash = Math.imul(hash ^ c.codePointAt(0), 16777619);
  }
  return (hash >>> 8) % 360;
}

// The width of a text's widest word in ems of the tiles' font.
const ruler = document.createElement("canvas").getContext("2d");
function widestWord(words) {
  ruler.font = "600 100px Georgia, serif";
  return Math.max(1, ...words.split(/\s+/).map((word) => ruler.measureText(word).width / 100)).toFixed(2);
}

function cover(book) {
  const hue = hueOf(book.id);
  const tile = element("span.tile", { "aria-hidden": "true" },
    element("span.name", {}, book.title), element("span.by", {}, (book.authors ?? []).join(", ")));
  tile.style.setProperty("--ems", widestWord(book.title));  // the size that keeps it whole
  tile.style.background = `linear-gradient(150deg, hsl(${hue} 42% 34%), hsl(${(hue + 40) % 360} 48% 22%))`;
  const frame = element("span.cover", {}, tile);
  if (/^https:\/\//.test(book.cover_url ?? "")) {
    const image = element("img", { alt: "", loading: "lazy", referrerpolicy: "no-referrer" });
    image.addEventListener("load", () => tile.remove());
    image.addEventListener("error", () => image.remove());
    image.src = book.cover_url;
    frame.append(image);
  }
  return frame;
}

function markButtons(book) {
  const group = element("div.marks", { role: "group", "aria-label": book.title });
  for (const grade of GRADES) {
    const pressed = marks[book.id]?.grade === grade;
    group.append(element("button", {
      type: "button", "aria-pressed": String(pressed), "data-grade": grade,
      onclick: () => setMark(book, grade, group),
    }, text()[grade]));
  }
  return group;
}

function remember(book, grade) {
  const { id, title, authors, cover_url } = book;
  marks[id] = { grade, book: { id, title, authors, cover_url } };
}

function setMark(book, grade, group) {
  if (marks[book.id]?.grade === grade) {
    delete marks[book.id];
  } else {
    remember(book, grade);
  }
  memory.write("bookreco.marks", marks);
  for (const button of group.children) {
    button.setAttribute("aria-pressed", String(marks[book.id]?.grade === button.dataset.grade));
  }
  showCount();
  refreshForYou();
}

function showCount() {
  document.getElementById("mine-count").textContent = Object.keys(marks).length;
}

function reasonsOf(hit) {
  const told = hit.reasons.filter((reason) => text().reasons[reason.kind]).slice(0, 5);
  if (told.length === 0) {
    return null;
  }
  return element("ul.why", {}, ...told.map((reason) => element("li", {}, text().reasons[reason.kind](reason.value))));
}

function card(book, { why, readers, actions } = {}) {
  const link = `#/book/${encodeURIComponent(book.id)}`;
  return element("li", {}, element("article.card", {},
    element("a", { href: link, tabindex: "-1", "aria-hidden": "true" }, cover(book)),
    element("div.text", {},
      element("h3", {}, element("a", { href: link }, book.title)),
      element("p.faint", {}, (book.authors ?? []).join(", ")),
      readers ? element("p.faint.readers", {}, text().readers(readers)) : null,
      why,
      actions ?? markButtons(book))));
}

const hitCard = (hit) => card(hit.book, { why: reasonsOf(hit), readers: hit.readers });

function grid(hits) {
  return hits.length === 0
    ? element("p.faint", {}, text().nothing)
    : element("ul.grid", {}, ...hits.map(hitCard));
}

// A titled row of books, nothing when there are none.
function row(title, hits) {
  return hits.length === 0 ? null : element("section", {}, element("h2", {}, title), grid(hits));
}

const idsOf = (grade) => Object.keys(marks).filter((id) => marks[id].grade === grade);

function askForMarks(path, more) {
  return ask(path, { loved: idsOf("loved"), liked: idsOf("liked"), disliked: idsOf("disliked"), ...more });
}

// A book that has left the catalogue since it was marked would have every request refused: its mark is dropped.
async function forgetMissing() {
  const missing = await Promise.all(Object.keys(marks).map((id) =>
    ask(`/v1/books/${encodeURIComponent(id)}`).then(() => null, (error) => (error.status === 404 ? id : null))));
  for (const id of missing.filter((one) => one !== null)) {
    delete marks[id];
  }
  memory.write("bookreco.marks", marks);
  showCount();
}

async function askWithMarks(path, more) {
  try {
    return await askForMarks(path, more);
  } catch (error) {
    if (error.status !== 400) {
      throw error;
    }
    await forgetMissing();
    return askForMarks(path, more);
  }
}

// Which button of which card has the focus, null when none of the panel has.
function placeOfFocus(panel) {
  const active = document.activeElement;
  if (!panel.contains(active)) {
    return null;
  }
  const cards = [...panel.querySelectorAll(".card")];
  return { card: cards.findIndex((one) => one.contains(active)), grade: active.dataset.grade };
}

// The book just marked has left the panel: the one now in its place is next.
function focusAt(panel, place) {
  const cards = panel.querySelectorAll(".card");
  const card = cards[Math.min(place.card, cards.length - 1)];
  const next = card?.querySelector(place.grade ? `[data-grade=${place.grade}]` : "h3 a") ?? panel.querySelector("h2");
  next.focus({ preventScroll: true });
}

// The panel that changes with every mark, wherever it is on the page.
let forYouRequest = 0;
async function refreshForYou() {
  const panel = document.getElementById("for-you");
  if (panel === null) {
    return;
  }
  const request = ++forYouRequest;
  panel.classList.add("busy");
  try {
    const answer = await askWithMarks("/v1/recommendations", { k: 12 });
    if (request === forYouRequest) {
      const title = Object.keys(marks).length > 0 ? text().forYou : text().tour;
      const place = placeOfFocus(panel);
      panel.replaceChildren(element("h2", { tabindex: "-1" }, title), grid(answer.books));
      if (place !== null) {
        focusAt(panel, place);
      }
      say("");
    }
  } catch (error) {
    tell(error);
  } finally {
    panel.classList.remove("busy");
  }
}

const forYou = () => element("section", { id: "for-you", "aria-live": "polite" });

// What a newcomer is asked: books by which tastes differ, the next ones by what was answered. `shown` are ids of books
// that wait for an answer.
async function questions(k, shown) {
  const more = { unknown: [...unknown, ...shown], k };
  const own = await askWithMarks("/v1/onboarding", { ...more, language });
  return own.books.length > 0 ? own.books : (await askWithMarks("/v1/onboarding", more)).books;
}

const ANSWERS = [...GRADES, "unknown"];

function questionCard(hit, panel) {
  const group = element("div.marks", { role: "group", "aria-label": hit.book.title });
  const place = element("li");
  for (const answer of ANSWERS) {
    group.append(element("button", {
      type: "button", "data-grade": answer, onclick: () => answerQuestion(hit.book, answer, place, panel),
    }, text()[answer]));
  }
  place.replaceChildren(...card(hit.book, { actions: group }).children);
  place.dataset.id = hit.book.id;
  return place;
}

async function answerQuestion(book, answer, place, panel) {
  if (place.classList.contains("busy")) {
    return;
  }
  if (answer === "unknown") {
    unknown = [...unknown, book.id].slice(-500);
    memory.write("bookreco.unknown", unknown);
  } else {
    remember(book, answer);
    memory.write("bookreco.marks", marks);
    showCount();
    refreshForYou();
  }
  place.classList.add("busy");
  try {
    const shown = [...panel.querySelectorAll("li[data-id]")].map((one) => one.dataset.id).filter((id) => id !== book.id);
    const [next] = await questions(1, shown);
    const hadFocus = place.contains(document.activeElement);
    const list = place.parentElement;
    if (next === undefined) {
      place.remove();
    } else {
      const fresh = questionCard(next, panel);
      place.replaceWith(fresh);
      place = fresh;
    }
    if (hadFocus) {
      (place.isConnected ? place : list).querySelector(`[data-grade=${answer}]`)?.focus({ preventScroll: true });
    }
    panel.querySelector(".lead").textContent =
      list.children.length === 0 ? text().noQuestions : Object.keys(marks).length < ENOUGH_MARKS ? text().tellLead : text().thanks;
    say("");
  } catch (error) {
    place.classList.remove("busy");
    tell(error);
  }
}

async function questionPanel(k, ...heading) {
  const panel = element("section.questions");
  const hits = await questions(k, []);
  panel.append(...heading, element("p.lead", { "aria-live": "polite" }, hits.length > 0 ? text().tellLead : text().noQuestions),
    element("ul.grid", {}, ...hits.map((hit) => questionCard(hit, panel))));
  return panel;
}

// On the home page, until a few books are marked or the reader says not now.
async function firstQuestions() {
  if (Object.keys(marks).length >= ENOUGH_MARKS || memory.read("bookreco.later", false, "sessionStorage")) {
    return null;
  }
  const later = element("button.later", {
    type: "button",
    onclick: () => {
      memory.write("bookreco.later", true, "sessionStorage");
      panel.remove();
      main.focus({ preventScroll: true });
    },
  }, text().later);
  const panel = await questionPanel(3, element("div.heading", {}, element("h2", {}, text().tell), later));
  return panel.querySelector("li") === null ? null : panel;
}

function noteVisit(id) {
  if (visited.at(-1) === id) {
    return;
  }
  visited = [...visited, id].slice(-MOST_EVENTS);
  memory.write("bookreco.visited", visited, "sessionStorage");
}

async function fromVisit() {
  if (visited.length === 0) {
    return null;
  }
  const events = visited.map((book) => ({ book, kind: "click" }));
  const answer = await ask("/v1/session/recommendations", { events, k: 3, exclude_id: Object.keys(marks).slice(0, 1000) });
  return answer.history === 0 ? null : row(text().visit, answer.books);
}

async function showHome(current) {
  document.title = "Book Reco";
  const silent = (error) => tell(error) ?? null;
  const panels = await Promise.all([fromVisit().catch(silent), firstQuestions().catch(silent)]);
  if (current()) {
    main.replaceChildren(element("h1", {}, text().welcome), element("p.lead", {}, text().lead),
      ...panels.filter((panel) => panel !== null), forYou());
    await refreshForYou();
  }
}

async function showQuestions(current) {
  document.title = `${text().tell} – Book Reco`;
  const panel = await questionPanel(6, element("h1", {}, text().tell));
  if (current()) {
    main.replaceChildren(panel, forYou());
    await refreshForYou();
  }
}

async function showSearch(query, current) {
  document.title = `${query} – Book Reco`;
  const answer = await ask("/v1/search", { query, k: PAGE });
  if (current()) {
    main.replaceChildren(element("h1", {}, text().found(query)), grid(answer.books));
  }
}

async function showList(field, value, current) {
  let page = 0;
  const list = element("ul.grid");
  const load = async () => {
    const answer = await ask(`/v1/books?${field}=${encodeURIComponent(value)}&page_size=${PAGE}&page=${page + 1}&sort=title`);
    ++page;
    const cards = answer.books.map((book) => card(book));
    list.append(...cards);
    more.hidden = page * PAGE >= answer.total;
    return cards;
  };
  const loadMore = async () => {
    more.setAttribute("aria-disabled", "true");  // a disabled button would lose the focus
    try {
      const [first] = await load();
      first?.querySelector("h3 a").focus({ preventScroll: true });
      say("");
    } catch (error) {
      tell(error);
    } finally {
      more.removeAttribute("aria-disabled");
    }
  };
  const more = element("button.more", {
    type: "button", onclick: () => more.hasAttribute("aria-disabled") || loadMore(),
  }, text().more);
  await load();
  if (current()) {
    document.title = `${value} – Book Reco`;
    main.replaceChildren(element("h1", {}, text().with(text()[field], value)), list, more);
  }
}

// A fact as the reader's language writes it.
function shownFact(name, value) {
  if (name === "language") {
    return new Intl.DisplayNames(language, { type: "language" }).of(value) ?? value;
  }
  if (name === "published_on" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) {
    return new Date(value).toLocaleDateString(language, { dateStyle: "long", timeZone: "UTC" });
  }
  return String(value);
}

function facts(book) {
  const list = element("dl.facts");
  for (const name of ["publisher", "published_on", "page_count", "language", "format", "binding", "isbn13"]) {
    if (book[name] !== undefined) {
      list.append(element("dt", {}, text()[name]), element("dd", {}, shownFact(name, book[name])));
    }
  }
  return list;
}

function chips(book) {
  const chip = (field, value) =>
    element("a.chip", { href: `#/list/${field}/${encodeURIComponent(value)}`, title: text()[field] }, value);
  return element("div.chips", {},
    ...(book.authors ?? []).map((value) => chip("author", value)),
    ...(book.series ? [chip("series", book.series)] : []),
    ...(book.collection ? [chip("collection", book.collection)] : []),
    ...(book.labels ?? []).map((value) => chip("label", value)));
}

async function showBook(id, current) {
  const path = `/v1/books/${encodeURIComponent(id)}`;
  const few = (route) => ask(`${path}/${route}`).catch(() => ({ books: [] }));
  const [book, near, loved] = await Promise.all([ask(path), few("similar?k=12"), few("also-loved?k=6")]);
  if (!current()) {
    return;
  }
  noteVisit(book.id);
  document.title = `${book.title} – Book Reco`;
  main.replaceChildren(
    element("article.book", {},
      cover(book),
      element("div", {},
        element("h1", {}, book.title),
        element("p.by.faint", {}, book.authors?.length ? text().by(book.authors.join(", ")) : ""),
        markButtons(book),
        chips(book),
        element("p.description", {}, book.description || text().noDescription),
        facts(book))),
    ...[loved.degraded ? null : row(text().alsoLoved, loved.books)].filter((one) => one !== null),
    element("section", {}, element("h2", {}, text().neighbours), grid(near.books)));
}

function showMine() {
  document.title = `${text().mine} – Book Reco`;
  const parts = [element("h1", {}, text().mine)];
  const titles = { loved: "markLoved", liked: "markLiked", disliked: "markDisliked" };
  for (const grade of GRADES) {
    const ids = idsOf(grade);
    if (ids.length > 0) {
      parts.push(element("h2", {}, text()[titles[grade]]),
        element("ul.grid", {}, ...ids.map((id) => card(marks[id].book))));
    }
  }
  if (parts.length === 1) {
    parts.push(element("p.lead", {}, text().noMarks));
  } else {
    parts.push(element("button.more", { type: "button", onclick: forgetAll }, text().forget));
  }
  parts.splice(1, 0, element("p", {}, element("a.tell", { href: "#/tell" }, text().tellMore)));
  main.replaceChildren(...parts, forYou());
  return refreshForYou();
}

function forgetAll() {
  marks = {};
  unknown = [];
  visited = [];
  memory.write("bookreco.marks", marks);
  memory.write("bookreco.unknown", unknown);
  memory.write("bookreco.visited", visited, "sessionStorage");
  showCount();
  show();
}

// The address after # says what is shown: "/", "/search/WORDS", "/book/ID", "/list/FIELD/VALUE", "/mine", "/tell".
let shown = 0;
async function show() {
  const visit = ++shown;
  const current = () => visit === shown;
  const [view, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (document.activeElement !== queryBox) {
    queryBox.value = view === "search" ? rest[0] : "";
  }
  say("");
  main.classList.add("busy");
  try {
    if (view === "search" && rest[0]) {
      await showSearch(rest[0], current);
    } else if (view === "book" && rest[0]) {
      await showBook(rest[0], current);
    } else if (view === "list" && ["author", "series", "collection", "label"].includes(rest[0])) {
      await showList(rest[0], rest[1] ?? "", current);
    } else if (view === "mine") {
      await showMine();
    } else if (view === "tell") {
      await showQuestions(current);
    } else {
      await showHome(current);
    }
  } catch (error) {
    if (current()) {
      tell(error);
      main.replaceChildren();
    }
  } finally {
    if (current()) {
      main.classList.remove("busy");
    }
  }
}

function search(words) {
  const target = words === "" ? "#/" : `#/search/${encodeURIComponent(words)}`;
  if (location.hash.startsWith("#/search/") && words !== "") {
    history.replaceState(null, "", target);  // typing on is one step back, not ten
    show();
  } else if (location.hash !== target) {
    location.hash = target;
  }
}

function setLanguage(name) {
  language = name;
  memory.write("bookreco.language", language);
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = text()[node.dataset.text];
  }
  queryBox.placeholder = text()[queryBox.dataset.placeholder];
  const button = document.getElementById("language");
  button.textContent = language === "fr" ? "EN" : "FR";
  button.setAttribute("aria-label", text().switchTo);
}

let typing = 0;
queryBox.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => search(queryBox.value.trim()), 200);
});
document.getElementById("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  search(queryBox.value.trim());
  main.focus();
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();  // the part after # is the view
  main.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    queryBox.focus();
  }
});
document.getElementById("language").addEventListener("click", () => {
  setLanguage(language === "fr" ? "en" : "fr");
  show();
});
window.addEventListener("hashchange", () => {
  window.scrollTo(0, 0);
  show();
  if (document.activeElement !== queryBox) {
    main.focus({ preventScroll: true });
  }
});

setLanguage(language);
showCount();
show();
