import { readFileSync } from "node:fs";

const declaration = /export type Step = ([^;]+);/.exec(readFileSync("pwa/protocol.ts", "utf8"))?.[1] ?? "";

/** The steps of the join timeline as the server knows them. */
export const STEPS = declaration.split(" | ").map((quoted) => JSON.parse(quoted) as string);
