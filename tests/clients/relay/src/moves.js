/** A contact's move to another account. */
import { graphql } from "relay-runtime";

export const moveMutation = graphql`
  mutation movesMutation($input: ContactMoveInput!) {
    contactMove(input: $input) {
      contact { ...contacts_head }
      userErrors { code message path }
    }
  }
`;
