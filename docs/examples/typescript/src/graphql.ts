/** `graphql`, which types a document by the schema as it stands. */
import { initGraphQLTada } from "gql.tada";

import type { introspection } from "./schema.js";

export const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    BigInt: number;
    Date: string;
    DateTime: string;
    Decimal: string;
    JSON: Record<string, unknown>;
  };
}>();

export { readFragment } from "gql.tada";
export type { FragmentOf, ResultOf } from "gql.tada";
