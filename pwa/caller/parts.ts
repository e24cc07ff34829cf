/** Parts of the page that are files of their own: their addresses are put in by the build. */
declare const __ASIDE__: string;
declare const __SCANNER__: string;

export type Aside = typeof import("./aside/aside.ts");

let again = "";

/**
 * What few people see: fetched when needed, or once the picture is up.
 *
 * A browser may remember for ever that a module did not come: each new try has an address of its own.
 */
export function loadAside(): Promise<Aside> {
  return import(/* @vite-ignore */ __ASIDE__ + again).catch((error: unknown) => {
    again += "?";
    throw error;
  });
}

export function loadScanner(): Promise<typeof import("./scanner/scanner.ts")> {
  return import(/* @vite-ignore */ __SCANNER__);
}
