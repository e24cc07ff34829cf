// @vitest-environment node
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildCallerPages } from "../../../pwa/caller/build/one_response.ts";

/** What is left of a first flight of 12 kB beside the headers and the answer to `peek`. */
const PAGE_BYTES = 9_100;

let folder: string;
const read = (name: string) => readFile(`${folder}/${name}`, "utf8");

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/caller-`);
  await buildCallerPages({
    source: resolve("pwa/caller"),
    locales: resolve("static/locales"),
    output: folder,
  });
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe.each(["fr", "en"])("the page in %s", (language) => {
  it("fits the first flight", async () => {
    const { length } = await readFile(`${folder}/j.${language}.html.br`);
    expect(length).toBeLessThanOrEqual(PAGE_BYTES);
  });

  it("asks for nothing else: no file, no font, no icon", async () => {
    const html = await read(`j.${language}.html`);
    expect(html.match(/(?:src|href)="[^"]*"/g)?.map((one) => one.replace(/lang=\w\w/, "lang=…"))).toEqual([
      'href="data:,"',
      'href="?lang=…"',
    ]);
    expect(html).not.toMatch(/^import|[^.]import[ {"']|url\(/m);
  });

  it("says its language, and is the same compressed or not", async () => {
    const html = await read(`j.${language}.html`);
    expect(html).toContain(`<html lang="${language}">`);
    expect(brotliDecompressSync(await readFile(`${folder}/j.${language}.html.br`)).toString()).toBe(html);
    expect(gunzipSync(await readFile(`${folder}/j.${language}.html.gz`)).toString()).toBe(html);
  });

  it("runs under the policy that goes with it [A50]", async () => {
    const html = await read(`j.${language}.html`);
    const policy = JSON.parse(await read("csp.json"))[`j.${language}.html`];
    const inline = (tag: string) => [...html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, "gs"))];
    const hashes = (tag: string) => inline(tag).map(([, text = ""]) => `sha256-${sha256(text)}`);
    expect(policy).toEqual({ scripts: hashes("script"), styles: hashes("style") });
    expect(html).not.toMatch(/ style="| on\w+="|innerHTML/);
  });

  it("reads in browsers of 2020, and never speaks of sound [F30]", async () => {
    const html = await read(`j.${language}.html`);
    expect(html).not.toMatch(/\|\|=|&&=|\?\?=|static ?\{|[{;]#\w/);
    expect(html.match(/audio\W{1,3}(?:!0|true)|AudioContext|m=audio/g)).toBe(null);
  });

  it("speaks the protocol word for word, however short its own names are", async () => {
    const html = await read(`j.${language}.html`);
    const spoken = [
      "token",
      "epoch",
      "lastSeq",
      "page",
      "connectionId",
      "usernameFragment",
      "seatToken",
      "messages",
    ];
    const read_ = ["resumed", "iceServers", "fresh", "offer", "callerName", "answered", "present", "seq"];
    expect([...spoken, ...read_].filter((name) => !new RegExp(`[.{,]${name}\\b`).test(html))).toEqual([]);
  });

  it("finds its other files where it says they are", async () => {
    const files = await readdir(`${folder}/assets`);
    const named = [...(await read(`j.${language}.html`)).matchAll(/\/assets\/([\w.-]+)/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !files.includes(name ?? ""))).toEqual([]);
  });
});

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
