/** What a list of contacts and a contact's page ask for. */
import { graphql } from "relay-runtime";

export const listQuery = graphql`
  query contactsListQuery($count: Int!) {
    ...contacts_list @arguments(count: $count)
  }
`;

export const list = graphql`
  fragment contacts_list on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 4 }, cursor: { type: "String" })
  @refetchable(queryName: "contactsNextQuery") {
    contacts(first: $count, after: $cursor, orderBy: { field: NAME }) @connection(key: "contacts_list_contacts") {
      totalCount { value precision }
      edges { node { id fullName } }
    }
  }
`;

export const backwardsQuery = graphql`
  query contactsBackwardsQuery($count: Int!) {
    ...contacts_backwards @arguments(count: $count)
  }
`;

export const backwards = graphql`
  fragment contacts_backwards on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 4 }, cursor: { type: "String" })
  @refetchable(queryName: "contactsPreviousQuery") {
    contacts(last: $count, before: $cursor, orderBy: { field: NAME })
      @connection(key: "contacts_backwards_contacts") {
      edges { node { id fullName } }
    }
  }
`;

export const pageQuery = graphql`
  query contactsPageQuery($id: ID!) {
    contact(by: { id: $id }) {
      id
      ...contacts_head
    }
  }
`;

export const head = graphql`
  fragment contacts_head on Contact @refetchable(queryName: "contactsHeadQuery") {
    fullName
    version
    account { name }
    email
  }
`;

/** Relay holds an argument that is null for one that is absent, so all time is asked for by an early date. */
export const windowsQuery = graphql`
  query contactsWindowsQuery($id: ID!, $since: DateTime!) {
    contact(by: { id: $id }) {
      usual: insights { ...contacts_figures }
      all: insights(allTime: true) { ...contacts_figures }
      window: insights(from: $since) { ...contacts_figures }
    }
  }
`;

export const figures = graphql`
  fragment contacts_figures on Insights {
    id
    from
    interactions
    byType { type count }
    email { sent totalOpens }
  }
`;

export const refusedQuery = graphql`
  query contactsRefusedQuery {
    contacts(first: 101) { nodes { id } }
  }
`;
