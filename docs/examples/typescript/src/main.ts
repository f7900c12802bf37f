/** The commands. */
import { accounts } from "./accounts.js";
import { explained, isRetryable } from "./client.js";
import { follow } from "./follow.js";
import { move } from "./move.js";
import { timeline } from "./timeline.js";
import { create, rename } from "./write.js";

const USAGE = `accounts [PAGE_SIZE]
timeline CONTACT_ID_OR_EMAIL [COUNT]
move CONTACT_ID ACCOUNT_ID
follow ACCOUNT_ID [COUNT]
create LAST_NAME [EMAIL]
rename CONTACT_ID LAST_NAME`;

/** Does what is asked; false where it came to nothing. */
async function done(command?: string, first?: string, second?: string): Promise<boolean> {
  if (command === "accounts") return accounts(Number(first ?? 10));
  if (command === "timeline" && first) return timeline(first, Number(second ?? 20));
  if (command === "move" && first && second) return move(first, second);
  if (command === "follow" && first) return follow(first, Number(second ?? Infinity));
  if (command === "create" && first) return create(first, second);
  if (command === "rename" && first && second) return rename(first, second);
  console.error(USAGE);
  return false;
}

try {
  process.exitCode = (await done(...process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(explained(error));
  process.exitCode = isRetryable(error) ? 75 : 1;
}
