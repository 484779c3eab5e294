// Books as cards: cover, title, why, the reader's mark.

import { element, text } from "/assets/page.js";
import { mark, unmark, visitor } from "/assets/visitor.js";

export const GRADES = ["loved", "liked", "disliked"];

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

export function cover(book) {
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

export function markButtons(book) {
  const group = element("div.marks", { role: "group", "aria-label": book.title });
  for (const grade of GRADES) {
    const pressed = visitor.marks[book.id]?.grade === grade;
    group.append(element("button", {
      type: "button", "aria-pressed": String(pressed), "data-grade": grade,
      onclick: () => setMark(book, grade, group),
    }, text()[grade]));
  }
  return group;
}

function setMark(book, grade, group) {
  if (visitor.marks[book.id]?.grade === grade) {
    unmark([book.id]);
  } else {
    mark(book, grade);
  }
  for (const button of group.children) {
    button.setAttribute("aria-pressed", String(visitor.marks[book.id]?.grade === button.dataset.grade));
  }
}

function reasonsOf(hit) {
  const told = hit.reasons.filter((reason) => text().reasons[reason.kind]).slice(0, 5);
  if (told.length === 0) {
    return null;
  }
  return element("ul.why", {}, ...told.map((reason) => element("li", {}, text().reasons[reason.kind](reason.value))));
}

export function card(book, { why, readers, actions } = {}) {
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

export function grid(hits) {
  return hits.length === 0
    ? element("p.faint", {}, text().nothing)
    : element("ul.grid", {}, ...hits.map(hitCard));
}

// A titled row of books, nothing when there are none.
export function row(title, hits) {
  return hits.length === 0 ? null : element("section", {}, element("h2", {}, title), grid(hits));
}
