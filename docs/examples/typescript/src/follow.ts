/** An account's new interactions as they come, without loss or repetition over dropped connections. */
import type { TadaDocumentNode } from "gql.tada";
import { print } from "graphql";
import { createClient } from "graphql-ws";

import { actor, address } from "./client.js";
import { graphql } from "./graphql.js";
import { InteractionLine, line } from "./interaction.js";

const Now = graphql(`
  subscription Now($id: ID!) {
    accountInsights(id: $id) {
      cursor
      insights { id interactions contacts }
    }
  }
`);

const Follow = graphql(
  `
    subscription Follow($id: ID!, $after: String) {
      accountInteractions(id: $id, after: $after) {
        cursor
        interaction { id ...InteractionLine }
      }
    }
  `,
  [InteractionLine],
);

const socket = createClient({
  url: address.replace(/^http/, "ws"),
  connectionParams: actor,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  on: { connected: (_socket, _payload, wasRetry) => console.error(wasRetry ? "connected again" : "connected") },
});

/**
 * The events of a subscription, until whoever reads them stops.
 *
 * After a break the socket connects again and sends the same `variables` object: what is written into it
 * meanwhile, as the latest cursor, goes along.
 */
async function* events<Data, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
): AsyncGenerator<Data> {
  for await (const { data, errors } of socket.iterate<Data>({ query: print(document), variables })) {
    if (errors) throw errors;
    if (data) yield data;
  }
}

/** Shows so many interactions as they come. */
export async function follow(id: string, count: number): Promise<boolean> {
  const variables = { id, after: await now(id) };
  let shown = 0;
  for await (const { accountInteractions: event } of events(Follow, variables)) {
    console.log(line(event.interaction));
    variables.after = event.cursor;
    if (++shown === count) break;
  }
  await socket.dispose();
  return true;
}

/** Shows the figures as they are now, and tells from where on they will change. */
async function now(id: string): Promise<string | null> {
  for await (const { accountInsights: event } of events(Now, { id })) {
    console.log(`${event.insights.contacts} contacts\t${event.insights.interactions} interactions so far`);
    return event.cursor;
  }
  return null;
}
