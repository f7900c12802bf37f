/** One way to ask, and what every command does with errors. */
import { type AnyVariables, Client, CombinedError, type TypedDocumentNode, fetchExchange } from "@urql/core";

export const address = process.env["LEADGRAPH_URL"] ?? "http://127.0.0.1:8000/graphql";

/** Who acts: as headers over HTTP, as parameters of the connection over WebSocket. */
export const actor = { "X-Leadgraph-Actor": "example" };

const client = new Client({ url: address, exchanges: [fetchExchange], fetchOptions: { headers: actor } });

/** The data of a query or mutation; an error at the top is thrown. */
export async function ask<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const isMutation = document.definitions.some((one) => "operation" in one && one.operation === "mutation");
  const asked = isMutation ? client.mutation(document, variables) : client.query(document, variables);
  const { data, error } = await asked.toPromise();
  if (error) throw error;
  if (data === undefined) throw new Error("The server sent neither data nor errors.");
  return data;
}

/** An error of GraphQL as the server tells it. */
interface Told {
  message: string;
  extensions?: Record<string, unknown>;
}

/** The errors at the top of an answer; a socket throws them as a list, urql within an error of its own. */
function told(error: unknown): readonly Told[] {
  if (error instanceof CombinedError) return error.graphQLErrors;
  return Array.isArray(error) ? (error as Told[]) : [];
}

/** An error in lines for people: what happened, and the id by which the server's log knows it. */
export function explained(error: unknown): string {
  if (error instanceof CombinedError && error.networkError) {
    return `The server at ${address} does not answer: ${error.networkError.message}`;
  }
  const lines = told(error).map(
    ({ message, extensions }) => `${extensions?.["code"]}: ${message} (request ${extensions?.["requestId"]})`,
  );
  return lines.join("\n") || String(error);
}

/** Whether asking again may help. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof CombinedError && error.networkError) return true;
  return told(error).some(({ extensions }) => extensions?.["retryable"] === true);
}
