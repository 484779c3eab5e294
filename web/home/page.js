// The page itself: its elements, its texts, what it says.

import { TEXTS } from "/assets/texts.js";
import { visitor } from "/assets/visitor.js";

export const main = document.getElementById("main");
export const text = () => TEXTS[visitor.language];

// element("a.chip", {href: "#"}, "text", child, …)
export function element(name, attributes = {}, ...children) {
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

export function say(message) {
  const notice = document.getElementById("notice");
  notice.textContent = message;
  notice.hidden = message === "";
}

export function tell(error) {
  say(error.status === 404 ? text().missing : error.status === undefined ? text().unavailable : error.message);
}
