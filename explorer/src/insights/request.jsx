import { useState } from "react";

/** The request that all of the page is drawn from, to be taken along or tried. */
export function Request({ query, variables }) {
  const [said, setSaid] = useState("");
  const told = JSON.stringify(variables, null, 2);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(`${query}\n# variables\n${told.replaceAll(/^/gm, "# ")}\n`);
      setSaid("Copied.");
    } catch {
      setSaid("The browser does not let this page copy: mark the text below.");
    }
  };
  const there = `/#${new URLSearchParams({ query, variables: told })}`;
  return (
    <section className="request" aria-labelledby="request">
      <h2 id="request">The request</h2>
      <p>All of this page is drawn from one request.</p>
      <p className="doing">
        <button type="button" onClick={copy}>
          Copy this query
        </button>
        <a href={there}>Open in GraphiQL</a>
        <span role="status">{said}</span>
      </p>
      <details>
        <summary>Show it</summary>
        <pre tabIndex={0} aria-label="Query">
          {query}
        </pre>
        <pre tabIndex={0} aria-label="Variables">
          {told}
        </pre>
      </details>
    </section>
  );
}
