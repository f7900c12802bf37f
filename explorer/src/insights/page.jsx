// The page `/insights`: what one request to the graph can draw of a contact, an account or a lead.
import "./insights.css";

import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";

import { ask } from "./ask.js";
import { Choices } from "./choices.jsx";
import { Series } from "./drawn.jsx";
import { Breakdown, Figures, Funnel, Heat, MostEngaged, Owner, Pages, Panel, Timeline, TopLinks } from "./panels.jsx";
import { Request } from "./request.jsx";
import { Search } from "./search.jsx";
import { addressOf, questionOf, viewOf } from "./view.js";
import { count, lasting, moment, named } from "./words.js";

/** The view that the address says, and a way to another one. */
function useView() {
  const [view, setView] = useState(() => viewOf(location.search));
  useEffect(() => {
    const back = () => setView(viewOf(location.search));
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const go = (next) => {
    history.pushState(null, "", addressOf(next));
    setView(next);
  };
  return [view, go];
}

/** What the server says to a view; the last answer stands until the next one comes. */
function useAnswer(view) {
  const [answer, setAnswer] = useState({});
  useEffect(() => {
    if (!view.id) {
      setAnswer({});
      return undefined;
    }
    const stop = new AbortController();
    const question = questionOf(view);
    setAnswer((known) => ({ ...known, waiting: true }));
    ask(question, stop.signal).then(
      ({ node }) =>
        setAnswer(node?.insights ? { view, question, of: node } : { question, fault: "Nobody and nothing has this id." }),
      (error) => error.name === "AbortError" || setAnswer({ question, fault: error.message }),
    );
    return () => stop.abort();
  }, [view]);
  return answer;
}

function Page() {
  const [view, go] = useView();
  const { of, question, fault, waiting, view: shown } = useAnswer(view);
  const name = of && (of.name ?? of.topic ?? of.fullName);
  useEffect(() => {
    document.title = name ? `${name} – Insights of Leadgraph` : "Insights of Leadgraph";
  }, [name]);
  return (
    <>
      <header>
        <h1>
          <a href="/insights">Insights</a>
        </h1>
        <Search view={view} go={go} />
        <nav aria-label="Elsewhere">
          <a href="/">Ask the graph</a>
          <a href="/explorer/schema">Schema</a>
        </nav>
      </header>
      <main aria-busy={Boolean(waiting)}>
        {view.id ? <Choices view={view} attributed={of?.__typename === "Account" || of?.basis === "ACCOUNT"} go={go} /> : <Welcome />}
        {fault && (
          <p className="fault" role="alert">
            {fault}
          </p>
        )}
        {waiting && !of && <p role="status">Reading …</p>}
        {of && <Whole of={of} view={shown} question={question} go={go} />}
        {question && <Request {...question} />}
      </main>
    </>
  );
}

const Welcome = () => (
  <p className="welcome">
    Find a contact, an account or a lead above: everything that is drawn of it comes from one request to the graph, and
    the request is shown below the drawings.
  </p>
);

function Whole({ of, view, question, go }) {
  const { insights } = of;
  const { timezone, bucket } = question.variables;
  const nothing = !insights.interactions && "Nothing happened in this window.";
  return (
    <>
      <Heading of={of} view={view} go={go} />
      <Figures insights={insights} />
      <div className="panels">
        <Panel title="Over time" wide empty={!insights.series[0]?.points.length && "Nothing happened in this window."}>
          <Series series={insights.series} bucket={bucket} timezone={timezone} />
        </Panel>
        <Panel title="Open times" note={`Opens by weekday and hour, ${timezone}.`}>
          <Heat caption="Opens by weekday and hour" cells={insights.openTimes.cells} written={count} none="No opens." />
        </Panel>
        <Panel title="Reaction times" note="From delivery to the first open, by weekday and hour of delivery (median).">
          <Heat
            caption="Reaction times by weekday and hour of delivery"
            cells={insights.reactionTimes.cells}
            written={lasting}
            none="No delivery was opened."
          />
        </Panel>
        <Panel title="Funnel" empty={nothing}>
          <Funnel funnel={insights.funnel} />
        </Panel>
        <Breakdown title="By type" head="Type" entries={insights.types} />
        <Breakdown title="By category" head="Category" entries={insights.categories} />
        <Breakdown title="By country" head="Country" entries={insights.countries} />
        <Breakdown title="By device" head="Device" entries={insights.devices} />
        <TopLinks links={insights.topLinks} />
        <Pages pages={insights.pages} timezone={timezone} />
        {insights.mostEngaged && <MostEngaged contacts={insights.mostEngaged} view={view} go={go} />}
        <Timeline interactions={of.interactions} view={view} go={go} />
      </div>
    </>
  );
}

/** Who or what it is, where it belongs, and which time is shown. */
function Heading({ of, view, go }) {
  const { insights } = of;
  const { timezone } = view;
  const day = { dateStyle: "medium" };
  const start = insights.from ? moment(insights.from, timezone, day) : "the beginning";
  const end = insights.to ? moment(insights.to, timezone, day) : "now";
  const about = [of.jobTitle, of.industry && named(of.industry), of.stage && named(of.stage)];
  return (
    <div className="heading">
      <h2>{of.name ?? of.topic ?? of.fullName}</h2>
      <p>
        {[of.__typename, ...about].filter(Boolean).join(", ")}
        {[of.contact, of.account].filter(Boolean).map((one) => (
          <span key={one.id}>
            {" · "}
            <Owner view={view} of={one.id} go={go}>
              {one.fullName ?? one.name}
            </Owner>
          </span>
        ))}
      </p>
      <p className="faint">
        From {start} to {end}. First interaction {moment(insights.firstInteractionAt, timezone)}, last engagement{" "}
        {moment(insights.lastEngagementAt, timezone)}.
      </p>
    </div>
  );
}

createRoot(document.getElementById("insights")).render(<Page />);
