/** Apollo Client 4: its cache, its links, its paging, and what it is told. */
import { createHash } from "node:crypto";
import { ApolloLink, HttpLink, gql } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { BatchHttpLink } from "@apollo/client/link/batch-http";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { RetryLink } from "@apollo/client/link/retry";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import * as apollo from "./apollo.setup.mjs";
import { assert, check, end, known, plainly, reading, recording, socket, until, writing } from "./checks.mjs";

const { ACCOUNT_OF, CHANGES, CONTACT, INSIGHTS, JOB, MOVE, PAGE, PARTS, UPDATE } = apollo;
const { following, isSubscription, over, possibleTypes, types, watching } = apollo;

const demo = over(new HttpLink({ uri: reading }));
const first = (await demo.query({ query: PAGE, variables: { first: 1 } })).data.contacts.edges[0].node;
const ids = await known();

await check("a query", async () => {
  const { data } = await demo.query({ query: CONTACT, variables: { id: first.id }, fetchPolicy: "network-only" });
  assert.equal(data.contact.fullName, first.fullName);
  assert.ok(demo.cache.extract()[`Contact:${first.id}`], "the contact lies in the cache under its id");
});

await check("node(id) of an interface finds the cached contact by possibleTypes", async () => {
  const query = gql`query ($id: ID!) { node(id: $id) { id ... on Contact { fullName } ... on Account { name } } }`;
  const { data } = await demo.query({ query, variables: { id: first.id } });
  assert.equal(data.node.fullName, first.fullName);
  const fragment = gql`fragment Named on Node { id ... on Contact { fullName } }`;
  const read = demo.cache.readFragment({ id: `Contact:${first.id}`, fragment });
  assert.equal(read.fullName, first.fullName);
});

await check("two windows of insights of one contact stay apart", async () => {
  const recorded = recording();
  const client = over(new HttpLink({ uri: reading, fetch: recorded }));
  const windowed = gql`
    query Windowed($id: ID!, $from: DateTime) {
      contact(by: { id: $id }) {
        id
        insights(from: $from) { id from interactions byType { type count } email { sent delivered totalOpens } }
      }
    }
  `;
  const always = watching(client, { query: windowed, variables: { id: first.id, from: null } });
  const whole = await until(always.latest, "the insights of all time");
  const lately = watching(client, { query: windowed, variables: { id: first.id, from: "2026-10-01T00:00:00Z" } });
  const recent = await until(lately.latest, "the insights of a window");
  assert.notEqual(whole.contact.insights.id, recent.contact.insights.id);
  await always.query.refetch();
  await lately.query.refetch();
  assert.deepEqual(always.latest(), whole);
  assert.deepEqual(lately.latest(), recent);
  assert.deepEqual([always.results.length, lately.results.length], [1, 1]);
  assert.equal(recorded.calls.length, 4);
  [always, lately].forEach((watched) => watched.stop());
});

await check("two queries of one window with different figures do not fight", async () => {
  const recorded = recording();
  const client = over(new HttpLink({ uri: reading, fetch: recorded }));
  const figures = (some) => gql`
    query Figures($id: ID!) { contact(by: { id: $id }) { id insights(from: null) { id email { id ${some} } } } }
  `;
  const opens = watching(client, { query: figures("totalOpens"), variables: { id: first.id } });
  await until(opens.latest, "the opens");
  const clicks = watching(client, { query: figures("totalClicks"), variables: { id: first.id } });
  await until(clicks.latest, "the clicks");
  await opens.query.refetch();
  await clicks.query.refetch();
  assert.deepEqual([opens.results.length, clicks.results.length], [1, 1]);
  assert.equal(recorded.calls.length, 4);
  [opens, clicks].forEach((watched) => watched.stop());
});

await check("every object without an id that hangs on a record is named as a part of it", async () => {
  const known = types.filter(({ fields }) => fields?.some(({ name }) => name === "id"));
  const nodes = new Set(known.map(({ name }) => name));
  const hanging = types
    .filter(({ name }) => possibleTypes.Node.includes(name))
    .flatMap(({ fields }) => fields.map(({ type }) => (type.kind === "NON_NULL" ? type.ofType : type)))
    .filter(({ kind, name }) => kind === "OBJECT" && !nodes.has(name) && !name.endsWith("Connection"));
  assert.deepEqual([...new Set(hanging.map(({ name }) => name))].sort(), PARTS);
});

await check("paging forwards by fetchMore", async () => {
  const client = over(new HttpLink({ uri: reading }));
  const { data: ten } = await demo.query({ query: PAGE, variables: { first: 10 }, fetchPolicy: "no-cache" });
  const pages = watching(client, { query: PAGE, variables: { first: 4 } });
  await until(pages.latest, "the first page");
  let { endCursor: after } = pages.latest().contacts.pageInfo;
  for (const size of [4, 2]) {
    const { data } = await pages.query.fetchMore({ variables: { first: size, after } });
    after = data.contacts.pageInfo.endCursor;
  }
  const shown = await until(() => pages.latest().contacts.edges.length === 10 && pages.latest(), "ten contacts");
  assert.deepEqual(shown.contacts.edges.map(({ node }) => node.id), ten.contacts.edges.map(({ node }) => node.id));
  assert.equal(shown.contacts.pageInfo.hasPreviousPage, false);
  pages.stop();
});

await check("paging backwards by fetchMore", async () => {
  const client = over(new HttpLink({ uri: reading }));
  const { data: nine } = await demo.query({ query: PAGE, variables: { last: 9 }, fetchPolicy: "no-cache" });
  const pages = watching(client, { query: PAGE, variables: { last: 5 } });
  await until(pages.latest, "the last page");
  const { startCursor: before } = pages.latest().contacts.pageInfo;
  await pages.query.fetchMore({ variables: { last: 4, before } });
  const shown = await until(() => pages.latest().contacts.edges.length === 9 && pages.latest(), "nine contacts");
  assert.deepEqual(shown.contacts.edges.map(({ node }) => node.id), nine.contacts.edges.map(({ node }) => node.id));
  assert.equal(shown.contacts.pageInfo.hasNextPage, false);
  pages.stop();
});

await check("a mutation changes what a watched query shows", async () => {
  const client = over(new HttpLink({ uri: writing }));
  const shown = watching(client, { query: ACCOUNT_OF, variables: { id: ids.bob } });
  await until(shown.latest, "the contact's account");
  const input = { id: ids.bob, accountId: ids.empty };
  const { data } = await client.mutate({ mutation: MOVE, variables: { input } });
  assert.deepEqual(data.contactMove.userErrors, []);
  await until(() => shown.latest().contact.account.id === ids.empty, "the account after the move");
  shown.stop();
});

await check("what a mutation refuses is data", async () => {
  const client = over(new HttpLink({ uri: writing }));
  const input = { id: ids.lid, accountId: ids.kettle };
  const { data, error } = await client.mutate({ mutation: MOVE, variables: { input } });
  assert.equal(error, undefined);
  assert.equal(data.contactMove.contact, null);
  const [refused] = data.contactMove.userErrors;
  assert.deepEqual([refused.code, refused.path], ["INVALID", ["id"]]);
});

await check("what is shown before it is answered is taken back where it is refused", async () => {
  const client = over(new HttpLink({ uri: writing }));
  const shown = watching(client, { query: JOB, variables: { id: ids.ann } });
  const { version, jobTitle } = (await until(shown.latest, "the contact's job")).contact;
  const hoped = { __typename: "Contact", id: ids.ann, version: version + 1, jobTitle: "Hoped for" };
  const optimisticResponse = {
    contactUpdate: { __typename: "ContactPayload", contact: hoped, userErrors: [] },
  };
  const input = { id: ids.ann, patch: { jobTitle: "Hoped for", currency: "shells" } };
  const { data } = await client.mutate({ mutation: UPDATE, variables: { input }, optimisticResponse });
  const [{ code, path }] = data.contactUpdate.userErrors;
  assert.deepEqual([code, path], ["INVALID", ["patch", "currency"]]);
  await until(() => shown.results.length === 3, "the job before, the one hoped for, the one before");
  assert.deepEqual(shown.results.map(({ contact }) => contact.jobTitle), [jobTitle, "Hoped for", jobTitle]);
  assert.equal(shown.latest().contact.version, version);
  shown.stop();
});

await check("a stale change is made again on what has been read again", async () => {
  const client = over(new HttpLink({ uri: writing }));
  const shown = watching(client, { query: JOB, variables: { id: ids.ann } });
  const { version: expectedVersion } = (await until(shown.latest, "the contact's job")).contact;
  const between = { id: ids.ann, patch: { department: `After ${expectedVersion}` } };
  await plainly(writing, UPDATE.loc.source.body, { input: between });
  const input = { id: ids.ann, patch: { jobTitle: `Since ${expectedVersion}` }, expectedVersion };
  const { data: late } = await client.mutate({ mutation: UPDATE, variables: { input } });
  const [{ code, version, changed }] = late.contactUpdate.userErrors;
  assert.deepEqual([code, version, changed], ["STALE", expectedVersion + 1, ["department"]]);
  const { data: now } = await shown.query.refetch();
  assert.equal(now.contact.version, version);
  const { data: made } = await client.mutate({
    mutation: UPDATE,
    variables: { input: { ...input, expectedVersion: now.contact.version } },
  });
  assert.deepEqual(made.contactUpdate.userErrors, []);
  await until(() => shown.latest().contact.jobTitle === input.patch.jobTitle, "the job after the change");
  shown.stop();
});

async function refused(client, query, variables) {
  return client.query({ query, variables }).then(
    () => assert.fail("This was to be refused."),
    (error) => error,
  );
}

for (const [what, query, code] of [
  ["an argument that cannot be", gql`{ contacts(first: 101) { nodes { id } } }`, "BAD_USER_INPUT"],
  ["an unknown field", gql`{ contacts(first: 1) { nodes { id shoeSize } } }`, "GRAPHQL_VALIDATION_FAILED"],
  ["a variable that is missing", gql`query ($id: ID!) { contact(by: { id: $id }) { id } }`, "BAD_USER_INPUT"],
]) {
  await check(`${what} is a CombinedGraphQLErrors with the code ${code}`, async () => {
    const error = await refused(demo, query);
    assert.ok(CombinedGraphQLErrors.is(error), String(error?.stack));
    assert.equal(error.errors[0].extensions.code, code);
    assert.ok(error.errors[0].message.length > 20, error.errors[0].message);
  });
}

await check("errorPolicy all gives what could be read beside what could not", async () => {
  const query = gql`
    query ($id: ID!) { known: contact(by: { id: $id }) { id } unknown: contact(by: { id: "nonsense" }) { id } }
  `;
  const { data, error } = await demo.query({ query, variables: { id: first.id }, errorPolicy: "all" });
  assert.deepEqual([data.known.id, data.unknown], [first.id, null]);
  assert.deepEqual(error.errors.map(({ path, extensions }) => [path, extensions.code]), [
    [["unknown"], "BAD_USER_INPUT"],
  ]);
});

await check("automatic persisted queries: a miss, then hits by GET", async () => {
  const recorded = recording();
  const sha256 = (text) => createHash("sha256").update(text).digest("hex");
  const persisted = () => new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
  const link = () => ApolloLink.from([persisted(), new HttpLink({ uri: writing, fetch: recorded })]);
  const query = gql`query Hashed($id: ID!) { contact(by: { id: $id }) { id fullName apollo: version } }`;
  const ask = () => over(link()).query({ query, variables: { id: ids.ann } });
  const { data } = await ask();
  assert.equal(data.contact.fullName, "Ann Arbour");
  assert.deepEqual(recorded.calls.map(({ method }) => method), ["GET", "POST"]);
  assert.ok(JSON.parse(recorded.calls[1].body).extensions.persistedQuery.sha256Hash);
  assert.deepEqual((await ask()).data, data);
  assert.equal(recorded.calls.length, 3);
  assert.equal(recorded.calls[2].method, "GET");
  assert.ok(!recorded.calls[2].address.includes("query="), recorded.calls[2].address);
  const input = { id: ids.lid, accountId: ids.kettle };
  const { data: answer } = await over(link()).mutate({ mutation: MOVE, variables: { input } });
  assert.equal(answer.contactMove.userErrors[0].code, "INVALID");
  assert.ok(recorded.calls.slice(3).every(({ method }) => method === "POST"));
});

await check("an array of operations is refused in words", async () => {
  const recorded = recording();
  const client = over(new BatchHttpLink({ uri: reading, batchMax: 2, batchInterval: 5, fetch: recorded }));
  const both = await Promise.all([
    refused(client, CONTACT, { id: first.id }),
    refused(client, gql`{ contacts(first: 1) { nodes { id } } }`),
  ]);
  assert.equal(recorded.calls.length, 1);
  assert.equal(recorded.calls[0].status, 400);
  for (const error of both) {
    const words = `${error.message} ${error.bodyText ?? ""} ${JSON.stringify(error.result ?? error.errors ?? "")}`;
    assert.match(words, /one operation|array|batch/i);
  }
});

await check("a failing network is tried again", async () => {
  const tried = [];
  const shaky = (address, options) => {
    tried.push(address);
    return fetch(tried.length === 1 ? "http://127.0.0.1:1/graphql" : address, options);
  };
  const retry = new RetryLink({ delay: { initial: 5, jitter: false } });
  const client = over(ApolloLink.from([retry, new HttpLink({ uri: reading, fetch: shaky })]));
  const { data } = await client.query({ query: CONTACT, variables: { id: first.id } });
  assert.equal(data.contact.id, first.id);
  assert.equal(tried.length, 2);
});

await check("a subscription changes what a watched query shows", async () => {
  const ws = createClient({ url: socket, lazyCloseTimeout: 0 });
  const live = new GraphQLWsLink(ws);
  const client = over(ApolloLink.split(isSubscription, live, new HttpLink({ uri: writing })));
  const shown = watching(client, { query: ACCOUNT_OF, variables: { id: ids.bob } });
  const { contact } = await until(shown.latest, "the contact's account");
  const now = following(client, INSIGHTS, { id: ids.bob });
  const { cursor: after, insights } = (await until(() => now.events[0], "the insights now")).contactInsights;
  now.stop();
  assert.equal(insights.id, contact.insights.id, "what is followed is the record that queries show");
  const changes = following(client, CHANGES, { id: ids.bob, after });
  const accountId = contact.account.id === ids.lid ? ids.empty : ids.lid;
  await plainly(writing, MOVE.loc.source.body, { input: { id: ids.bob, accountId } });
  await until(() => shown.latest().contact.account.id === accountId, "the account after somebody else's move");
  assert.deepEqual(changes.events.map(({ contactChanges }) => contactChanges.kind), ["UPDATED"]);
  changes.stop();
});

await check("a subscription that is refused ends with its code", async () => {
  const client = over(new GraphQLWsLink(createClient({ url: socket, lazyCloseTimeout: 0 })));
  const changes = following(client, CHANGES, { id: ids.lid });
  const error = await until(() => changes.errors[0], "a refusal");
  assert.ok(CombinedGraphQLErrors.is(error), String(error?.stack));
  assert.equal(error.errors[0].extensions.code, "BAD_USER_INPUT");
});

end();
