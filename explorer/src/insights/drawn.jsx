import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { useEffect, useRef, useSyncExternalStore } from "react";

import { count, named, rate, stretch } from "./words.js";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;

const dark = matchMedia("(prefers-color-scheme: dark)");
const COLOURS = ["ink", "faint", "border", "accent", "one", "two", "three", "four"];

/** The page's colours as the system has them now. */
function useColours() {
  const follow = (tell) => {
    dark.addEventListener("change", tell);
    return () => dark.removeEventListener("change", tell);
  };
  useSyncExternalStore(follow, () => dark.matches);
  const style = getComputedStyle(document.getElementById("insights"));
  return Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** A drawing that is made anew where what it shows has changed. */
function Drawing({ label, height, config }) {
  const canvas = useRef(null);
  const text = JSON.stringify(config);
  useEffect(() => {
    const chart = new Chart(canvas.current, config);
    return () => chart.destroy();
    // eslint-disable-next-line -- the text is the configuration
  }, [text]);
  return (
    <div className="drawing" style={{ height }}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

function Table({ caption, heads, rows }) {
  return (
    <details className="table">
      <summary>As a table</summary>
      <div className="wide">
        <table>
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
            {rows.map(([first, ...rest]) => (
              <tr key={first}>
                <th scope="row">{first}</th>
                {rest.map((cell, place) => (
                  <td key={heads[place + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** What happened over time: a line for each count. */
export function Series({ series, bucket, timezone }) {
  const colours = useColours();
  const lines = [colours.accent, colours.one, colours.two, colours.three, colours.four];
  const labels = series[0].points.map((point) => stretch(point.at, bucket, timezone));
  const datasets = series.map((one, place) => ({
    label: named(one.of),
    data: one.points.map((point) => point.value),
    borderColor: lines[place],
    backgroundColor: place ? lines[place] : `${lines[place]}22`,
    borderWidth: place ? 1.5 : 2,
    fill: place === 0,
    pointRadius: labels.length > 60 ? 0 : 2,
    cubicInterpolationMode: "monotone",
  }));
  const axis = { grid: { color: colours.border }, ticks: { color: colours.faint, maxRotation: 0 } };
  const config = {
    type: "line",
    data: { labels, datasets },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { ...axis, ticks: { ...axis.ticks, autoSkipPadding: 16 } },
        y: { ...axis, beginAtZero: true, ticks: { ...axis.ticks, precision: 0 } },
      },
      plugins: { legend: { labels: { color: colours.ink, boxWidth: 12, boxHeight: 2 } } },
    },
  };
  const totals = series.map((one) => `${named(one.of)} ${count(one.total)}`).join(", ");
  const rows = labels.map((label, place) => [label, ...series.map((one) => count(one.points[place].value))]);
  return (
    <>
      <Drawing height="320px" label={`Over time. ${totals}.`} config={config} />
      <Table
        caption="What happened over time"
        heads={["From", ...series.map((one) => named(one.of))]}
        rows={[...rows, ["All together", ...series.map((one) => count(one.total))]]}
      />
    </>
  );
}

/** Bars with their numbers: how far it went, or how many there were of what. */
export function Bars({ caption, entries, head }) {
  const colours = useColours();
  const config = {
    type: "bar",
    data: {
      labels: entries.map((entry) => entry.label),
      datasets: [{ data: entries.map((entry) => entry.count), backgroundColor: colours.accent, borderRadius: 3 }],
    },
    options: {
      indexAxis: "y",
      scales: {
        x: { beginAtZero: true, grid: { color: colours.border }, ticks: { color: colours.faint, precision: 0 } },
        y: { grid: { display: false }, ticks: { color: colours.ink, autoSkip: false } },
      },
      plugins: { legend: { display: false } },
    },
  };
  const said = entries.map((entry) => `${entry.label} ${count(entry.count)}`).join(", ");
  return (
    <>
      <Drawing height={`${entries.length * 30 + 40}px`} label={`${caption}: ${said}.`} config={config} />
      <Table
        caption={caption}
        heads={[head, "Count", "Share"]}
        rows={entries.map((entry) => [entry.label, count(entry.count), rate(entry.share)])}
      />
    </>
  );
}
