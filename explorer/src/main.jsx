import "./workers.js";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";

import { explorerPlugin } from "@graphiql/plugin-explorer";
import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createClient } from "graphql-ws";
import { createRoot } from "react-dom/client";

import { handedOver } from "./handed.js";
import { picturePlugin } from "./picture/plugin.jsx";
import { storage } from "./storage.js";
import { tabs } from "./tabs.js";

const endpoint = new URL("/graphql", location.href);
const socket = new URL(endpoint);
socket.protocol = location.protocol === "https:" ? "wss:" : "ws:";

const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  wsClient: createClient({ url: socket.href, lazy: true }),
});

createRoot(document.getElementById("explorer")).render(
  <GraphiQL
    fetcher={fetcher}
    plugins={[explorerPlugin(), picturePlugin, HISTORY_PLUGIN]}
    defaultTabs={tabs}
    {...handedOver()}
    storage={storage}
    shouldPersistHeaders
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>
      Leadgraph <a href="/insights">Insights</a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
