/** What goes on: graphql-ws and graphql-sse, breaks and all; @defer with Apollo Client's two formats and urql. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Defer20220824Handler, GraphQL17Alpha9Handler } from "@apollo/client/incremental";
import { Client, fetchExchange } from "@urql/core";
import { createClient as createEvents } from "graphql-sse";
import { createClient as createSockets } from "graphql-ws";
import { WebSocket } from "ws";
import { assert, check, end, known, plainly, reading, recording, socket, until, writing } from "./checks.mjs";

const CONTACT = "query Contact($id: ID!) { contact(by: { id: $id }) { id fullName } }";
const MOVE = `mutation Move($input: ContactMoveInput!) {
  contactMove(input: $input) { contact { id } userErrors { code path } }
}`;
const INSIGHTS = `subscription Insights($id: ID!) {
  contactInsights(id: $id, from: null) { cursor insights { interactions } }
}`;
const CHANGES = `subscription Changes($id: ID!, $after: String) {
  contactChanges(id: $id, after: $after) { cursor kind contact { account { id } } }
}`;
const ids = await known();
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
const stubborn = { retryAttempts: 1_000, shouldRetry: () => true, retryWait: pause, retry: pause };

/** Follows a subscription; after a break it goes on after the last cursor that came. */
function following(client, query, variables) {
  const [events, errors] = [[], []];
  const request = { query, variables: { ...variables } };
  let ended = false;
  const stop = client.subscribe(request, {
    next: ({ data, errors: told }) => {
      if (told) errors.push(...told);
      if (!data) return;
      const [event] = Object.values(data);
      events.push(event);
      request.variables.after = event.cursor;
    },
    error: (error) => errors.push(error),
    complete: () => (ended = true),
  });
  return { events, errors, stop, ended: () => ended };
}

async function one(client, query, variables) {
  const results = [];
  for await (const result of client.iterate({ query, variables })) results.push(result);
  assert.equal(results.length, 1);
  return results[0];
}

async function place(client, id) {
  const now = following(client, INSIGHTS, { id });
  const { cursor } = await until(() => now.events[0], "the insights now");
  now.stop();
  return cursor;
}

let turn = 0;
async function move() {
  const accountId = turn++ % 2 ? ids.lid : ids.kettle;
  const { data } = await plainly(writing, MOVE, { input: { id: ids.cas, accountId } });
  assert.deepEqual(data.contactMove.userErrors, []);
  return accountId;
}

function clients(url, address) {
  return [
    ["graphql-ws", createSockets({ url: address, webSocketImpl: WebSocket, lazyCloseTimeout: 0, ...stubborn })],
    ["graphql-sse", createEvents({ url, ...stubborn })],
  ];
}

for (const [name, client] of clients(writing, socket)) {
  await check(`${name}: a query and a mutation, each one result`, async () => {
    const { data } = await one(client, CONTACT, { id: ids.ann });
    assert.equal(data.contact.id, ids.ann);
    const input = { id: ids.lid, accountId: ids.kettle };
    const refused = (await one(client, MOVE, { input })).data.contactMove;
    assert.deepEqual(refused, { contact: null, userErrors: [{ code: "INVALID", path: ["id"] }] });
  });

  await check(`${name}: events after a cursor, until the client has enough`, async () => {
    const after = await place(client, ids.cas);
    const changes = following(client, CHANGES, { id: ids.cas, after });
    for (const count of [1, 2]) {
      const accountId = await move();
      await until(() => changes.events.length === count, `event ${count}`);
      assert.equal(changes.events.at(-1).contact.account.id, accountId);
    }
    changes.stop();
    assert.deepEqual(changes.errors, []);
  });

  await check(`${name}: what cannot be run is told, and is no break`, async () => {
    const changes = following(client, "subscription { nothing }", {});
    const { extensions } = [await until(() => changes.errors[0], "a refusal")].flat()[0];
    assert.equal(extensions.code, "GRAPHQL_VALIDATION_FAILED");
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

async function started(port) {
  const command = ["-m", "server", "serve", "--port", String(port)];
  const child = spawn(process.env.LEADGRAPH_PYTHON, command, {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, LEADGRAPH_DATABASE_URL: process.env.LEADGRAPH_COMPANY },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

const port = await freePort();
let server = await started(port);
const both = clients(`http://127.0.0.1:${port}/graphql`, `ws://127.0.0.1:${port}/graphql`);
const followed = [];
const moves = [];
const seen = (count) => until(() => followed.every(({ events }) => events.length === count), `event ${count}`);

await check("two ways to follow a server that will be killed", async () => {
  for (const [, client] of both) {
    followed.push(following(client, CHANGES, { id: ids.cas, after: await place(client, ids.cas) }));
  }
  moves.push(await move());
  await seen(1);
});

server.kill("SIGKILL");
await once(server, "exit");
moves.push(await move());
server = await started(port);

await check("after it came back, both go on without loss or repetition", async () => {
  await seen(2);
  moves.push(await move());
  await seen(3);
  for (const { events, errors } of followed) {
    assert.equal(events.at(-1).contact.account.id, moves.at(-1));
    assert.equal(new Set(events.map(({ cursor }) => cursor)).size, 3);
    assert.deepEqual(errors, []);
  }
});

const closed = new Promise((resolve) => both[0][1].on("closed", resolve));
server.kill("SIGTERM");
const [status] = await once(server, "exit");

await check("a server that ends says so, and leaves nobody without a word", async () => {
  assert.deepEqual([status, (await closed).code], [0, 1012]);
  followed.forEach(({ errors, ended, stop }) => {
    assert.deepEqual([errors, ended()], [[], false]);
    stop();
  });
});

const FIELDS = "insights(from: null) { id email { totalOpens } } account { id name }";
const listed = (deferred) => gql`
  query Listed {
    contacts(first: 5, orderBy: { field: NAME }) { nodes { id fullName ${deferred} } }
  }
`;
const DEFERRED = listed(`... @defer { ${FIELDS} }`);
const WHOLE = listed(FIELDS);
const FAILING = listed("... @defer { leads(first: 0) { nodes { id } } }");

for (const [name, handler, format] of [
  ["Defer20220824Handler", new Defer20220824Handler(), /deferSpec=20220824/],
  ["GraphQL17Alpha9Handler", new GraphQL17Alpha9Handler(), /incrementalSpec=v0\.2/],
]) {
  const over = (recorded) =>
    new ApolloClient({
      link: new HttpLink({ uri: reading, fetch: recorded }),
      cache: new InMemoryCache(),
      incrementalHandler: handler,
    });

  await check(`Apollo Client's ${name}: what is deferred follows, and makes the same whole`, async () => {
    const recorded = recording();
    const results = [];
    const subscription = over(recorded)
      .watchQuery({ query: DEFERRED })
      .subscribe((result) => results.push(structuredClone(result)));
    await until(() => results.at(-1)?.dataState === "complete", "the whole answer");
    const streaming = results.find(({ dataState }) => dataState === "streaming");
    assert.deepEqual(Object.keys(streaming.data.contacts.nodes[0]).sort(), ["__typename", "fullName", "id"]);
    const { data } = await over(fetch).query({ query: WHOLE });
    assert.deepEqual(results.at(-1).data, data);
    assert.match(recorded.calls[0].type, format);
    subscription.unsubscribe();
  });

  await check(`Apollo Client's ${name}: a deferred part that fails is an error beside the rest`, async () => {
    const { data, error } = await over(fetch).query({ query: FAILING, errorPolicy: "all" });
    assert.equal(data.contacts.nodes.length, 5);
    assert.deepEqual(new Set(error.errors.map(({ extensions }) => extensions.code)), new Set(["BAD_USER_INPUT"]));
  });
}

function urql(recorded = fetch) {
  return new Client({ url: reading, exchanges: [fetchExchange], fetch: recorded, preferGetMethod: false });
}

function streamed(query, recorded) {
  const results = [];
  urql(recorded).query(query, {}).subscribe((result) => results.push(result));
  return until(() => results.at(-1)?.hasNext === false && results, "the last part");
}

await check("urql: what is deferred follows, and makes the same whole", async () => {
  const recorded = recording();
  const results = await streamed(DEFERRED, recorded);
  assert.match(recorded.calls[0].type, /multipart\/mixed/);
  assert.deepEqual(Object.keys(results[0].data.contacts.nodes[0]).sort(), ["fullName", "id"]);
  const { data } = await urql().query(WHOLE, {});
  assert.deepEqual(results.at(-1).data, data);
  assert.equal(results.at(-1).error, undefined);
});

await check("urql: a deferred part that fails is an error beside the rest", async () => {
  const { data, error } = (await streamed(FAILING)).at(-1);
  assert.equal(data.contacts.nodes.length, 5);
  assert.equal(error.graphQLErrors[0].extensions.code, "BAD_USER_INPUT");
});

end();
