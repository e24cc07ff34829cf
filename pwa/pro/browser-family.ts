/** « Chrome 156, Windows »: enough to find a fault, too little to find a person. */
const BROWSERS: [RegExp, string][] = [
  [/Edg\w*\/(\d+)/, "Edge"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "Firefox"],
  [/(?:Chrome|CriOS)\/(\d+)/, "Chrome"],
  [/Version\/(\d+)\S* (?:Mobile\/\S+ )?Safari/, "Safari"],
];

const SYSTEMS: [RegExp, string][] = [
  [/Windows/, "Windows"],
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function browserFamily(userAgent: string): string {
  const browser = BROWSERS.find(([pattern]) => pattern.test(userAgent));
  const version = browser?.[0].exec(userAgent)?.[1] ?? "";
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? "?";
  return `${browser?.[1] ?? "?"} ${version}, ${system}`.replace(" ,", ",");
}
