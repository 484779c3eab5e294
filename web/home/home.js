// The page for readers: search, a book with its neighbours and why, the reader's marks (kept in this browser alone), and
// what to read next. Every text from the server enters the page as text, never as markup. This file finds the view that
// the address asks for and listens to the bar at the top.

import { main, say, tell, text } from "/assets/page.js";
import { showBook, showHome, showList, showMine, showQuestions, showSearch } from "/assets/views.js";
import { countMarks, saveLanguage, visitor } from "/assets/visitor.js";

const queryBox = document.getElementById("query");

function showCount() {
  document.getElementById("mine-count").textContent = countMarks();
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
  saveLanguage(name);
  document.documentElement.lang = name;
  for (const node of document.querySelectorAll("[data-text]")) {
    node.textContent = text()[node.dataset.text];
  }
  queryBox.placeholder = text()[queryBox.dataset.placeholder];
  const button = document.getElementById("language");
  button.textContent = name === "fr" ? "EN" : "FR";
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
  setLanguage(visitor.language === "fr" ? "en" : "fr");
  show();
});
window.addEventListener("hashchange", () => {
  window.scrollTo(0, 0);
  show();
  if (document.activeElement !== queryBox) {
    main.focus({ preventScroll: true });
  }
});

document.addEventListener("marks", showCount);
setLanguage(visitor.language);
showCount();
show();
