// GraphiQL's history keeps the headers of every query, even where headers are not to be kept; they hold keys.
const histories = ["graphiql:queries", "graphiql:favorites"];
const dropHeaders = (name, value) => (name === "headers" ? undefined : value);

/** The browser's storage, with no headers in the history. */
export const storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (key) => localStorage.getItem(key),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
  setItem(key, value) {
    localStorage.setItem(key, histories.includes(key) ? JSON.stringify(JSON.parse(value), dropHeaders) : value);
  },
};
