import { initGraphQLTada } from "gql.tada";

import type { introspection } from "./graphql-env";

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
