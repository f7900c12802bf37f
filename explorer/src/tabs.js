// Every file `tabs/NAME.graphql` is a tab, in the order of their names; `tabs/NAME.json` holds its variables.
const documents = import.meta.glob("./tabs/*.graphql", { query: "?raw", import: "default", eager: true });
const variables = import.meta.glob("./tabs/*.json", { query: "?raw", import: "default", eager: true });

export const tabs = Object.keys(documents)
  .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
  .map((path) => ({
    query: documents[path],
    variables: variables[path.replace(/\.graphql$/, ".json")] ?? null,
    headers: null,
  }));
