import "@xyflow/react/dist/style.css";
import "./picture.css";

import { Background, Controls, Handle, MarkerType, Position, ReactFlow, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";

import { described, drawn } from "./graph.js";
import { WIDTH, height, places } from "./layout.js";

const SORTS = { records: "Records and insights", operations: "With questions and commands", inputs: "Inputs" };
const SIDES = [Position.Left, Position.Right];
const nodeTypes = { card: Card };

/** A type as a card: its name, its relations, and how many plain fields it has besides. */
function Card({ data: { card, state } }) {
  return (
    <div className={`picture-card ${state}`}>
      <header>
        {SIDES.map((side) => (
          <Handle key={side} id={side} type="target" position={side} isConnectable={false} />
        ))}
        {card.name}
      </header>
      {card.relations.map(({ name, target, many }) => (
        <div className="picture-row" key={name}>
          {SIDES.map((side) => (
            <Handle key={side} id={`${name}-${side}`} type="source" position={side} isConnectable={false} />
          ))}
          <span>{name}</span>
          <span className="picture-target">{many ? `[${target}]` : target}</span>
        </div>
      ))}
      {card.plain > 0 && <div className="picture-row picture-plain">{card.plain} plain fields</div>}
    </div>
  );
}

/** The lines of the cards; each leaves on the side where its end stands. */
function lines(cards, at, chosen) {
  return cards.flatMap((card) =>
    card.relations.map(({ name, target, many }) => {
      const side = at[target].x >= at[card.name].x ? Position.Right : Position.Left;
      const end = at[target].x > at[card.name].x ? Position.Left : Position.Right;
      const close = !chosen || card.name === chosen || target === chosen;
      return {
        id: `${card.name}.${name}`,
        source: card.name,
        target,
        sourceHandle: `${name}-${side}`,
        targetHandle: end,
        className: [many ? "picture-many" : "", close ? (chosen ? "picture-close" : "") : "picture-far"].join(" "),
        markerEnd: { type: MarkerType.ArrowClosed, color: "var(--picture-line)" },
        focusable: false,
      };
    }),
  );
}

/** The types that a type is related to, in either direction, and itself. */
function around(cards, chosen) {
  const near = new Set([chosen]);
  for (const { name, relations } of cards) {
    for (const { target } of relations) {
      if (name === chosen) near.add(target);
      if (target === chosen) near.add(name);
    }
  }
  return near;
}

function Drawing({ cards, chosen, choose }) {
  const flow = useReactFlow();
  const at = useMemo(() => places(cards), [cards]);
  const nodes = useMemo(() => {
    const near = chosen && around(cards, chosen);
    return cards.map((card) => ({
      id: card.name,
      type: "card",
      position: at[card.name],
      width: WIDTH,
      height: height(card),
      ariaLabel: card.name,
      data: { card, state: card.name === chosen ? "chosen" : near && !near.has(card.name) ? "far" : "" },
    }));
  }, [cards, at, chosen]);
  const edges = useMemo(() => lines(cards, at, chosen), [cards, at, chosen]);
  useEffect(() => {
    const target = chosen && at[chosen] ? { nodes: [...around(cards, chosen)].map((id) => ({ id })) } : {};
    // The words beside it take their room first.
    const soon = setTimeout(() => flow.fitView({ ...target, maxZoom: 1, duration: 300 }), 100);
    return () => clearTimeout(soon);
  }, [flow, cards, at, chosen]);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      onNodeClick={(_, node) => choose(node.id)}
      onPaneClick={() => choose(null)}
      nodesConnectable={false}
      nodesDraggable={false}
      minZoom={0.1}
      fitView
    >
      <Background gap={24} />
      <Controls showInteractive={false} />
    </ReactFlow>
  );
}

/** What a type is, and each of its fields. */
function Words({ schema, name, choose, known }) {
  const type = schema.getType(name);
  return (
    <aside className="picture-words" aria-label={`About ${name}`}>
      <button type="button" className="picture-close-words" aria-label="Close" onClick={() => choose(null)}>
        ×
      </button>
      <h2>{name}</h2>
      <p>{type.description}</p>
      <dl>
        {described(type).map((field) => (
          <div key={field.name}>
            <dt>
              {field.name}{" "}
              {known.has(field.target) ? (
                <button type="button" className="picture-type" onClick={() => choose(field.target)}>
                  {field.type}
                </button>
              ) : (
                <span className="picture-type">{field.type}</span>
              )}
            </dt>
            <dd>
              {field.words}
              {field.deprecated && <em> Deprecated: {field.deprecated}</em>}
            </dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

/** The schema as a picture: its types, and what leads from one to another. */
export default function Picture({ schema, children }) {
  const [sort, setSort] = useState("records");
  const [chosen, setChosen] = useState(null);
  const cards = useMemo(() => drawn(schema, sort), [schema, sort]);
  const known = useMemo(() => new Set(cards.map(({ name }) => name)), [cards]);
  const choose = useCallback((name) => setChosen(name), []);
  const shown = known.has(chosen) ? chosen : null;
  return (
    <section className="picture" aria-label="The schema as a picture">
      <div className="picture-bar">
        <select aria-label="What is shown" value={sort} onChange={(event) => setSort(event.target.value)}>
          {Object.entries(SORTS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
        <select aria-label="Find a type" value={shown ?? ""} onChange={(event) => setChosen(event.target.value || null)}>
          <option value="">All {cards.length} types</option>
          {[...known].sort().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {children}
      </div>
      <div className="picture-body">
        <ReactFlowProvider>
          <Drawing key={sort} cards={cards} chosen={shown} choose={choose} />
        </ReactFlowProvider>
        {shown && <Words schema={schema} name={shown} choose={choose} known={known} />}
      </div>
    </section>
  );
}
