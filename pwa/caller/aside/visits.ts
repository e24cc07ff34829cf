import type { PeekView } from "../../protocol.ts";
import { part } from "../part.ts";
import type { Gestures } from "../screen.ts";

/** The file's address, put in by the build. */
declare const __VISIT__: string;

const load = part<typeof import("../visit/visit.ts")>(__VISIT__);

/** The link of a téléconsultation: the file that knows them has the page from here on. Asked for until it comes. */
export function handOver(door: PeekView, gestures: Gestures): void {
  load().then(
    ({ begin }) => begin(door),
    () => gestures.retry(),
  );
}
