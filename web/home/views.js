// What the page shows, view by view. `current()` is false once the reader has gone on to another one.

import { ask } from "/assets/api.js";
import { card, cover, GRADES, grid, markButtons, row } from "/assets/cards.js";
import { element, main, say, tell, text } from "/assets/page.js";
import { firstQuestions, forYou, questionPanel, refreshForYou } from "/assets/panels.js";
import { forgetAll, idsOf, noteVisit, visitor } from "/assets/visitor.js";

const PAGE = 24;

async function fromVisit() {
  if (visitor.visited.length === 0) {
    return null;
  }
  const events = visitor.visited.map((book) => ({ book, kind: "click" }));
  const answer = await ask("/v1/session/recommendations", { events, k: 3, exclude_id: Object.keys(visitor.marks).slice(0, 1000) });
  return answer.history === 0 ? null : row(text().visit, answer.books);
}

export async function showHome(current) {
  document.title = "Book Reco";
  const silent = (error) => tell(error) ?? null;
  const panels = await Promise.all([fromVisit().catch(silent), firstQuestions().catch(silent)]);
  if (current()) {
    main.replaceChildren(element("h1", {}, text().welcome), element("p.lead", {}, text().lead),
      ...panels.filter((panel) => panel !== null), forYou());
    await refreshForYou();
  }
}

export async function showQuestions(current) {
  document.title = `${text().tell} – Book Reco`;
  const panel = await questionPanel(6, element("h1", {}, text().tell));
  if (current()) {
    main.replaceChildren(panel, forYou());
    await refreshForYou();
  }
}

export async function showSearch(query, current) {
  document.title = `${query} – Book Reco`;
  const answer = await ask("/v1/search", { query, k: PAGE });
  if (current()) {
    main.replaceChildren(element("h1", {}, text().found(query)), grid(answer.books));
  }
}

export async function showList(field, value, current) {
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
    return new Intl.DisplayNames(visitor.language, { type: "language" }).of(value) ?? value;
  }
  if (name === "published_on" && /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) {
    return new Date(value).toLocaleDateString(visitor.language, { dateStyle: "long", timeZone: "UTC" });
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

export async function showBook(id, current) {
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

export function showMine() {
  document.title = `${text().mine} – Book Reco`;
  const parts = [element("h1", {}, text().mine)];
  const titles = { loved: "markLoved", liked: "markLiked", disliked: "markDisliked" };
  for (const grade of GRADES) {
    const ids = idsOf(grade);
    if (ids.length > 0) {
      parts.push(element("h2", {}, text()[titles[grade]]),
        element("ul.grid", {}, ...ids.map((id) => card(visitor.marks[id].book))));
    }
  }
  if (parts.length === 1) {
    parts.push(element("p.lead", {}, text().noMarks));
  } else {
    parts.push(element("button.more", { type: "button", onclick: forget }, text().forget));
  }
  parts.splice(1, 0, element("p", {}, element("a.tell", { href: "#/tell" }, text().tellMore)));
  main.replaceChildren(...parts, forYou());
  return refreshForYou();
}

function forget() {
  forgetAll();
  showMine();
}
