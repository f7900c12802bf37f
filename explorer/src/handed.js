// Another page hands a question over behind the address's `#`, which no server is sent.

/** What the page was opened with; nothing where it was opened by itself. */
export function handedOver() {
  const given = new URLSearchParams(location.hash.slice(1));
  const query = given.get("query");
  if (!query) return {};
  history.replaceState(null, "", location.pathname);
  return { initialQuery: query, initialVariables: given.get("variables") ?? "" };
}
