// What the page takes from the JSON of a report: rows that are evidence, signs of GUIDs, and
// results that the analysis flags. Nothing is concluded here.

export const readReport = json => {
  const report = JSON.parse(typeof json === 'string' ? json : new TextDecoder().decode(json));
  const byCapture = report.captures.map(() => ({ evidence: new Map(), failed: new Set(), times: new Map() }));
  for (const finding of report.findings) {
    for (const { capture, events } of finding.evidence) {
      for (const event of events) {
        const of = byCapture[capture].evidence;
        if (!of.has(event)) of.set(event, []);
        if (!of.get(event).some(it => it.signature === finding.signature)) {
          of.get(event).push({ signature: finding.signature, title: finding.title });
        }
      }
    }
  }
  for (const step of report.timeline) {
    if (step.failed) for (const event of step.events.length ? step.events : [step.event]) byCapture[step.capture].failed.add(event);
  }
  const places = [];
  for (const it of report.verdict.evidence) {
    if (it.event === null || it.event === undefined || it.capture === null) continue;
    if (!places.some(place => place.capture === it.capture && place.event === it.event)) {
      places.push({ capture: it.capture, event: it.event, time: it.time });
    }
  }
  places.sort((one, other) => one.capture - other.capture || one.event - other.event);
  return { report, byCapture, places, signs: report.guid_signs };
};

// The events of one capture that a filter must not hide: those that findings cite, ascending.
export const keptEvents = capture => [...capture.evidence.keys()].sort((one, other) => one - other);

// The next place of evidence in a direction (1 or -1) from an event, around the end.
export const nextPlace = (places, capture, event, direction) => {
  if (!places.length) return -1;
  const order = place => place.capture - capture || place.event - event;
  if (direction > 0) {
    const next = places.findIndex(place => order(place) > 0);
    return next < 0 ? 0 : next;
  }
  const before = places.findLastIndex(place => order(place) < 0);
  return before < 0 ? places.length - 1 : before;
};

// Milliseconds from one time of the report to another, with the parts of a millisecond that dates
// of the browser leave out; null where one has no date or cannot be read.
export const msAfter = (first, time) => {
  const [one, other] = [first, time].map(partsOf);
  return one === null || other === null ? null : other.second - one.second + other.fraction - one.fraction;
};
const partsOf = time => {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})?$/.exec(time || '');
  if (!found) return null;
  const second = Date.parse(`${found[1]}T${found[2]}${found[4] || 'Z'}`);
  return Number.isNaN(second) ? null : { second, fraction: found[3] ? +`0.${found[3]}` * 1000 : 0 };
};
