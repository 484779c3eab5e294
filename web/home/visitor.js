// What this browser remembers of its reader: nothing of it leaves the browser but as part of a question.

const MOST_EVENTS = 100;
const MOST_UNKNOWN = 500;

// A browser that refuses storage forgets at the end of the visit.
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
export const visitor = {
  language: memory.read("bookreco.language", navigator.language.startsWith("fr") ? "fr" : "en"),
  marks: memory.read("bookreco.marks", {}),  // id → {grade, book}
  unknown: memory.read("bookreco.unknown", []),  // ids of books asked about and not known
  visited: memory.read("bookreco.visited", [], "sessionStorage"),  // ids of books opened, the last one last
  askLater: memory.read("bookreco.later", false, "sessionStorage"),
};

export function saveLanguage(name) {
  visitor.language = name;
  memory.write("bookreco.language", name);
}

// Whoever shows what depends on marks listens for "marks" on the document.
function saveMarks() {
  memory.write("bookreco.marks", visitor.marks);
  document.dispatchEvent(new Event("marks"));
}

export const countMarks = () => Object.keys(visitor.marks).length;
export const idsOf = (grade) => Object.keys(visitor.marks).filter((id) => visitor.marks[id].grade === grade);

export function mark(book, grade) {
  const { id, title, authors, cover_url } = book;
  visitor.marks[id] = { grade, book: { id, title, authors, cover_url } };
  saveMarks();
}

export function unmark(ids) {
  for (const id of ids) {
    delete visitor.marks[id];
  }
  saveMarks();
}

export function noteUnknown(id) {
  visitor.unknown = [...visitor.unknown, id].slice(-MOST_UNKNOWN);
  memory.write("bookreco.unknown", visitor.unknown);
}

export function noteVisit(id) {
  if (visitor.visited.at(-1) !== id) {
    visitor.visited = [...visitor.visited, id].slice(-MOST_EVENTS);
    memory.write("bookreco.visited", visitor.visited, "sessionStorage");
  }
}

export function askNoMore() {
  visitor.askLater = true;
  memory.write("bookreco.later", true, "sessionStorage");
}

export function forgetAll() {
  visitor.unknown = [];
  visitor.visited = [];
  memory.write("bookreco.unknown", visitor.unknown);
  memory.write("bookreco.visited", visitor.visited, "sessionStorage");
  visitor.marks = {};
  saveMarks();
}
