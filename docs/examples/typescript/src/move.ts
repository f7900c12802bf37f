/** Moves a contact to another account: a change, and the reasons that speak against it. */
import { ask } from "./client.js";
import { graphql } from "./graphql.js";

const Move = graphql(`
  mutation Move($input: ContactMoveInput!) {
    contactMove(input: $input) {
      contact { id fullName account { id name } }
      userErrors { code message path }
    }
  }
`);

/** Moves; false where the server says no, which is data and no error. */
export async function move(id: string, accountId: string): Promise<boolean> {
  const { contactMove } = await ask(Move, { input: { id, accountId } });
  for (const { code, path, message } of contactMove.userErrors) {
    console.error(`${path.join(".")}: ${message} (${code})`);
  }
  const { contact } = contactMove;
  if (contact === null) return false;
  console.log(`${contact.fullName} is with ${contact.account?.name ?? "no account"} now.`);
  return true;
}
