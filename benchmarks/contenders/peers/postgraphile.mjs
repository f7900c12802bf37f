// PostGraphile 5, Amber preset with the names of version 4, connection filter: `node postgraphile.mjs PORT`.
import { createServer } from "node:http";
import { PostGraphileConnectionFilterPreset } from "postgraphile-plugin-connection-filter";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makeV4Preset } from "postgraphile/presets/v4";

const preset = {
  extends: [
    PostGraphileAmberPreset,
    makeV4Preset({ simpleCollections: "both", disableDefaultMutations: true }),
    PostGraphileConnectionFilterPreset,
  ],
  pgServices: [
    makePgService({
      connectionString: process.env.DSN,
      schemas: ["public", "postgraphile"],
      poolConfig: { max: 8, idleTimeoutMillis: 0 },
    }),
  ],
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false },
  grafast: { explain: false },
};
const instance = postgraphile(preset);
const server = createServer();
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();
server.listen(Number(process.argv[2]), "127.0.0.1");
