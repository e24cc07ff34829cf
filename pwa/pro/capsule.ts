/** The technical capsule of an incident report: codes and figures, no name, number or token (S60). */
import type { Figures } from "../call/stats.ts";
import type { IncidentReport } from "../protocol.ts";
import { browserFamily } from "./browser-family.ts";
import { figures } from "./dispatch-state.ts";
import { journalLines } from "./journal.ts";
import { path } from "./route.ts";

export type Capsule = Omit<Required<IncidentReport>, "remark">;

export function capsule(): Capsule {
  const { innerWidth, innerHeight, devicePixelRatio } = window;
  return {
    page: path.value,
    browser: browserFamily(navigator.userAgent),
    viewport: `${innerWidth} × ${innerHeight}, ${Math.round(devicePixelRatio * 100)} %`,
    events: journalLines(),
    figures: numbers(figures.value),
  };
}

function numbers(seen: Figures | null): Record<string, number> {
  const kept: Record<string, number> = {};
  for (const [name, value] of Object.entries(seen ?? {})) {
    if (typeof value === "number") kept[name] = Math.round(value * 10) / 10;
  }
  return kept;
}
