import type { ResultOf } from "@graphql-typed-document-node/core";

import { graphql } from "./generated";

export const AccountDocument = graphql(`
  query Account($id: ID!, $first: Int = 10) {
    account(by: { id: $id }) {
      id
      name
      revenue
      insights(allTime: true) {
        id
        interactions
        lastEngagementAt
        email {
          openRate
        }
      }
      contacts(first: $first) {
        nodes {
          id
          fullName
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  }
`);

type Account = NonNullable<ResultOf<typeof AccountDocument>["account"]>;

export function line(account: Account): string {
  const names: string[] = account.contacts.nodes.map((contact) => contact.fullName ?? "?");
  const rate: number | null | undefined = account.insights.email.openRate;
  return `${account.name}: ${names.join(", ")}, ${rate ?? "no"} rate, ${account.revenue ?? "no"} revenue`;
}
