/** The checks of Relay: one set of sources, compiled with the documents' texts or with their ids alone. */
import {
  ConnectionHandler,
  ROOT_ID,
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getRequest,
  getSingularSelector,
  requestSubscription,
} from "relay-runtime";
import { assert, check, end, inTime, known, plainly, reading, until, writing } from "../../checks.mjs";
import nextQuery from "./__generated__/contactsNextQuery.graphql";
import previousQuery from "./__generated__/contactsPreviousQuery.graphql";
import headQuery from "./__generated__/contactsHeadQuery.graphql";
import * as documents from "./contacts";
import { contactSubscription, insightsSubscription } from "./changes";
import { environmentOver } from "./environment";
import { moveMutation } from "./moves";

const persisted = getRequest(documents.listQuery).params.text === null;
const trusted = `${process.env.LEADGRAPH_TRUSTED}/graphql`;
const [listing, moving] = persisted ? [trusted, trusted] : [reading, writing];
const ids = await known();
const ORDER = { field: "NAME" };

/** Fetches an operation and keeps what it brings in the store. */
async function shown(environment, query, variables) {
  const operation = createOperationDescriptor(getRequest(query), variables);
  environment.retain(operation);
  await fetchQuery(environment, query, variables).toPromise();
  return () => environment.lookup(operation.fragment).data;
}

function fragmentOf(environment, fragment, parent) {
  const { data, isMissingData } = environment.lookup(getSingularSelector(fragment, parent));
  assert.equal(isMissingData, false);
  return data;
}

function names(connection) {
  return connection.edges.map(({ node }) => node.fullName);
}

async function listed(page) {
  const text = `{ contacts(${page}, orderBy: {field: NAME}) { edges { node { fullName } } } }`;
  return names((await plainly(reading, text)).data.contacts);
}

await check("@connection has every edge of three pages forwards", async () => {
  const { environment } = environmentOver(listing);
  const read = await shown(environment, documents.listQuery, { count: 4 });
  for (const count of [4, 2]) {
    const { pageInfo } = fragmentOf(environment, documents.list, read()).contacts;
    await fetchQuery(environment, nextQuery, { count, cursor: pageInfo.endCursor }).toPromise();
  }
  const { contacts } = fragmentOf(environment, documents.list, read());
  assert.deepEqual(names(contacts), await listed("first: 10"));
  assert.deepEqual([contacts.pageInfo.hasNextPage, contacts.totalCount.precision], [true, "EXACT"]);
  const record = ConnectionHandler.getConnectionID(ROOT_ID, "contacts_list_contacts", { orderBy: ORDER });
  assert.equal(environment.getStore().getSource().get(record).edges.__refs.length, 10);
});

await check("@connection has every edge of two pages backwards", async () => {
  const { environment } = environmentOver(listing);
  const read = await shown(environment, documents.backwardsQuery, { count: 5 });
  const { pageInfo } = fragmentOf(environment, documents.backwards, read()).contacts;
  await fetchQuery(environment, previousQuery, { count: 4, cursor: pageInfo.startCursor }).toPromise();
  assert.deepEqual(names(fragmentOf(environment, documents.backwards, read()).contacts), await listed("last: 9"));
});

await check("insights of three windows of one contact are three records", async () => {
  const { environment } = environmentOver(moving);
  const since = "2026-03-03T00:00:00Z";
  const read = await shown(environment, documents.windowsQuery, { id: ids.ann, since });
  const [usual, all, some] = ["usual", "all", "window"].map((key) =>
    fragmentOf(environment, documents.figures, read().contact[key]),
  );
  assert.equal(new Set([usual.id, all.id, some.id]).size, 3);
  assert.deepEqual([all.from, some.from], [null, since]);
  assert.ok(all.interactions > some.interactions, `${all.interactions} and ${some.interactions}`);
});

await check("node(id) fetches a fragment again", async () => {
  const { environment, sent } = environmentOver(moving);
  const read = await shown(environment, documents.pageQuery, { id: ids.cas });
  environment.commitUpdate((store) => store.get(ids.cas).setValue("Stale Name", "fullName"));
  assert.equal(fragmentOf(environment, documents.head, read().contact).fullName, "Stale Name");
  await fetchQuery(environment, headQuery, { id: ids.cas }).toPromise();
  assert.equal(fragmentOf(environment, documents.head, read().contact).fullName, "Cassia");
  assert.deepEqual(sent.map((body) => Boolean(body.documentId)), [persisted, persisted]);
});

function moved(environment, input) {
  return inTime(
    new Promise((onCompleted, onError) => {
      commitMutation(environment, { mutation: moveMutation, variables: { input }, onCompleted, onError });
    }),
    "the answer to a mutation",
  );
}

await check("a mutation changes what is shown", async () => {
  const { environment } = environmentOver(moving);
  const read = await shown(environment, documents.pageQuery, { id: ids.cas });
  const { account } = fragmentOf(environment, documents.head, read().contact);
  const [accountId, name] = account?.name === "Lid Works" ? [ids.empty, "Empty Rooms"] : [ids.lid, "Lid Works"];
  const { contactMove } = await moved(environment, { id: ids.cas, accountId });
  assert.deepEqual(contactMove.userErrors, []);
  assert.equal(fragmentOf(environment, documents.head, read().contact).account.name, name);
});

await check("what a mutation refuses is data", async () => {
  const { environment } = environmentOver(moving);
  const { contactMove } = await moved(environment, { id: ids.lid, accountId: ids.kettle });
  const [{ code, path }] = contactMove.userErrors;
  assert.deepEqual([contactMove.contact, code, path], [null, "INVALID", ["id"]]);
});

await check("an error at the top rejects, with its code", async () => {
  const { environment } = environmentOver(moving);
  const error = await fetchQuery(environment, documents.refusedQuery, {}).toPromise().then(assert.fail, (no) => no);
  assert.equal(error.source.errors[0].extensions.code, "BAD_USER_INPUT");
});

function following(environment, subscription, variables) {
  const [events, errors] = [[], []];
  const { dispose } = requestSubscription(environment, {
    subscription,
    variables,
    onNext: (event) => events.push(event),
    onError: (error) => errors.push(error),
  });
  return { events, errors, dispose };
}

await check("requestSubscription: the state first, then what happens after its cursor", async () => {
  const { environment, sent } = environmentOver(moving);
  const read = await shown(environment, documents.pageQuery, { id: ids.cas });
  const { account } = fragmentOf(environment, documents.head, read().contact);
  const [accountId, name] = account?.name === "Lid Works" ? [ids.empty, "Empty Rooms"] : [ids.lid, "Lid Works"];
  const now = following(environment, insightsSubscription, { id: ids.cas });
  const { cursor: after } = (await until(() => now.events[0], "the insights now")).contactInsights;
  now.dispose();
  const changes = following(environment, contactSubscription, { id: ids.cas, after });
  await moved(environmentOver(moving).environment, { id: ids.cas, accountId });
  await until(() => changes.events[0], "the move");
  assert.equal(fragmentOf(environment, documents.head, read().contact).account.name, name);
  assert.deepEqual(sent.map((body) => Boolean(body.documentId)), [persisted, persisted, persisted]);
  changes.dispose();
});

await check("a subscription that is refused says why", async () => {
  const changes = following(environmentOver(moving).environment, contactSubscription, { id: ids.lid });
  const [{ extensions }] = await until(() => changes.errors[0], "a refusal");
  assert.equal(extensions.code, "BAD_USER_INPUT");
});

async function code(body) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(trusted, { method: "POST", headers, body: JSON.stringify(body) });
  const { data, errors } = await answer.json();
  assert.equal(data, undefined);
  assert.ok(errors[0].message.length > 20, errors[0].message);
  return errors[0].extensions.code;
}

if (persisted) {
  await check("what no manifest holds is refused", async () => {
    assert.equal(await code({ query: "{ contacts(first: 1) { nodes { id } } }" }), "FORBIDDEN");
    assert.equal(await code({ query: "{ __schema { queryType { name } } }" }), "FORBIDDEN");
    assert.equal(await code({ documentId: "0".repeat(32) }), "FORBIDDEN");
  });
}

end();
