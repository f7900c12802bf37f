import { defineConfig } from "vite";

// The page is served at `/`, insights at `/insights`, the picture of the schema at `/explorer/schema`; their files lie at
// `/explorer/assets/`, their questions go to `/graphql`.
export default defineConfig(({ command }) => ({
  base: command === "build" ? "/explorer/" : "/",
  build: {
    outDir: "../server/explorer/dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the page's policy loads images from files
    license: { fileName: "licenses.md" },
    chunkSizeWarningLimit: 4000, // the Monaco editor is one piece of 3 MB
    reportCompressedSize: false,
    rolldownOptions: {
      input: ["index.html", "insights.html", "schema.html"],
      checks: { moduleLevelDirective: false },
    },
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "/graphql": { target: "http://127.0.0.1:8000", ws: true },
      "/schema.graphql": "http://127.0.0.1:8000",
    },
  },
}));
