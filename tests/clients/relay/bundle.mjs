/** Bundles `src/main.js`: Relay's Babel plugin puts the compiled artifacts in the place of `graphql` tags. */
import { readFile } from "node:fs/promises";
import { transformAsync } from "@babel/core";
import { build } from "esbuild";

const relay = {
  name: "relay",
  setup(bundling) {
    bundling.onLoad({ filter: /\/src\/\w+\.js$/ }, async ({ path }) => {
      const options = { artifactDirectory: "src/__generated__", eagerEsModules: true };
      const { code } = await transformAsync(await readFile(path, "utf8"), {
        filename: path,
        plugins: [["relay", options]],
        configFile: false,
      });
      return { contents: code, loader: "js" };
    });
  },
};

await build({
  entryPoints: ["src/main.js"],
  outfile: "main.mjs",
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  plugins: [relay],
});
