/** What a contact did and was sent, newest first. */
import { ask } from "./client.js";
import { graphql } from "./graphql.js";
import { InteractionLine, line } from "./interaction.js";

const Timeline = graphql(
  `
    query Timeline($by: ContactBy!, $first: Int!) {
      contact(by: $by) {
        id
        fullName
        interactions(first: $first) {
          nodes { id ...InteractionLine }
        }
      }
    }
  `,
  [InteractionLine],
);

/** Shows the timeline of a contact, named by its id or its e-mail address; false if there is none. */
export async function timeline(who: string, first: number): Promise<boolean> {
  const by = who.includes("@") ? { email: who } : { id: who };
  const { contact } = await ask(Timeline, { by, first });
  if (contact === null) {
    console.error(`There is no contact ${who}.`);
    return false;
  }
  console.log(contact.fullName);
  for (const interaction of contact.interactions.nodes) console.log(line(interaction));
  return true;
}
