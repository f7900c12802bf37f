import type { ResultOf } from "gql.tada";

import { graphql } from "./graphql";

const Lead = graphql(`
  query WrongLead($id: ID!) {
    lead(by: { id: $id }) {
      topic
    }
  }
`);

// The document asks for no rating.
export const rating = (lead: NonNullable<ResultOf<typeof Lead>["lead"]>) => lead.rating;
