/** All accounts with their insights, page by page. */
import { ask } from "./client.js";
import { type ResultOf, graphql } from "./graphql.js";

const Accounts = graphql(`
  query Accounts($first: Int!, $after: String) {
    accounts(first: $first, after: $after, orderBy: { field: NAME }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        name
        insights { id interactions contacts reach email { openRate } }
      }
    }
  }
`);

type Account = ResultOf<typeof Accounts>["accounts"]["nodes"][number];

/** Reads one page after the other, each only when it is wanted. */
export async function* pages(first: number): AsyncGenerator<Account[]> {
  let after: string | null = null;
  do {
    const { accounts }: ResultOf<typeof Accounts> = await ask(Accounts, { first, after });
    yield accounts.nodes;
    after = accounts.pageInfo.hasNextPage ? accounts.pageInfo.endCursor : null;
  } while (after !== null);
}

/** Shows them all. */
export async function accounts(first: number): Promise<boolean> {
  for await (const page of pages(first)) {
    for (const account of page) console.log(line(account));
    console.log(`-- ${page.length} accounts`);
  }
  return true;
}

function line({ id, name, insights }: Account): string {
  const { interactions, contacts, reach, email } = insights;
  const rates = [`${percent(reach)} reached`, `${percent(email.openRate)} opened`];
  return [id, name, `${contacts} contacts`, `${interactions} interactions`, ...rates].join("\t");
}

/** Rates are null where there is nothing to divide by. */
function percent(rate: number | null): string {
  return rate === null ? "-" : `${(100 * rate).toFixed(1)} %`;
}
