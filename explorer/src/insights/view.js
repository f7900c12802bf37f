// What is shown is what the page's address says: a view can be sent to somebody, and the way back leads to it.
import insights from "./insights.graphql?raw";

export const WINDOWS = {
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "12m": "Last 12 months",
  all: "All of time",
  own: "From … to …",
};
export const BUCKETS = { auto: "As fits", HOUR: "Hours", DAY: "Days", WEEK: "Weeks", MONTH: "Months" };
export const ATTRIBUTIONS = {
  CURRENT_MEMBERS: "Present members, while members",
  DURING_MEMBERSHIP: "All, while members",
  ALL_TIME: "Present members, at any time",
};
export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const USUAL = {
  id: "",
  window: "12m",
  from: "",
  to: "",
  bucket: "auto",
  timezone: OWN_ZONE,
  machines: "",
  attribution: "CURRENT_MEMBERS",
};
const DAY = 86_400_000;

/** The view that an address means. */
export function viewOf(search) {
  const given = new URLSearchParams(search);
  return Object.fromEntries(Object.entries(USUAL).map(([name, usual]) => [name, given.get(name) ?? usual]));
}

/** The address of a view: what is as usual is left out. */
export function addressOf(view) {
  const said = Object.entries(view).filter(([name, value]) => value !== USUAL[name]);
  const text = new URLSearchParams(said).toString();
  return `/insights${text ? `?${text}` : ""}`;
}

/** The one request that a view is drawn from. */
export function questionOf(view, now = new Date()) {
  const { from, to } = spanOf(view, now);
  const variables = {
    id: view.id,
    from,
    to,
    machines: view.machines === "yes",
    bucket: view.bucket === "auto" ? fitting(from, to ?? now.toISOString()) : view.bucket,
    timezone: view.timezone,
    attribution: view.attribution,
  };
  return { query: insights, variables };
}

function spanOf(view, now) {
  const today = dayIn(view.timezone, now);
  if (view.window === "all") return { from: null, to: null };
  if (view.window === "own") {
    // The last day is shown whole.
    const end = view.to && dayIn("UTC", new Date(Date.parse(view.to) + DAY));
    return { from: midnight(view.from, view.timezone), to: midnight(end, view.timezone) };
  }
  if (view.window === "12m") {
    const [year, rest] = [Number(today.slice(0, 4)) - 1, today.slice(4).replace("-02-29", "-02-28")];
    return { from: midnight(`${year}${rest}`, view.timezone), to: null };
  }
  const first = new Date(Date.parse(today) - (Number.parseInt(view.window, 10) - 1) * DAY);
  return { from: midnight(dayIn("UTC", first), view.timezone), to: null };
}

/** The stretches that make a line that can be read. */
function fitting(from, to) {
  const days = from ? (Date.parse(to) - Date.parse(from)) / DAY : Infinity;
  if (days <= 3) return "HOUR";
  if (days <= 100) return "DAY";
  return days <= 800 ? "WEEK" : "MONTH";
}

/** The calendar day there, as 2026-05-31. */
function dayIn(timezone, moment) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" }).format(moment);
  return parts;
}

/** The moment at which a day begins there. */
function midnight(day, timezone) {
  if (!day) return null;
  const utc = Date.parse(`${day}T00:00:00Z`);
  const first = utc - offset(timezone, utc);
  return new Date(utc - offset(timezone, first)).toISOString();
}

function offset(timezone, moment) {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
  const name = format.formatToParts(moment).find((part) => part.type === "timeZoneName").value;
  const found = /([+-])(\d\d):(\d\d)/.exec(name);
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000 : 0;
}

/** Whether the browser knows the time zone. */
export function isZone(name) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
