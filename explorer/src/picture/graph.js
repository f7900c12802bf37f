import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";

const list = (type) => isListType(type) || (isNonNullType(type) && list(type.ofType));

/** What a connection holds pages of; nothing for any other type. */
function paged(type) {
  const edges = isObjectType(type) && type.getFields().pageInfo && type.getFields().edges;
  const node = edges && getNamedType(edges.type).getFields?.().node;
  return node && getNamedType(node.type);
}

/** A field as a relation between two types: a list or a connection leads to many. */
function relation(field) {
  const target = getNamedType(field.type);
  const records = paged(target);
  return { name: field.name, target: (records || target).name, many: Boolean(records) || list(field.type) };
}

/** Whether an input's field is an input itself; those that hold plain values alone are plain too. */
const isComposed = (field) => isInputObjectType(getNamedType(field.type));

/** The sorts of types that the picture can show, each with what belongs to it. */
function sorts(schema) {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter(Boolean);
  const events = new Set();
  for (const root of roots.slice(1)) {
    for (const field of Object.values(root.getFields())) events.add(getNamedType(field.type));
  }
  const own = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  const connections = own.filter(paged);
  const pages = new Set(connections);
  for (const { edges, pageInfo } of connections.map((type) => type.getFields())) {
    pages.add(getNamedType(edges.type)).add(getNamedType(pageInfo.type));
  }
  const isOutput = (type) => isObjectType(type) || isInterfaceType(type) || isUnionType(type);
  const records = own.filter((type) => isOutput(type) && !pages.has(type) && !roots.includes(type) && !events.has(type));
  return {
    records,
    operations: [...roots, ...events, ...records],
    inputs: own.filter((type) => isInputObjectType(type) && Object.values(type.getFields()).some(isComposed)),
  };
}

/** What is drawn of a sort of types: each with its relations, and how many plain fields it has besides. */
export function drawn(schema, sort) {
  const types = sorts(schema)[sort];
  const names = new Set(types.map((type) => type.name));
  const cards = types.map((type) => {
    const fields = Object.values(type.getFields?.() ?? {});
    const relations = fields.filter((field) => names.has(relation(field).target)).map(relation);
    return { name: type.name, relations, plain: fields.length - relations.length };
  });
  const related = new Set(cards.flatMap((card) => card.relations.map(({ target }) => target)));
  return cards.filter((card) => card.relations.length > 0 || related.has(card.name));
}

/** All that is known of a type, for reading. */
export function described(type) {
  const members = type.getFields?.() ?? Object.fromEntries((type.getTypes?.() ?? []).map((one) => [one.name, one]));
  return Object.values(members).map((member) => ({
    name: member.name,
    type: member.type ? String(member.type) : "",
    target: member.type && !isLeafType(getNamedType(member.type)) ? relation(member).target : null,
    words: member.description,
    deprecated: member.deprecationReason,
  }));
}
