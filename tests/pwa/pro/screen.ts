/** The page as a person meets it: by names and words. */
import { render } from "preact";
import { vi } from "vitest";

const squeeze = (text: string | null | undefined) => (text ?? "").replace(/\s+/g, " ").trim();

/** Start the app on a path, with modules as fresh as after a reload. */
export async function open(path: string): Promise<void> {
  history.replaceState(null, "", path);
  const { App } = await import("../../../pwa/pro/app.tsx");
  const { h } = await import("preact");
  const { learnInstance, refreshSession } = await import("../../../pwa/pro/session.ts");
  render(h(App, null), document.body);
  void learnInstance();
  await refreshSession();
  await settle();
}

/** Nothing of this page may live on in the next test. */
export async function leave(): Promise<void> {
  const { hangUp } = await import("../../../pwa/pro/dispatch-actions.ts");
  hangUp();
  const { leaveMeeting } = await import("../../../pwa/pro/visits/meeting-seat.ts");
  leaveMeeting();
  await settle();
  render(null, document.body);
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.resetModules();
  localStorage.clear();
}

/** Let requests, signals and effects come through. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
}

export function text(): string {
  return squeeze(document.body.textContent);
}

function named(selector: string, name: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(selector)].find(
    (element) => squeeze(element.getAttribute("aria-label") ?? element.textContent) === name,
  );
}

function found(what: string, name: string, element: HTMLElement | undefined | null): HTMLElement {
  if (!element) throw new Error(`no ${what} « ${name} » in: ${text()}`);
  return element;
}

export const hasButton = (name: string) => named("button", name) !== undefined;
export const hasLink = (name: string) => named("a", name) !== undefined;
export const link = (name: string) => found("link", name, named("a", name));
export const button = (name: string) => found("button", name, named("button", name));

export function field(label: string): HTMLInputElement {
  const id = [...document.querySelectorAll("label")].find(
    (each) => squeeze(each.textContent) === label,
  )?.htmlFor;
  return found("field", label, document.getElementById(id ?? "")) as HTMLInputElement;
}

/** What a screen reader adds to the field: hint and error. */
export function description(label: string): string {
  const ids = field(label).getAttribute("aria-describedby")?.split(" ") ?? [];
  return squeeze(ids.map((id) => document.getElementById(id)?.textContent).join(" "));
}

export async function press(name: string): Promise<void> {
  button(name).click();
  await settle();
}

export async function type(label: string, value: string): Promise<void> {
  const input = field(label);
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

/** One of a few: « Sexe » → « Féminin ». */
export async function choose(words: string): Promise<void> {
  const option = [...document.querySelectorAll("label")].find((each) =>
    squeeze(each.textContent).startsWith(words),
  );
  found("choice", words, option?.querySelector("input")).click();
  await settle();
}

/** Enter in a field submits its form. */
export async function enter(label: string): Promise<void> {
  field(label).form?.requestSubmit();
  await settle();
}
