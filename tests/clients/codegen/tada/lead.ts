import type { ResultOf, VariablesOf } from "gql.tada";

import { graphql } from "./graphql";

export const Lead = graphql(`
  query Lead($id: ID!) {
    lead(by: { id: $id }) {
      id
      topic
      createdAt
      insights(allTime: true) {
        id
        basis
        byType {
          type
          count
        }
      }
    }
  }
`);

type Found = NonNullable<ResultOf<typeof Lead>["lead"]>;

export const variables: VariablesOf<typeof Lead> = { id: "TGVhZDox" };

export function opens(lead: Found): number {
  const counts = lead.insights.byType.filter(({ type }) => type === "EMAIL_OPENED");
  return counts.reduce((sum: number, { count }) => sum + count, 0);
}
