// How figures, moments and names of the graph are written.
const whole = new Intl.NumberFormat("en");
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

export const NONE = "–";
export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export const count = (value) => (value == null ? NONE : whole.format(value));
export const number = (value) => (value == null ? NONE : tenths.format(value));
export const rate = (value) => (value == null ? NONE : percent.format(value));

/** `EMAIL_OPENED` as "Email opened". */
export function named(name) {
  const text = name.toLowerCase().replaceAll("_", " ");
  return text[0].toUpperCase() + text.slice(1);
}

/** Seconds as a person says them. */
export function lasting(seconds) {
  if (seconds == null) return NONE;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${tenths.format(seconds / 3600)} h` : `${tenths.format(seconds / 86_400)} days`;
}

export function moment(text, timezone, options = { dateStyle: "medium", timeStyle: "short" }) {
  return text ? new Intl.DateTimeFormat("en-GB", { timeZone: timezone, ...options }).format(new Date(text)) : NONE;
}

const STRETCHES = {
  HOUR: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  DAY: { day: "numeric", month: "short", year: "numeric" },
  WEEK: { day: "numeric", month: "short", year: "numeric" },
  MONTH: { month: "short", year: "numeric" },
};

export const stretch = (at, bucket, timezone) => moment(at, timezone, STRETCHES[bucket]);
