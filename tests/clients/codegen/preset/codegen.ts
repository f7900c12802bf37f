import type { CodegenConfig } from "@graphql-codegen/cli";
import { addTypenameSelectionDocumentTransform } from "@graphql-codegen/client-preset";

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["account.ts"],
  generates: {
    "generated/": {
      preset: "client",
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: "sha256" } },
      config: {
        enumsAsTypes: true,
        scalars: {
          BigInt: "number",
          Date: "string",
          DateTime: "string",
          Decimal: "string",
          JSON: "Record<string, unknown>",
        },
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
};

export default config;
