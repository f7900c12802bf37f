import { Bars } from "./drawn.jsx";
import { addressOf } from "./view.js";
import { count, moment, named, NONE, number, rate, WEEKDAYS } from "./words.js";

/** A part of the page with a heading; it says so where there is nothing to show. */
export function Panel({ title, note, empty, wide, children }) {
  const id = `panel-${title.toLowerCase().replaceAll(" ", "-")}`;
  return (
    <section className={wide ? "panel wide-panel" : "panel"} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note && <p className="note">{note}</p>}
      {empty ? <p className="empty">{empty}</p> : children}
    </section>
  );
}

/** A link to somebody's insights, with the choices of this view. */
export function Owner({ view, of, go, children }) {
  const there = { ...view, id: of };
  const follow = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(there);
  };
  return (
    <a href={addressOf(there)} onClick={follow}>
      {children}
    </a>
  );
}

const FIGURES = [
  ["Interactions", (of) => of.interactions, count],
  ["A month", (of) => of.interactionsPerMonth, number],
  ["Contacts", (of) => of.contacts, count],
  ["Engaged contacts", (of) => of.engagedContacts, count],
  ["Reach", (of) => of.reach, rate],
  ["Sent", (of) => of.email.sent, count],
  ["Delivered", (of) => of.email.delivered, count],
  ["Unique opens", (of) => of.email.uniqueOpens, count],
  ["Open rate", (of) => of.email.openRate, rate],
  ["Messages clicked", (of) => of.email.uniqueMessageClicks, count],
  ["Click-through rate", (of) => of.email.clickThroughRate, rate],
  ["Click-to-open rate", (of) => of.email.clickToOpenRate, rate],
  ["Bounce rate", (of) => of.email.bounceRate, rate],
  ["Unsubscribe rate", (of) => of.email.unsubscribeRate, rate],
  ["Submissions", (of) => of.email.uniqueSubmissions, count],
  ["Leads made", (of) => of.email.generatedLeads, count],
];

/** The key figures, each with what it was in the window of the same length before. */
export function Figures({ insights }) {
  const shown = FIGURES.filter(([, of]) => of(insights) !== undefined);
  return (
    <dl className="figures">
      {shown.map(([name, of, written]) => (
        <div key={name} className="figure">
          <dt>{name}</dt>
          <dd>
            <strong>{written(of(insights))}</strong>
            {insights.previous && <span className="before">before: {written(of(insights.previous))}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A week by weekday and hour; the darker, the more. */
export function Heat({ caption, cells, written, none }) {
  const most = Math.max(...cells.map((cell) => cell.value ?? 0));
  if (!cells.some((cell) => cell.value)) return <p className="empty">{none}</p>;
  return (
    <div className="wide" tabIndex={0} role="region" aria-label={caption}>
      <table className="heat">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <td />
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEKDAYS.map((day, weekday) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {cells.slice(weekday * 24, weekday * 24 + 24).map((cell) => (
                <td
                  key={cell.hour}
                  title={`${day} ${cell.hour}:00 – ${written(cell.value)}`}
                  style={{ "--heat": most && cell.value ? 0.12 + (0.88 * cell.value) / most : 0 }}
                >
                  <span>{cell.value ? written(cell.value) : NONE}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How far it went, from the audience to the lead. */
export function Funnel({ funnel }) {
  const entries = funnel.map(({ step, count: n, rate: share }) => ({ label: named(step), count: n, share }));
  return <Bars caption="How far it went; the share is of the step before" head="Step" entries={entries} />;
}

/** How many there were of what. */
export function Breakdown({ title, entries, head }) {
  const shown = entries.map((entry) => ({ ...entry, label: entry.label || entry.key || "Unknown" }));
  return (
    <Panel title={title} empty={!entries.length && "Nothing in this window."}>
      <Bars caption={title} head={head} entries={shown} />
    </Panel>
  );
}

export function Rows({ caption, heads, rows }) {
  return (
    <div className="wide" tabIndex={0} role="region" aria-label={caption}>
      <table className="rows">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, place) => (
                <td key={heads[place]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function TopLinks({ links }) {
  const rows = links.map((one) => ({
    key: one.link,
    cells: [one.friendlyName ?? one.link, count(one.totalClicks), count(one.uniqueClicks), rate(one.share)],
  }));
  return (
    <Panel title="Top links" note="Of all time, whatever the window." empty={!rows.length && "No link was clicked."}>
      <Rows caption="Links by clicks" heads={["Link", "Clicks", "Unique", "Share"]} rows={rows} />
    </Panel>
  );
}

export function Pages({ pages, timezone }) {
  const rows = pages.map((one) => ({
    key: one.address,
    cells: [one.address, count(one.visits), count(one.clicks), moment(one.lastAt, timezone)],
  }));
  return (
    <Panel title="Pages" empty={!rows.length && "No page was visited in this window."}>
      <Rows caption="Pages by visits" heads={["Page", "Visits", "Clicks", "Last"]} rows={rows} />
    </Panel>
  );
}

export function MostEngaged({ contacts, view, go }) {
  const rows = contacts.map(({ contact, engagements, lastEngagementAt }) => ({
    key: contact.id,
    cells: [
      <Owner view={view} of={contact.id} go={go}>
        {contact.fullName}
      </Owner>,
      count(engagements),
      moment(lastEngagementAt, view.timezone),
    ],
  }));
  return (
    <Panel title="Most engaged" empty={!rows.length && "Nobody engaged in this window."}>
      <Rows caption="Contacts by engagement" heads={["Contact", "Engagements", "Last"]} rows={rows} />
    </Panel>
  );
}

export function Timeline({ interactions, view, go }) {
  return (
    <Panel title="Timeline" wide empty={!interactions.nodes.length && "Nothing happened in this window."}>
      <ol className="timeline">
        {interactions.nodes.map((one) => (
          <li key={one.id}>
            <time dateTime={one.occurredAt}>{moment(one.occurredAt, view.timezone)}</time>
            <span>
              <strong>{named(one.type)}</strong>
              {one.actor === "MACHINE" && <em> by a machine</em>}
              {one.messageId && <span className="faint"> {one.messageId}</span>}
              {one.link && <span className="faint"> {one.link}</span>}
            </span>
            {one.contact && one.contact.id !== view.id && (
              <Owner view={view} of={one.contact.id} go={go}>
                {one.contact.fullName}
              </Owner>
            )}
          </li>
        ))}
      </ol>
      {interactions.pageInfo.hasNextPage && <p className="note">The newest 20 are shown.</p>}
    </Panel>
  );
}

