/** Creates a contact and changes one: keys for asking again, versions, and refusals by their codes. */
import { randomUUID } from "node:crypto";

import { ask, isRetryable } from "./client.js";
import { type FragmentOf, graphql, readFragment } from "./graphql.js";

const Refusal = graphql(`
  fragment Refusal on UserError {
    code
    message
    path
    version
    changed
  }
`);

const Create = graphql(
  `
    mutation Create($input: ContactCreateInput!) {
      contactCreate(input: $input) {
        contact { id version fullName }
        userErrors { ...Refusal }
      }
    }
  `,
  [Refusal],
);

const Read = graphql(`
  query Read($id: ID!) {
    contact(by: { id: $id }) { id version lastName }
  }
`);

const Rename = graphql(
  `
    mutation Rename($input: ContactUpdateInput!) {
      contactUpdate(input: $input) {
        contact { id version fullName }
        userErrors { ...Refusal }
      }
    }
  `,
  [Refusal],
);

const ATTEMPTS = 3;

/** Creates a contact; the key is made once, so that however often this is sent there is one contact. */
export async function create(lastName: string, email?: string): Promise<boolean> {
  const contact = email === undefined ? { lastName } : { lastName, email };
  const input = { contact, idempotencyKey: randomUUID() };
  const { contactCreate } = await again(() => ask(Create, { input }));
  if (contactCreate.contact === null) return refused(contactCreate.userErrors);
  console.log(`${contactCreate.contact.id}\t${contactCreate.contact.fullName}`);
  return true;
}

/** Gives a contact another last name, unless somebody else does so in the same moment. */
export async function rename(id: string, lastName: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const { contact } = await ask(Read, { id });
    const input = { id, patch: { lastName }, expectedVersion: contact?.version ?? null };
    const { contactUpdate } = await ask(Rename, { input });
    if (contactUpdate.contact !== null) {
      console.log(`${contactUpdate.contact.fullName}, version ${contactUpdate.contact.version}`);
      return true;
    }
    if (attempt === ATTEMPTS || !isOfOtherFields(contactUpdate.userErrors)) {
      return refused(contactUpdate.userErrors);
    }
  }
}

/** Whether the change is stale for the sake of fields that it does not touch: then it can be made anew. */
function isOfOtherFields(errors: readonly FragmentOf<typeof Refusal>[]): boolean {
  return readFragment(Refusal, errors).every(
    ({ code, changed }) => code === "STALE" && changed !== null && !changed.includes("lastName"),
  );
}

/** Says what was refused, each at its place: a form would show it beside its field. */
function refused(errors: readonly FragmentOf<typeof Refusal>[]): false {
  for (const { code, path, message } of readFragment(Refusal, errors)) {
    console.error(`${path.join(".")}: ${message} (${code})`);
  }
  return false;
}

/** Asks, and asks again where that may help: safe for what has an idempotency key. */
async function again<T>(asking: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await asking();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      await new Promise((done) => setTimeout(done, 200 * 2 ** attempt));
    }
  }
}
