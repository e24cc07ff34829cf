/** Parts of the page that are files of their own: their addresses are put in by the build. */
import { part } from "./part.ts";

declare const __ASIDE__: string;
declare const __CARE__: string;

export type Aside = typeof import("./aside/aside.ts");

const CARE_AFTER_MS = 1_000;

/** What few people see: fetched when needed, or once the picture is up. Rejects when it does not come, or is late. */
export const loadAside = part<Aside>(__ASIDE__);
const loadCareOnce = part<typeof import("./care/care.ts")>(__CARE__);

/** What looks after the call: fetched when the first picture has likely left, and until it comes. */
export function loadCare(): ReturnType<typeof loadCareOnce> {
  return new Promise((resolve) => setTimeout(resolve, CARE_AFTER_MS)).then(loadCareOnce).catch(loadCare);
}
