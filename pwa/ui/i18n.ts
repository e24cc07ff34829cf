/**
 * Messages with values: `{name}`, and `{count, plural, one {# try} other {# tries}}` (Intl.PluralRules chooses;
 * `#` is the number; `=0` wins over the category). A branch holds no braces.
 */
export type Values = Record<string, string | number>;

const PLURAL = /\{(\w+), plural,((?:\s*[=\w]+ \{[^{}]*\})+)\s*\}/g;
const BRANCH = /([=\w]+) \{([^{}]*)\}/g;
const VALUE = /\{(\w+)\}/g;

export function format(message: string, values: Values, language: string): string {
  return message
    .replace(PLURAL, (_, name: string, branches: string) => choose(branches, Number(values[name]), language))
    .replace(VALUE, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

function choose(branches: string, count: number, language: string): string {
  const texts = new Map<string, string>();
  for (const [, category = "", text = ""] of branches.matchAll(BRANCH)) texts.set(category, text);
  const category = new Intl.PluralRules(language).select(count);
  const text = texts.get(`=${count}`) ?? texts.get(category) ?? texts.get("other") ?? "";
  return text.replace(/#/g, new Intl.NumberFormat(language).format(count));
}
