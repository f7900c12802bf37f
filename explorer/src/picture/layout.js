import { Graph, layout } from "@dagrejs/dagre";

export const WIDTH = 220;
const HEAD = 34;
const ROW = 20;

export const height = (card) => HEAD + ROW * (card.relations.length + (card.plain ? 1 : 0)) + 8;

/** Where each card stands, so that related ones stand close: its upper left corner, by name. */
export function places(cards) {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 110, edgesep: 12, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const card of cards) graph.setNode(card.name, { width: WIDTH, height: height(card) });
  for (const card of cards) {
    for (const { target, name } of card.relations) graph.setEdge(card.name, target, {}, name);
  }
  layout(graph);
  return Object.fromEntries(
    graph.nodes().map((name) => {
      const { x, y, width, height: tall } = graph.node(name);
      return [name, { x: x - width / 2, y: y - tall / 2 }];
    }),
  );
}
