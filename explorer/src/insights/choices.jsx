import { useState } from "react";

import { ATTRIBUTIONS, BUCKETS, isZone, WINDOWS } from "./view.js";

const ZONES = Intl.supportedValuesOf ? ["UTC", ...Intl.supportedValuesOf("timeZone")] : ["UTC"];

/** What of somebody is shown: the window, the stretches, the clock, and whose interactions count. */
export function Choices({ view, attributed, go }) {
  const set = (name) => (event) => go({ ...view, [name]: event.target.value });
  return (
    <form className="choices" aria-label="What is shown" onSubmit={(event) => event.preventDefault()}>
      <Choice label="Window" value={view.window} of={WINDOWS} onChange={set("window")} />
      {view.window === "own" && (
        <>
          <label>
            From
            <input type="date" value={view.from} max={view.to || undefined} onChange={set("from")} />
          </label>
          <label>
            To
            <input type="date" value={view.to} min={view.from || undefined} onChange={set("to")} />
          </label>
        </>
      )}
      <Choice label="By" value={view.bucket} of={BUCKETS} onChange={set("bucket")} />
      <Zone key={view.timezone} view={view} go={go} />
      {attributed && (
        <Choice label="Whose" value={view.attribution} of={ATTRIBUTIONS} onChange={set("attribution")} />
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={view.machines === "yes"}
          onChange={(event) => go({ ...view, machines: event.target.checked ? "yes" : "" })}
        />
        Machines too
      </label>
    </form>
  );
}

export function Choice({ label, value, of, onChange }) {
  return (
    <label>
      {label}
      <select value={value} onChange={onChange}>
        {Object.entries(of).map(([name, words]) => (
          <option key={name} value={name}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A time zone by its name: taken when there is one of that name. */
function Zone({ view, go }) {
  const [text, setText] = useState(view.timezone);
  const take = () => isZone(text) && text !== view.timezone && go({ ...view, timezone: text });
  return (
    <label>
      Time zone
      <input
        list="zones"
        value={text}
        aria-invalid={!isZone(text)}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
      />
      <datalist id="zones">
        {ZONES.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}
