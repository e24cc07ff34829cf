/** Parts of the page that are files of their own: their addresses are put in by the build. */
declare const __ASIDE__: string;
declare const __CARE__: string;
declare const __SCANNER__: string;

export type Aside = typeof import("./aside/aside.ts");

const CARE_AFTER_MS = 1_000;

/** A browser may remember for ever that a module did not come: each new try has an address of its own. */
let again = "";

/** What looks after the call: fetched when the first picture has likely left, and until it comes. */
export function loadCare(): Promise<typeof import("./care/care.ts")> {
  return new Promise((resolve) => setTimeout(resolve, CARE_AFTER_MS))
    .then(() => import(/* @vite-ignore */ __CARE__ + again))
    .catch(() => {
      again += "?";
      return loadCare();
    });
}

/** What few people see: fetched when needed, or once the picture is up. */
export function loadAside(): Promise<Aside> {
  return import(/* @vite-ignore */ __ASIDE__ + again).catch((error: unknown) => {
    again += "?";
    throw error;
  });
}

export function loadScanner(): Promise<typeof import("./scanner/scanner.ts")> {
  return import(/* @vite-ignore */ __SCANNER__);
}
