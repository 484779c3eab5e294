// Questions to the server.

import { idsOf, unmark, visitor } from "/assets/visitor.js";

export async function ask(path, body) {
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

function askForMarks(path, more) {
  return ask(path, { loved: idsOf("loved"), liked: idsOf("liked"), disliked: idsOf("disliked"), ...more });
}

// A book that has left the catalogue since it was marked would have every request refused: its mark is dropped.
async function forgetMissing() {
  const missing = await Promise.all(Object.keys(visitor.marks).map((id) =>
    ask(`/v1/books/${encodeURIComponent(id)}`).then(() => null, (error) => (error.status === 404 ? id : null))));
  const gone = missing.filter((one) => one !== null);
  if (gone.length > 0) {
    unmark(gone);
  }
}

export async function askWithMarks(path, more) {
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
