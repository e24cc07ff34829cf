/** A code read aloud: « K comme Kléber, 7, M comme Marcel ». */
import { t } from "./words.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export interface Spelled {
  character: string;
  /** The word that stands for a letter; null for a digit. */
  word: string | null;
}

export function spell(code: string): Spelled[] {
  const names = t("spelling.words").split(" ");
  return [...code].map((character) => ({ character, word: names[LETTERS.indexOf(character)] ?? null }));
}
