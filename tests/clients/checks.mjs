/** What a client's script finds: one line of JSON for each check, and a last one that says it came to its end. */
import assert from "node:assert/strict";

export { assert };

/** The server over the demo company, for reading. */
export const reading = `${process.env.LEADGRAPH_READING}/graphql`;

/** The server over a small company of the test's own, for writing and for what is sent live. */
export const writing = `${process.env.LEADGRAPH_WRITING}/graphql`;

/** The address of that server's WebSocket. */
export const socket = writing.replace(/^http/, "ws");

const PATIENCE = 20_000;
const said = [];

for (const level of ["warn", "error"]) {
  console[level] = (...words) => said.push(`console.${level}: ${words.map(String).join(" ")}`);
}

/** Does one check; what a client says on the console while it runs is a failure too. */
export async function check(name, body) {
  said.length = 0;
  let problem = null;
  try {
    await inTime(body(), name);
  } catch (error) {
    problem = error?.stack ?? String(error);
  }
  problem ??= said.length ? said.join("\n") : null;
  console.log(JSON.stringify({ check: name, ok: problem === null, problem }));
}

/** Says that every check has been made. */
export function end() {
  console.log(JSON.stringify({ end: true }));
  process.exit(0);
}

/** A promise's value, or a failure that names what was waited for. */
export function inTime(promise, what) {
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`Nothing came for ${PATIENCE} ms: ${what}`)), PATIENCE).unref();
  });
  return Promise.race([promise, late]);
}

/** The value of `found` as soon as it has one. */
export async function until(found, what) {
  const wait = (resolve) => {
    const value = found();
    if (value) resolve(value);
    else setTimeout(wait, 5, resolve);
  };
  return inTime(new Promise(wait), what);
}

/** A `fetch` that keeps what was asked and how it was answered. */
export function recording(calls = []) {
  const recorded = async (address, options = {}) => {
    const call = { method: options.method ?? "GET", address: String(address), body: options.body, headers: {} };
    new Headers(options.headers).forEach((value, key) => (call.headers[key] = value));
    calls.push(call);
    const answer = await fetch(address, options);
    call.status = answer.status;
    call.type = answer.headers.get("content-type");
    return answer;
  };
  return Object.assign(recorded, { calls });
}

/** The answer to an operation that is asked for without any client. */
export async function plainly(address, query, variables) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

/** The ids of the small company's records, by their keys. */
export async function known() {
  const { data } = await plainly(
    writing,
    `{
      ann: contact(by: {sourceKey: {source: "world", key: "ann"}}) { id }
      bob: contact(by: {sourceKey: {source: "world", key: "bob"}}) { id }
      cas: contact(by: {sourceKey: {source: "world", key: "cas"}}) { id }
      fir: contact(by: {sourceKey: {source: "world", key: "fir"}}) { id }
      kettle: account(by: {sourceKey: {source: "world", key: "kettle"}}) { id }
      lid: account(by: {sourceKey: {source: "world", key: "lid"}}) { id }
      empty: account(by: {sourceKey: {source: "world", key: "empty"}}) { id }
    }`,
  );
  return Object.fromEntries(Object.entries(data).map(([key, record]) => [key, record.id]));
}
