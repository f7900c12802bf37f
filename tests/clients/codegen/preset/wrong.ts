import type { ResultOf } from "@graphql-typed-document-node/core";

import type { AccountDocument } from "./account";

type Account = NonNullable<ResultOf<typeof AccountDocument>["account"]>;

// The document asks for no fax.
export const fax = (account: Account) => account.fax;
