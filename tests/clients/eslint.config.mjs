// The rules that a schema for Relay and for people is held to: `eslint -c eslint.config.mjs schema.graphql`.
import graphql from "@graphql-eslint/eslint-plugin";

const { rules: recommended } = graphql.configs["flat/schema-recommended"];
// Parts of a record or of an answer, which a cache keeps inside of what they are a part of.
const values = [
  "AccountDuplicates",
  "AccountDuplicatesPage",
  "AccountUpsertResult",
  "BreakdownEntry",
  "Bucket",
  "CategoryCount",
  "ContactDuplicates",
  "ContactDuplicatesPage",
  "ContactUpsertResult",
  "Count",
  "CustomFieldChoice",
  "DataProtectionSettings",
  "DeclaredProperty",
  "DuplicateOfAccount",
  "DuplicateOfContact",
  "EmailEligibility",
  "EngagedContact",
  "EventParticipant",
  "Facet",
  "FunnelStep",
  "GeoEntry",
  "Heatmap",
  "HeatmapCell",
  "InteractionRecordResult",
  "LeadStageEntry",
  "LeadUpsertResult",
  "LinkInsight",
  "ListTurnover",
  "Membership",
  "MessageTracking",
  "OfferedList",
  "OpenDeals",
  "PageInfo",
  "PopularPage",
  "RegistrationResponse",
  "SegmentSize",
  "SourceKey",
  "SubscriptionCenterLink",
  "SubscriptionCenterPage",
  "SubscriptionResult",
  "TimePoint",
  "TimeSeries",
  "TypeCount",
  "UserError",
  "VisitedFrom",
  "VisitedPage",
];

const { rules: relay } = graphql.configs["flat/schema-relay"];

// What counts interactions by their type is named for that, and is no type of type.
const [severity, { "ObjectTypeDefinition,ObjectTypeExtension": _, ...naming }] =
  recommended["@graphql-eslint/naming-convention"];

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "schema.graphql" } },
    },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...recommended,
      ...relay,
      "@graphql-eslint/naming-convention": [severity, naming],
      // Words of the field, as `accountNumber`, and an account's `accounts` begin so rightly.
      "@graphql-eslint/no-typename-prefix": "off",
      // No word of Relay's: `nodes`, and lists of values that have no pages.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { types: values, suffixes: ["Connection", "Edge", "Payload", "Event", "Change"] } },
      ],
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      "@graphql-eslint/require-nullable-fields-with-oneof": "error",
      "@graphql-eslint/no-scalar-result-type-on-mutation": "error",
    },
  },
];
