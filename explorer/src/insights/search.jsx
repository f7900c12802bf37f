import { useEffect, useId, useState } from "react";

import { ask } from "./ask.js";
import find from "./find.graphql?raw";
import { Owner } from "./panels.jsx";

const PATIENCE = 250;

/** A box that finds people, companies and leads by their words. */
export function Search({ view, go }) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState(null);
  const [fault, setFault] = useState("");
  const id = useId();

  useEffect(() => {
    const stop = new AbortController();
    if (words.trim().length < 2) {
      setFound(null);
      return undefined;
    }
    const wait = setTimeout(() => {
      ask({ query: find, variables: { words } }, stop.signal).then(
        (data) => {
          setFound(sorted(data));
          setFault("");
        },
        (error) => error.name === "AbortError" || setFault(error.message),
      );
    }, PATIENCE);
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [words]);

  const choose = (there) => {
    setWords("");
    go(there);
  };
  return (
    <search className="search">
      <label htmlFor={id}>Contact, account or lead</label>
      <input
        id={id}
        type="search"
        autoComplete="off"
        placeholder="A name, a company, a topic …"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setWords("")}
      />
      {fault && <p role="alert">{fault}</p>}
      {found && (
        <div className="found" role="status">
          {found.length ? (
            <ul>
              {found.map(({ of, sort, name, more }) => (
                <li key={of}>
                  <Owner view={view} of={of} go={choose}>
                    {name}
                  </Owner>
                  <span className="faint">{[sort, more].filter(Boolean).join(", ")}</span>
                </li>
              ))}
            </ul>
          ) : (
            <p>Nobody and nothing is found by these words.</p>
          )}
        </div>
      )}
    </search>
  );
}

function sorted({ contacts, accounts, leads }) {
  return [
    ...accounts.nodes.map((one) => ({ of: one.id, sort: "Account", name: one.name })),
    ...contacts.nodes.map((one) => ({ of: one.id, sort: "Contact", name: one.fullName, more: one.account?.name })),
    ...leads.nodes.map((one) => ({ of: one.id, sort: "Lead", name: one.topic, more: one.fullName })),
  ];
}
