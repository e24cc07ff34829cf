/** A sentence with its `{caller}` filled in. The sentences themselves are those of one language, chosen at build. */
export function fill(sentence: string, caller: string): string {
  return sentence.replace("{caller}", caller);
}
