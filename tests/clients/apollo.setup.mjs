/** Apollo Client 4 as a frontend team sets it up: its cache, its documents, and ways to watch it. */
import { isDeepStrictEqual } from "node:util";
import { ApolloClient, InMemoryCache, gql } from "@apollo/client";
import { loadDevMessages, loadErrorMessages } from "@apollo/client/dev";
import { relayStylePagination } from "@apollo/client/utilities";
import { plainly, reading } from "./checks.mjs";

loadDevMessages();
loadErrorMessages();

const INTROSPECTION = `{
  __schema { types { kind name possibleTypes { name } fields { name type { kind name ofType { kind name } } } } }
}`;
export const { types } = (await plainly(reading, INTROSPECTION)).data.__schema;
export const possibleTypes = Object.fromEntries(
  types
    .filter(({ kind }) => kind === "INTERFACE" || kind === "UNION")
    .map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]),
);

/** Objects without an id of their own: a part of the record they hang on, so their fields add up. */
export const PARTS = ["EmailEligibility", "Heatmap", "OpenDeals"];
const parts = Object.fromEntries(PARTS.map((name) => [name, { merge: true }]));

export const PAGE = gql`
  query Page($first: Int, $after: String, $last: Int, $before: String) {
    contacts(first: $first, after: $after, last: $last, before: $before, orderBy: { field: NAME }) {
      totalCount { value precision }
      edges { cursor node { id fullName } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
`;
export const CONTACT = gql`query Contact($id: ID!) { contact(by: { id: $id }) { id fullName email } }`;
export const ACCOUNT_OF = gql`
  query AccountOf($id: ID!) { contact(by: { id: $id }) { id account { id name } insights(from: null) { id } } }
`;
export const MOVE = gql`
  mutation Move($input: ContactMoveInput!) {
    contactMove(input: $input) {
      contact { id account { id name } }
      userErrors { code message path }
    }
  }
`;
export const JOB = gql`query Job($id: ID!) { contact(by: { id: $id }) { id version jobTitle } }`;
export const UPDATE = gql`
  mutation Update($input: ContactUpdateInput!) {
    contactUpdate(input: $input) {
      contact { id version jobTitle }
      userErrors { code message path version changed }
    }
  }
`;
export const INSIGHTS = gql`
  subscription Insights($id: ID!) { contactInsights(id: $id, from: null) { cursor insights { id interactions } } }
`;
export const CHANGES = gql`
  subscription Changes($id: ID!, $after: String) {
    contactChanges(id: $id, after: $after) { cursor kind contact { id account { id name } } }
  }
`;

function cache() {
  const contacts = relayStylePagination(["orderBy", "where"]);
  return new InMemoryCache({ possibleTypes, typePolicies: { ...parts, Query: { fields: { contacts } } } });
}

export function over(link, kept = cache()) {
  return new ApolloClient({ link, cache: kept });
}

/** Watches a query; `latest()` is its newest whole result, `results` each that differed from the one before. */
export function watching(client, options) {
  const results = [];
  const query = client.watchQuery({ ...options, notifyOnNetworkStatusChange: false });
  const subscription = query.subscribe((result) => {
    if (result.error) throw result.error;
    if (result.dataState === "complete" && !isDeepStrictEqual(result.data, results.at(-1))) results.push(result.data);
  });
  return { query, results, latest: () => results.at(-1), stop: () => subscription.unsubscribe() };
}

/** Follows a subscription: its events as they come, and what it was refused with. */
export function following(client, query, variables) {
  const [events, errors] = [[], []];
  const subscription = client.subscribe({ query, variables }).subscribe(({ data, error }) => {
    if (error) errors.push(error);
    else events.push(data);
  });
  return { events, errors, stop: () => subscription.unsubscribe() };
}

export function isSubscription({ operationType }) {
  return operationType === "subscription";
}
