/** Relay's environment over one server: documents go as text, or by id where the compiler has persisted them. */
import { Environment, Network, Observable, RecordSource, Store } from "relay-runtime";
import { createClient } from "graphql-ws";

const HEADERS = {
  "content-type": "application/json",
  accept: "application/graphql-response+json, application/json",
};

/** An environment, and what was sent in it. */
export function environmentOver(address) {
  const sent = [];
  const asked = ({ id, text, name }, variables) => {
    const body = { ...(text ? { query: text } : { documentId: id }), operationName: name, variables };
    sent.push(body);
    return body;
  };
  const fetched = async (params, variables) => {
    const body = JSON.stringify(asked(params, variables));
    return (await fetch(address, { method: "POST", headers: HEADERS, body })).json();
  };
  const socket = createClient({ url: address.replace(/^http/, "ws"), lazyCloseTimeout: 0 });
  // graphql-ws sends nothing without a `query`, be it an empty one.
  const subscribed = (params, variables) =>
    Observable.create((sink) => socket.subscribe({ query: "", ...asked(params, variables) }, sink));
  const network = Network.create(fetched, subscribed);
  return { environment: new Environment({ network, store: new Store(new RecordSource()) }), sent };
}
