// GraphiQL keeps the headers of the tabs over a reload; those that let somebody in stay out of the storage.
const SECRET_NAME = /auth|cookie|token|secret|passw|session|credential|signature|key/i;
const SECRET_VALUE = /^\s*(basic|bearer|digest|negotiate)\s|^\s*eyJ/i;

/** The text of a tab's headers without what is secret; nothing while it cannot be read, as in mid-word. */
function harmless(text) {
  try {
    const kept = Object.entries(JSON.parse(text)).filter(
      ([name, value]) => !SECRET_NAME.test(name) && typeof value === "string" && !SECRET_VALUE.test(value),
    );
    return kept.length ? JSON.stringify(Object.fromEntries(kept), null, 2) : null;
  } catch {
    return null;
  }
}

const inTabs = (name, value) => (name === "headers" && value ? harmless(value) : value);

// What GraphiQL writes headers into: the open tabs, the history, and the editor's own text.
const filters = {
  "graphiql:tabState": (text) => JSON.stringify(JSON.parse(text, inTabs)),
  "graphiql:queries": (text) => JSON.stringify(JSON.parse(text, inTabs)),
  "graphiql:favorites": (text) => JSON.stringify(JSON.parse(text, inTabs)),
  "graphiql:headers": (text) => harmless(text) ?? "",
};

/** The browser's storage, with no secret headers in it. */
export const storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (key) => localStorage.getItem(key),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
  setItem(key, value) {
    localStorage.setItem(key, filters[key]?.(value) ?? value);
  },
};
