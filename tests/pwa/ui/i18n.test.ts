import { expect, it } from "vitest";
import { format } from "../../../pwa/ui/i18n.ts";

const TRIES = "{count, plural, =0 {aucun essai} one {# essai} other {# essais}} pour {name}";

it("puts values in their places", () => {
  expect(format("SMS parti au {to}", { to: "06 12 34 56 78" }, "fr")).toBe("SMS parti au 06 12 34 56 78");
});

it("leaves a place whose value is missing, so that the fault is seen", () => {
  expect(format("SMS parti au {to}", {}, "fr")).toBe("SMS parti au {to}");
});

it.each([
  [0, "aucun essai pour Léa"],
  [1, "1 essai pour Léa"],
  [2, "2 essais pour Léa"],
])("chooses the plural of %i in French", (count, text) => {
  expect(format(TRIES, { count, name: "Léa" }, "fr")).toBe(text);
});

it("follows each language's own plural rules: zero is singular in French, plural in English", () => {
  const minutes = "{count, plural, one {# minute} other {# minutes}}";
  expect(format(minutes, { count: 0 }, "fr")).toBe("0 minute");
  expect(format(minutes, { count: 0 }, "en")).toBe("0 minutes");
});
