/** Parts of the page that are files of their own: their addresses are put in by the build. */
declare const __ASIDE__: string;
declare const __CARE__: string;

export type Aside = typeof import("./aside/aside.ts");

const CARE_AFTER_MS = 1_000;
const PATIENCE_MS = 5_000;

/** What few people see: fetched when needed, or once the picture is up. Rejects when it does not come, or is late. */
export const loadAside = part<Aside>(__ASIDE__);
const loadCareOnce = part<typeof import("./care/care.ts")>(__CARE__);

/** What looks after the call: fetched when the first picture has likely left, and until it comes. */
export function loadCare(): ReturnType<typeof loadCareOnce> {
  return new Promise((resolve) => setTimeout(resolve, CARE_AFTER_MS)).then(loadCareOnce).catch(loadCare);
}

/**
 * A browser may remember for ever that a module did not come, and waits without end on a path that died: each new try
 * has an address of its own. What comes late is kept for the next who asks.
 */
function part<T>(address: string): () => Promise<T> {
  let found: T | undefined;
  let again = "";
  return () =>
    new Promise((resolve, reject) => {
      if (found) return resolve(found);
      const miss = () => {
        again += "?";
        reject();
      };
      setTimeout(miss, PATIENCE_MS);
      import(/* @vite-ignore */ address + again).then((made) => {
        found ??= made as T;
        resolve(found);
      }, miss);
    });
}
