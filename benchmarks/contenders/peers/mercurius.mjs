// Fastify, Mercurius with its just-in-time compiler, dataloader: `node mercurius.mjs PORT`.
// One statement a relation, batched over all parents; statements are named, so that they are prepared once.
import Fastify from "fastify";
import mercurius from "mercurius";
import DataLoader from "dataloader";
import pg from "pg";

pg.types.setTypeParser(1184, (text) => text.replace(" ", "T") + ":00");
pg.types.setTypeParser(20, Number);
const pool = new pg.Pool({ max: 8, idleTimeoutMillis: 0 });
const names = new Map();
const rows = async (text, values) => {
  if (!names.has(text)) names.set(text, `s${names.size}`);
  return (await pool.query({ name: names.get(text), text, values })).rows;
};

const connection = (type) => `
  type ${type}Edge { cursor: String! node: ${type}! }
  type ${type}Connection { edges: [${type}Edge!]! nodes: [${type}!]! pageInfo: PageInfo! totalCount: Int }`;
const schema = `
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Email { sent: Int! delivered: Int! totalOpens: Int! uniqueOpens: Int! totalClicks: Int! hardBounces: Int!
    openRate: Float clickThroughRate: Float }
  type TypeCount { type: String! count: Int! }
  type Insights { interactions: Int! firstInteractionAt: String lastInteractionAt: String email: Email! }
  type AccountInsights { interactions: Int! firstInteractionAt: String lastInteractionAt: String email: Email!
    byType: [TypeCount!]! }
  type Account { id: ID! name: String! industry: Int insights: AccountInsights!
    contacts(first: Int = 25): ContactConnection! }
  type Contact { id: ID! firstName: String lastName: String email: String jobTitle: String city: String
    account: Account insights: Insights! leads(first: Int = 25): LeadConnection! }
  type Lead { id: ID! topic: String! stage: Int! status: Int! contact: Contact insights: Insights! }
  ${connection("Account")} ${connection("Contact")} ${connection("Lead")}
  type Query {
    contact(id: ID!): Contact
    account(id: ID!): Account
    accounts(first: Int = 25, after: String): AccountConnection!
    contacts(first: Int = 25, after: String): ContactConnection!
    leads(first: Int = 25, after: String): LeadConnection!
    searchContacts(first: Int = 25, city: String!, search: String!): ContactConnection!
  }`;

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const shown = (columns) => columns.split(" ").map((name) => `${name} as "${camel(name)}"`).join(", ");
const columns = {
  account: `${shown("id name industry")}, created_at::text as "createdAt"`,
  contact: `${shown("id account_id first_name last_name full_name email job_title city")}, created_at::text as "createdAt"`,
  lead: `${shown("id contact_id account_id topic stage status")}, created_at::text as "createdAt"`,
};

// Sums of a type of interaction have a first and a last; sums of copies have none. Interactions with
// subscription lists are none of the account's.
const seen = {
  contact: "first_at is not null",
  account: `first_at is not null and kind not in ('EMAIL_SUBSCRIPTION_SUBMIT', 'SEGMENT_SUBSCRIBED',
    'SEGMENT_UNSUBSCRIBED', 'SEGMENT_RELATIONSHIP_EDITED')`,
};
const kinds = { sent: "EMAIL_SENT", delivered: "DELIVERED", totalOpens: "EMAIL_OPENED", uniqueOpens: "UNIQUE_OPEN",
  totalClicks: "EMAIL_CLICKED", uniqueClicks: "UNIQUE_MESSAGE_CLICK", hardBounces: "EMAIL_HARD_BOUNCED" };
const sums = Object.entries(kinds)
  .map(([name, kind]) => `coalesce(sum(n) filter (where kind = '${kind}'), 0)::bigint as "${name}"`)
  .join(", ");
const whole = { contact: "", account: "span = 'A' and belonging = 'P' and" };
const insights = (owner) => `
  select ${owner}_id as id, coalesce(sum(n) filter (where ${seen[owner]}), 0)::bigint as interactions,
    min(first_at) filter (where ${seen[owner]}) as "firstInteractionAt",
    max(last_at) filter (where ${seen[owner]}) as "lastInteractionAt", ${sums}
  from ${owner}_rollup
  where ${owner}_id = any($1::uuid[]) and ${whole[owner]} not machine
  group by ${owner}_id`;
const none = { interactions: 0, firstInteractionAt: null, lastInteractionAt: null,
  ...Object.fromEntries(Object.keys(kinds).map((name) => [name, 0])) };

const one = (text, missing = () => null) => () => new DataLoader(async (ids) => {
  const found = new Map((await rows(text, [ids])).map((row) => [row.id, row]));
  return ids.map((id) => found.get(id) ?? missing(id));
});
const many = (text, owner) => () => new DataLoader(async (ids) => {
  const found = new Map(ids.map((id) => [id, []]));
  for (const row of await rows(text, [ids])) found.get(row[owner]).push(row);
  return ids.map((id) => found.get(id));
});
const pages = (table, parent) => () => new DataLoader(async (keys) => {
  const found = new Map();
  const text = `select x.* from unnest($1::uuid[]) k(id) cross join lateral (
    select ${columns[table]} from ${table} where ${parent}_id = k.id order by ${table}.created_at, ${table}.id
    limit $2) x`;
  for (const row of await rows(text, [keys.map((key) => key[0]), keys[0][1] + 1])) {
    const owner = row[camel(`${parent}_id`)];
    (found.get(owner) ?? found.set(owner, []).get(owner)).push(row);
  }
  return keys.map((key) => found.get(key[0]) ?? []);
}, { cacheKeyFn: (key) => `${key[0]}:${key[1]}` });

const loaders = {
  account: one(`select ${columns.account} from account where id = any($1::uuid[])`),
  contact: one(`select ${columns.contact} from contact where id = any($1::uuid[])`),
  contactInsights: one(insights("contact"), (id) => ({ id, ...none })),
  accountInsights: one(insights("account"), (id) => ({ id, ...none })),
  byType: many(`select account_id as id, kind as type, n as count from account_rollup
    where account_id = any($1::uuid[]) and ${whole.account} not machine and ${seen.account}`, "id"),
  contactsOfAccount: pages("contact", "account"),
  leadsOfContact: pages("lead", "contact"),
};
const load = (context, name, key) => (context[name] ??= loaders[name]()).load(key);

const created = (row) => `${row.createdAt}|${row.id}`;
const page = (found, first, cursor = created, totalCount = null) => {
  const nodes = found.slice(0, first);
  return { nodes, edges: nodes.map((node) => ({ cursor: cursor(node), node })), totalCount,
    pageInfo: { hasNextPage: found.length > first, endCursor: nodes.length ? cursor(nodes.at(-1)) : null } };
};
const listed = (table) => async (_, { first, after }) => {
  const values = after ? [...after.split("|"), first + 1] : ["-infinity", "00000000-0000-0000-0000-000000000000", first + 1];
  return page(await rows(`select ${columns[table]} from ${table} where (created_at, id) > ($1::timestamptz, $2::uuid)
    order by ${table}.created_at, id limit $3`, values), first);
};
const matching = "from contact where city = $1 and last_name ilike '%' || $2 || '%'";
const rate = (part, whole) => (whole ? part / whole : null);

const resolvers = {
  Query: {
    contact: (_, { id }, context) => load(context, "contact", id),
    account: (_, { id }, context) => load(context, "account", id),
    accounts: listed("account"), contacts: listed("contact"), leads: listed("lead"),
    searchContacts: async (_, { first, city, search }) => {
      const [found, total] = await Promise.all([
        rows(`select ${columns.contact} ${matching} order by full_name collate "C", id limit $3`, [city, search, first + 1]),
        rows(`select count(*)::int as total ${matching}`, [city, search]),
      ]);
      return page(found, first, (row) => `${row.fullName}|${row.id}`, total[0].total);
    },
  },
  Account: {
    insights: (account, _, context) => load(context, "accountInsights", account.id),
    contacts: async (account, { first }, context) => page(await load(context, "contactsOfAccount", [account.id, first]), first),
  },
  AccountInsights: { email: (figures) => figures, byType: (figures, _, context) => load(context, "byType", figures.id) },
  Insights: { email: (figures) => figures },
  Email: {
    openRate: (figures) => rate(figures.uniqueOpens, figures.delivered),
    clickThroughRate: (figures) => rate(figures.uniqueClicks, figures.delivered),
  },
  Contact: {
    account: (contact, _, context) => contact.accountId && load(context, "account", contact.accountId),
    insights: (contact, _, context) => load(context, "contactInsights", contact.id),
    leads: async (contact, { first }, context) => page(await load(context, "leadsOfContact", [contact.id, first]), first),
  },
  Lead: {
    insights: (lead, _, context) => lead.contactId
      ? load(context, "contactInsights", lead.contactId)
      : lead.accountId ? load(context, "accountInsights", lead.accountId) : none,
    contact: (lead, _, context) => lead.contactId && load(context, "contact", lead.contactId),
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, context: () => ({}), jit: 1 });
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
