import type { DeviceFacts } from "../../protocol.ts";

/** What only some browsers tell. */
interface Telltale {
  connection?: { type?: string; effectiveType?: string };
  getBattery?(): Promise<{ level: number }>;
}

type Family = [RegExp, string];

/** The first that fits, for browsers carry each other's names. */
const BROWSERS: Family[] = [
  [/FBAN|FBAV|Instagram|WhatsApp|Snapchat|TikTok|musical_ly|MicroMessenger|Line\//, "in-app"],
  [/; wv\)/, "in-app"],
  [/SamsungBrowser/, "Samsung Internet"],
  [/Firefox|FxiOS/, "Firefox"],
  [/Edg/, "Edge"],
  [/OPR|Opera/, "Opera"],
  [/Chrome|CriOS/, "Chrome"],
  [/Safari/, "Safari"],
];
const SYSTEMS: Family[] = [
  [/iPhone|iPod/, "iOS"],
  [/iPad/, "iPadOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS/, "macOS"],
  [/Linux|CrOS/, "Linux"],
];

export function browser(): string {
  return family(BROWSERS);
}

/** An iPad says that it is a Mac, but no Mac has a touch screen (C3). */
export function system(): string {
  const name = family(SYSTEMS);
  return name === "macOS" && navigator.maxTouchPoints > 1 ? "iPadOS" : name;
}

/** Family names only: they help to help, and identify nobody. */
export async function deviceFacts(): Promise<Omit<DeviceFacts, "id" | "t">> {
  const { connection, getBattery } = navigator as Telltale;
  const battery = await getBattery?.call(navigator).catch(() => null);
  return {
    browser: browser(),
    system: system(),
    network: connection?.type ?? connection?.effectiveType ?? null,
    batteryPercent: battery ? Math.round(battery.level * 100) : null,
  };
}

function family(families: Family[]): string {
  return families.find(([pattern]) => pattern.test(navigator.userAgent))?.[1] ?? "other";
}
