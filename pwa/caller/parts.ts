/** Parts that few people need. Each is a file of its own, fetched when needed or once the picture is up. */
declare const __RESCUE__: string;
declare const __SCANNER__: string;

export function loadRescue(): Promise<typeof import("./parts/rescue.ts")> {
  return import(/* @vite-ignore */ __RESCUE__);
}

export function loadScanner(): Promise<typeof import("./parts/scanner.ts")> {
  return import(/* @vite-ignore */ __SCANNER__);
}
