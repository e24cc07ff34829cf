import * as words from "@words";

/** A sentence with its `{places}` filled in, each wherever it stands. */
export function say(sentence: string, places: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => places[name] ?? "");
}

/** « le Dr Anaïs Morel » inside a sentence; a name without title stays as it is. */
export function titled(name: string): string {
  return /^(Dr|Pr)\b/.test(name) ? say(words.visitTitled, { name }) : name;
}

/** The same at the start of a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
