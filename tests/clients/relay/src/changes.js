/** A contact's insights and changes as they happen. */
import { graphql } from "relay-runtime";

export const insightsSubscription = graphql`
  subscription changesInsightsSubscription($id: ID!) {
    contactInsights(id: $id) {
      cursor
      insights { id interactions }
    }
  }
`;

export const contactSubscription = graphql`
  subscription changesContactSubscription($id: ID!, $after: String) {
    contactChanges(id: $id, after: $after) {
      cursor
      kind
      contact { ...contacts_head }
    }
  }
`;
