// The page `/explorer/schema`: the picture alone, in the colours that were chosen in the explorer.
import "../page.css";

import { buildClientSchema, buildSchema, getIntrospectionQuery } from "graphql";
import { createRoot } from "react-dom/client";

import Picture from "./Picture.jsx";

/** The schema by introspection; where that is switched off, from its published text. */
async function load() {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const body = JSON.stringify({ query: getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }) });
  const { data } = await (await fetch("/graphql", { method: "POST", headers, body })).json();
  return data ? buildClientSchema(data) : buildSchema(await (await fetch("/schema.graphql")).text());
}

const theme = localStorage.getItem("graphiql:theme");
if (theme) document.body.classList.add(`graphiql-${theme}`);

const page = document.getElementById("explorer");
page.classList.add("picture-page");
load().then(
  (schema) =>
    createRoot(page).render(
      <Picture schema={schema}>
        <a href="/">Ask a question</a>
      </Picture>,
    ),
  () => page.append("The schema could not be read: the server does not answer."),
);
