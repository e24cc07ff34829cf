import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import en from "../../../static/locales/caller.en.json";
import fr from "../../../static/locales/caller.fr.json";

const SOURCES = [
  "pwa/caller",
  "pwa/caller/aside",
  "pwa/caller/care",
  "pwa/caller/scanner",
  "pwa/caller/visit",
];

it("every language has every sentence, with the same places to fill", () => {
  const places = (words: Record<string, string>) =>
    Object.entries(words).map(([key, text]) => [key, ...(text.match(/\{\w+\}/g) ?? [])]);
  expect(places(en)).toEqual(places(fr));
});

it("no sentence is left over", () => {
  const code = SOURCES.flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`))
    .filter((file) => /\.(ts|html)$/.test(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const isUsed = (key: string) => code.includes(`words.${key}`) || code.includes(`%${key}%`);
  expect(Object.keys(fr).filter((key) => !isUsed(key))).toEqual([]);
});

it("the French never ends a line inside quotation marks", () => {
  expect(Object.values(fr).filter((text) => /« | »|[^\u00a0\d] [?!:;]/.test(text))).toEqual([]);
});
