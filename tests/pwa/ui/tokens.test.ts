import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("pwa/ui/tokens.css", "utf8");

/** Custom properties of one block, references followed. */
function tokens(selector: string, base: Record<string, string> = {}): Record<string, string> {
  const block = css.split(`\n${selector} {`)[1]?.split("\n}")[0] ?? "";
  const found = { ...base };
  for (const [, name = "", value = ""] of block.matchAll(/--([\w-]+): ([^;]+);/g)) found[name] = value;
  for (const [name, value] of Object.entries(found)) {
    const reference = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
    if (reference) found[name] = found[reference] ?? value;
  }
  return found;
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS: [string, string][] = [
  ["ink", "paper"],
  ["ink", "surface"],
  ["ink", "surface-sunk"],
  ["ink", "accent-tint"],
  ["ink", "danger-tint"],
  ["ink", "warning-tint"],
  ["ink-soft", "paper"],
  ["ink-soft", "surface"],
  ["ink-soft", "surface-sunk"],
  ["ink-soft", "accent-tint"],
  ["ink-soft", "warning-tint"],
  ["accent", "surface"],
  ["accent", "accent-tint"],
  ["accent-strong", "accent-tint"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["danger", "surface"],
  ["danger", "danger-tint"],
  ["warning", "warning-tint"],
  ["success", "success-tint"],
];

const light = tokens(":root");

describe.each([
  ["light", light],
  ["dark", tokens(".dark", light)],
])("contrasts of the %s colors [R30]", (_, theme) => {
  it.each(TEXTS)("%s on %s can be read: 4.5 to 1 at least", (text, ground) => {
    expect(contrast(theme[text] ?? "", theme[ground] ?? "")).toBeGreaterThanOrEqual(4.5);
  });

  it("borders of fields can be seen: 3 to 1 at least", () => {
    expect(contrast(theme["line-strong"] ?? "", theme.surface ?? "")).toBeGreaterThanOrEqual(3);
  });
});

it("the word beside the telephone that hangs up is white on red, readable", () => {
  expect(contrast("#ffffff", light["dark-danger"] ?? "")).toBeGreaterThanOrEqual(4.5);
});
