// Panels that live on more than one view: what to read next, and what a newcomer is asked.

import { askWithMarks } from "/assets/api.js";
import { card, GRADES, grid } from "/assets/cards.js";
import { element, main, say, tell, text } from "/assets/page.js";
import { askNoMore, countMarks, mark, noteUnknown, visitor } from "/assets/visitor.js";

const ANSWERS = [...GRADES, "unknown"];
const ENOUGH_MARKS = 3;  // after so many the home page asks no more by itself

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
export async function refreshForYou() {
  const panel = document.getElementById("for-you");
  if (panel === null) {
    return;
  }
  const request = ++forYouRequest;
  panel.classList.add("busy");
  try {
    const answer = await askWithMarks("/v1/recommendations", { k: 12 });
    if (request === forYouRequest) {
      const title = countMarks() > 0 ? text().forYou : text().tour;
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

export const forYou = () => element("section", { id: "for-you", "aria-live": "polite" });

// What a newcomer is asked: books by which tastes differ, the next ones by what was answered. `shown` are ids of books
// that wait for an answer.
async function questions(k, shown) {
  const more = { unknown: [...visitor.unknown, ...shown], k };
  const own = await askWithMarks("/v1/onboarding", { ...more, language: visitor.language });
  return own.books.length > 0 ? own.books : (await askWithMarks("/v1/onboarding", more)).books;
}

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
    noteUnknown(book.id);
  } else {
    mark(book, answer);
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
      list.children.length === 0 ? text().noQuestions : countMarks() < ENOUGH_MARKS ? text().tellLead : text().thanks;
    say("");
  } catch (error) {
    place.classList.remove("busy");
    tell(error);
  }
}

export async function questionPanel(k, ...heading) {
  const panel = element("section.questions");
  const hits = await questions(k, []);
  panel.append(...heading, element("p.lead", { "aria-live": "polite" }, hits.length > 0 ? text().tellLead : text().noQuestions),
    element("ul.grid", {}, ...hits.map((hit) => questionCard(hit, panel))));
  return panel;
}

// On the home page, until a few books are marked or the reader says not now.
export async function firstQuestions() {
  if (countMarks() >= ENOUGH_MARKS || visitor.askLater) {
    return null;
  }
  const later = element("button.later", {
    type: "button",
    onclick: () => {
      askNoMore();
      panel.remove();
      main.focus({ preventScroll: true });
    },
  }, text().later);
  const panel = await questionPanel(3, element("div.heading", {}, element("h2", {}, text().tell), later));
  return panel.querySelector("li") === null ? null : panel;
}

document.addEventListener("marks", refreshForYou);
