/** An interaction, as a timeline and the live view show it. */
import { type FragmentOf, graphql, readFragment } from "./graphql.js";

export const InteractionLine = graphql(`
  fragment InteractionLine on Interaction {
    id
    occurredAt
    type
    messageId
    link
    contact { id fullName }
  }
`);

export function line(interaction: FragmentOf<typeof InteractionLine>): string {
  const { occurredAt, type, messageId, link, contact } = readFragment(InteractionLine, interaction);
  return [occurredAt, type, contact?.fullName ?? "somebody", link ?? messageId ?? ""].join("\t").trimEnd();
}
