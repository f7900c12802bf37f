/** urql's core with its own exchanges, as a frontend team sets it up. */
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { createClient } from "graphql-ws";
import { assert, check, end, known, plainly, reading, recording, socket, until, writing } from "./checks.mjs";

const CONTACT = gql`
  query Contact($id: ID!) {
    contact(by: { id: $id }) { id fullName account { id name } insights(from: null) { id email { totalOpens } } }
  }
`;
const PAGE = gql`
  query Page($first: Int, $after: String, $last: Int, $before: String) {
    contacts(first: $first, after: $after, last: $last, before: $before, orderBy: { field: NAME }) {
      nodes { id }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;
const MOVE = gql`
  mutation Move($input: ContactMoveInput!) {
    contactMove(input: $input) {
      contact { id account { id name } }
      userErrors { code message path }
    }
  }
`;
const JOB = gql`query Job($id: ID!) { contact(by: { id: $id }) { id version jobTitle } }`;
const UPDATE = gql`
  mutation Update($input: ContactUpdateInput!) {
    contactUpdate(input: $input) {
      contact { id version jobTitle }
      userErrors { code message path version changed }
    }
  }
`;
const INSIGHTS = gql`
  subscription Insights($id: ID!) { contactInsights(id: $id, from: null) { cursor insights { id interactions } } }
`;
const CHANGES = gql`
  subscription Changes($id: ID!, $after: String) {
    contactChanges(id: $id, after: $after) { cursor kind contact { id account { id name } } }
  }
`;

function over(url, { exchanges = [cacheExchange, fetchExchange], ...options } = {}) {
  return new Client({ url, exchanges, ...options });
}

async function data(result) {
  const { data, error } = await result;
  if (error) throw error;
  return data;
}

async function refused(result) {
  const { data, error } = await result;
  assert.ok(error, `This was to be refused: ${JSON.stringify(data)}`);
  return error;
}

/** Follows a subscription: its events as they come, and what it was refused with. */
function following(client, query, variables) {
  const [events, errors] = [[], []];
  const { unsubscribe } = client.subscription(query, variables).subscribe(({ data, error }) => {
    if (error) errors.push(error);
    else events.push(data);
  });
  return { events, errors, unsubscribe };
}

const demo = over(reading);
const first = (await data(demo.query(PAGE, { first: 1 }))).contacts.nodes[0];
const ids = await known();

await check("a query is answered with JSON although urql would take streams too", async () => {
  const recorded = recording();
  const shown = await data(over(reading, { fetch: recorded }).query(CONTACT, { id: first.id }));
  assert.equal(shown.contact.id, first.id);
  const [call] = recorded.calls;
  assert.match(call.headers.accept, /text\/event-stream, multipart\/mixed$/);
  assert.match(call.type, /^application\/(graphql-response\+)?json\b/);
});

await check("a query by GET", async () => {
  const recorded = recording();
  const client = over(reading, { fetch: recorded, preferGetMethod: "force" });
  assert.equal((await data(client.query(CONTACT, { id: first.id }))).contact.id, first.id);
  assert.equal(recorded.calls[0].method, "GET");
});

for (const [direction, sizes, end, cursor, from] of [
  ["forwards", ["first", 10], "endCursor", "after", (known, nodes) => [...known, ...nodes]],
  ["backwards", ["last", 9], "startCursor", "before", (known, nodes) => [...nodes, ...known]],
]) {
  await check(`paging ${direction}`, async () => {
    const [size, count] = sizes;
    const whole = (await data(demo.query(PAGE, { [size]: count }))).contacts.nodes;
    let [nodes, place] = [[], undefined];
    while (nodes.length < count) {
      const { contacts } = await data(demo.query(PAGE, { [size]: Math.min(4, count - nodes.length), [cursor]: place }));
      nodes = from(nodes, contacts.nodes);
      place = contacts.pageInfo[end];
    }
    assert.deepEqual(nodes, whole);
  });
}

await check("a mutation asks watched queries again", async () => {
  const client = over(writing);
  const results = [];
  const watched = client.query(CONTACT, { id: ids.fir }).subscribe(({ data }) => data && results.push(data.contact));
  const before = await until(() => results.at(-1), "the contact");
  const accountId = before.account?.id === ids.lid ? ids.empty : ids.lid;
  const { contactMove } = await data(client.mutation(MOVE, { input: { id: ids.fir, accountId } }));
  assert.deepEqual(contactMove.userErrors, []);
  await until(() => results.at(-1).account?.id === accountId, "the contact after the move");
  watched.unsubscribe();
});

await check("what a mutation refuses is data", async () => {
  const input = { id: ids.lid, accountId: ids.kettle };
  const { contactMove } = await data(over(writing).mutation(MOVE, { input }));
  const [{ code, path }] = contactMove.userErrors;
  assert.deepEqual([contactMove.contact, code, path], [null, "INVALID", ["id"]]);
});

await check("a stale change is made again on what has been read again", async () => {
  const client = over(writing);
  const read = () => data(client.query(JOB, { id: ids.fir }, { requestPolicy: "network-only" }));
  const { version: expectedVersion } = (await read()).contact;
  const between = { id: ids.fir, patch: { department: `After ${expectedVersion}` } };
  await plainly(writing, UPDATE.loc.source.body, { input: between });
  const input = { id: ids.fir, patch: { jobTitle: `Since ${expectedVersion}` }, expectedVersion };
  const { contactUpdate: late } = await data(client.mutation(UPDATE, { input }));
  const [{ code, version, changed }] = late.userErrors;
  assert.deepEqual([code, version, changed], ["STALE", expectedVersion + 1, ["department"]]);
  const { contact: now } = await read();
  assert.equal(now.version, version);
  const again = { ...input, expectedVersion: now.version };
  const { contactUpdate: made } = await data(client.mutation(UPDATE, { input: again }));
  assert.deepEqual([made.userErrors, made.contact.jobTitle], [[], input.patch.jobTitle]);
});

for (const [what, query, variables, code] of [
  ["an argument that cannot be", PAGE, { first: 101 }, "BAD_USER_INPUT"],
  ["an unknown field", gql`{ contacts(first: 1) { nodes { shoeSize } } }`, {}, "GRAPHQL_VALIDATION_FAILED"],
  ["a variable that is missing", CONTACT, {}, "BAD_USER_INPUT"],
]) {
  await check(`${what} is a CombinedError with the code ${code}`, async () => {
    const error = await refused(demo.query(query, variables));
    assert.equal(error.networkError, undefined);
    assert.equal(error.graphQLErrors[0].extensions.code, code);
  });
}

const sockets = createClient({ url: socket, lazyCloseTimeout: 0 });
const forwarded = ({ query, variables }) => ({
  subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables }, sink) }),
});

for (const [way, exchanges, options] of [
  ["over WebSocket", [cacheExchange, subscriptionExchange({ forwardSubscription: forwarded }), fetchExchange], {}],
  ["by server-sent events", [cacheExchange, fetchExchange], { fetchSubscriptions: true }],
]) {
  await check(`a subscription ${way}: the state first, then what happens after its cursor`, async () => {
    const client = over(writing, { exchanges, ...options });
    const now = following(client, INSIGHTS, { id: ids.fir });
    const { cursor, insights } = (await until(() => now.events[0], "the insights now")).contactInsights;
    assert.equal(typeof insights.interactions, "number");
    now.unsubscribe();
    const changes = following(client, CHANGES, { id: ids.fir, after: cursor });
    const { account } = (await data(client.query(CONTACT, { id: ids.fir }))).contact;
    const accountId = account?.id === ids.lid ? ids.empty : ids.lid;
    await plainly(writing, MOVE.loc.source.body, { input: { id: ids.fir, accountId } });
    const { kind, contact } = (await until(() => changes.events[0], "the move")).contactChanges;
    assert.deepEqual([kind, contact.account.id], ["UPDATED", accountId]);
    changes.unsubscribe();
  });
}

await check("what a subscription may not follow is refused by its code", async () => {
  for (const client of [
    over(writing, { exchanges: [subscriptionExchange({ forwardSubscription: forwarded })] }),
    over(writing, { exchanges: [fetchExchange], fetchSubscriptions: true }),
  ]) {
    const changes = following(client, CHANGES, { id: ids.lid });
    const error = await until(() => changes.errors[0], "a refusal");
    assert.equal(error.graphQLErrors[0]?.extensions.code, "BAD_USER_INPUT", String(error));
  }
});

end();
