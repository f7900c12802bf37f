import { graphql } from "relay-runtime";

export const contacts = graphql`
  fragment ContactList_account on Account
  @refetchable(queryName: "ContactListPageQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 25 }, after: { type: "String" }) {
    contacts(first: $first, after: $after) @connection(key: "ContactList_contacts") {
      edges {
        node {
          fullName
          insights(allTime: true) {
            lastEngagementAt
          }
        }
      }
    }
  }
`;

export const account = graphql`
  query ContactListQuery($id: ID!) {
    account(by: { id: $id }) {
      name
      ...ContactList_account
    }
  }
`;

export const move = graphql`
  mutation ContactListMoveMutation($input: ContactMoveInput!) {
    contactMove(input: $input) {
      contact {
        account {
          name
        }
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`;
