/**
 * Builds the caller's page: one document a language that holds everything up to the picture, the seldom-needed parts
 * beside it, and the hashes of what is inline for the Content-Security-Policy.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, type InlineConfig, type Plugin, type Rolldown } from "vite";

export const LANGUAGES = ["fr", "en"] as const;
type Language = (typeof LANGUAGES)[number];

export interface Folders {
  /** pwa/caller */
  source: string;
  /** static/locales */
  locales: string;
  /** static/build */
  output: string;
}

interface Sources extends Folders {
  ownNames: RegExp;
}

/** What Chrome 80, Safari 14 and Firefox 78 all read as it stands. */
const TARGET = ["es2020"];
const CSS_TARGET = ["chrome80", "safari14", "firefox78"];
/** Global name in the scripts → entry below `source`. In this order: a part may load the ones before it. */
const PARTS = {
  __SCANNER__: "scanner/scanner.ts",
  __VISIT__: "visit/visit.ts",
  __ASIDE__: "aside/aside.ts",
  __CARE__: "care/care.ts",
};
/** Shares no object with the page but what the protocol names: its names and the page's need not agree. */
const ALONE = /^visit\//;
const NO_NAME = /^$/;

export async function buildCallerPages(given: Folders): Promise<void> {
  const folders = { ...given, ownNames: await findOwnNames(given.source) };
  const policy: Record<string, { scripts: string[]; styles: string[] }> = {};
  for (const language of LANGUAGES) {
    const page = await assemble(folders, language);
    const name = `j.${language}.html`;
    policy[name] = { scripts: page.scripts.map(hash), styles: [hash(page.style)] };
    await writeCompressed(`${folders.output}/${name}`, page.html);
  }
  await writeFile(`${folders.output}/csp.json`, JSON.stringify(policy));
}

async function assemble(folders: Sources, language: Language) {
  const words: Record<string, string> = JSON.parse(
    await readFile(`${folders.locales}/caller.${language}.json`, "utf8"),
  );
  const define: Record<string, string> = {};
  for (const [name, entry] of Object.entries(PARTS))
    define[name] = JSON.stringify(await buildPart(folders, language, entry, define));
  const early = await buildInline(folders, language, "early.ts", {});
  const script = await buildInline(folders, language, "main.ts", define);
  const style = await buildStyle(folders);
  const template = await readFile(`${folders.source}/page.html`, "utf8");
  const html = fillIn(template.replace(/>\n</g, "><").trim(), { ...words, early, script, style });
  return { html, scripts: [early, script], style };
}

async function buildInline(
  folders: Sources,
  language: Language,
  entry: string,
  define: Record<string, string>,
): Promise<string> {
  return (await bundle(folders, language, entry, { define }, "iife")).code.trim();
}

/** A file of its own under /assets, named by its content. Returns its address. */
async function buildPart(
  folders: Sources,
  language: Language,
  entry: string,
  define: Record<string, string>,
): Promise<string> {
  const { code } = await bundle(folders, language, entry, { define: { ...define } });
  const name = /(\w+)\.ts$/.exec(entry)?.[1];
  const file = `assets/${name}.${language}-${digest(code).slice(0, 10)}.js`;
  await writeCompressed(`${folders.output}/${file}`, code);
  return `/${file}`;
}

/** One chunk that imports nothing; the files that it names by address (`?url`) are written beside it. */
async function bundle(
  folders: Sources,
  language: Language,
  entry: string,
  more: InlineConfig,
  format: "es" | "iife" = "es",
) {
  const result = (await build({
    configFile: false,
    root: folders.source,
    base: "/",
    logLevel: "warn",
    publicDir: false,
    resolve: { alias: { "@words": `${folders.locales}/caller.${language}.json` } },
    build: {
      write: false,
      target: TARGET,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: `${folders.source}/${entry}`,
        output: {
          format,
          codeSplitting: false,
          minify: {
            compress: true,
            mangle: true,
            codegen: true,
            mangleProps: { include: ALONE.test(entry) ? NO_NAME : folders.ownNames },
          },
        },
        preserveEntrySignatures: "strict",
      },
    },
    plugins: [closeCodes(await readFile(`${folders.source}/../protocol.ts`, "utf8"))],
    ...more,
  })) as Rolldown.RolldownOutput;
  await writeAssets(folders, result);
  return result.output[0];
}

/** Puts the number where a close code is named: the page needs four of ten. */
function closeCodes(protocol: string): Plugin {
  const table = /CloseCode = \{([^}]*)\}/.exec(protocol)?.[1] ?? "";
  const codes = new Map([...table.matchAll(/(\w+): (\d+)/g)].map(([, name = "", code = ""]) => [name, code]));
  return {
    name: "close-codes",
    enforce: "pre",
    transform: (code, id) =>
      id.endsWith("/signaling.ts")
        ? code.replace(/\bCloseCode\.(\w+)/g, (_, name) => codes.get(name) ?? _)
        : null,
  };
}

async function writeAssets(folders: Sources, { output }: Rolldown.RolldownOutput): Promise<void> {
  for (const file of output) {
    const path = `${folders.output}/${file.fileName}`;
    if (file.type === "asset" && !existsSync(path)) await writeCompressed(path, file.source);
  }
}

async function buildStyle(folders: Sources): Promise<string> {
  const result = (await build({
    configFile: false,
    root: folders.source,
    logLevel: "warn",
    build: { write: false, cssTarget: CSS_TARGET, rolldownOptions: { input: `${folders.source}/page.css` } },
  })) as Rolldown.RolldownOutput;
  const css = result.output.find(({ fileName }) => fileName.endsWith(".css"));
  if (css?.type !== "asset") throw new Error("page.css gave no style sheet");
  return String(css.source).trim();
}

/**
 * The names of members that may be shortened: private ones that are written nowhere but where they are declared or used
 * as a member of `this`, and those that are ours by their form. Never one that the protocol or another file has.
 */
async function findOwnNames(source: string): Promise<RegExp> {
  const [page, beside] = await readApart(source);
  const others = new Set(beside.match(/\w+/g));
  const privates = findAll(page, PRIVATE).filter((name) => isOnlyPrivate(page, name));
  const own = [...privates, ...findAll(page, FORMED)].filter((name) => !others.has(name));
  return new RegExp(`^(${own.join("|")})$`);
}

function isOnlyPrivate(code: string, name: string): boolean {
  return [...code.matchAll(new RegExp(`\\b${name}\\b`, "g"))].every(({ index }) => {
    const before = code.slice(Math.max(0, index - 40), index);
    const isVariable = !/[.\w]$/.test(before) && code[index + name.length] === ".";
    return PRIVATE_USE.test(before) || isVariable;
  });
}

const PRIVATE = /\bprivate (?:readonly |async |get )*(\w+)/g;
const PRIVATE_USE = /(\bprivate (readonly |async |get )*|\bthis\.)$/;
/** No browser has members of these forms that we use. */
const FORMED = /\b((?:is|has|was|wants|on)[A-Z]\w+|[a-z]+At)\b/g;

function findAll(code: string, pattern: RegExp): string[] {
  return [...new Set([...code.matchAll(pattern)].map(([, name = ""]) => name))];
}

/** The page's own files, and those that it may speak with: the parts, what they are bundled with, the protocol. */
async function readApart(source: string): Promise<[page: string, beside: string]> {
  const own = await reachable(normalize(`${source}/main.ts`));
  const files = await readdir(source, { recursive: true });
  const parts = files.filter((file) => /^(?!build).*\.ts$/.test(file) && !ALONE.test(file));
  const beside = new Set([normalize(`${source}/../protocol.ts`)]);
  for (const file of parts) if (!own.has(join(source, file))) await reachable(join(source, file), beside);
  const read = async (files: string[]) =>
    (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
  return [await read([...own]), await read([...beside].filter((file) => !own.has(file)))];
}

/** What `file` is bundled with: its imports and theirs, but not those of types alone. */
async function reachable(file: string, seen = new Set<string>()): Promise<Set<string>> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = (await readFile(file, "utf8")).matchAll(
    /^(?:import|export) (?!type )[^"]*?from "(\..*?\.ts)"/gm,
  );
  for (const [, next = ""] of imports)
    if (!next.endsWith("protocol.ts")) await reachable(join(dirname(file), next), seen);
  return seen;
}

function fillIn(template: string, values: Record<string, string>): string {
  return template.replace(/%(\w+)%/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`page.html asks for ${name}, which nothing gives`);
    return value;
  });
}

async function writeCompressed(file: string, content: string | Uint8Array): Promise<void> {
  const body = Buffer.from(content);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, body);
  await writeFile(`${file}.br`, brotliCompressSync(body, { params }));
  await writeFile(`${file}.gz`, gzipSync(body, { level: 9 }));
}

function hash(inline: string): string {
  return `sha256-${createHash("sha256").update(inline).digest("base64")}`;
}

function digest(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
