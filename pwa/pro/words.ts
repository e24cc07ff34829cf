/** The texts of the professional app. French first; the others are fetched when chosen. */
import { signal } from "@preact/signals";
import fr from "../../static/locales/pro.fr.json";
import { ApiProblem } from "../ui/api.ts";
import { format, type Values } from "../ui/i18n.ts";

export type Key = keyof typeof fr;
export type Language = "fr" | "en";

const words = signal<Record<Key, string>>(fr);
export const language = signal<Language>("fr");

const REMEMBERED = "chevet-language";

/** The text of `key` in the language of the moment. */
export function t(key: Key, values: Values = {}): string {
  return format(words.value[key], values, language.value);
}

export function isKey(key: string): key is Key {
  return key in fr;
}

export async function speak(chosen: Language): Promise<void> {
  words.value = chosen === "fr" ? fr : (await import("../../static/locales/pro.en.json")).default;
  language.value = chosen;
  document.documentElement.lang = chosen;
  localStorage.setItem(REMEMBERED, chosen);
}

/** The language chosen on this workstation the last time. */
export async function speakAsBefore(): Promise<void> {
  if (localStorage.getItem(REMEMBERED) === "en") await speak("en");
}

/** What to tell about a failed request. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiProblem)) return t("problem.unreachable");
  const key = `problem.${error.code}`;
  if (isKey(key)) return t(key, { seconds: error.retryAfterS ?? 0 });
  if (error.status === 429) return t("problem.too-many", { seconds: error.retryAfterS ?? 0 });
  return t("problem.unexpected", { code: error.code });
}
