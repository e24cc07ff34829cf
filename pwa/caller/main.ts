/** Starts the visit and tells it what the browser notices. The markup is already there (page.html). */
import { drawInto } from "./draw.ts";
import { Visit } from "./visit.ts";

/** A door that opens within this needs no « un instant » before it: no flash, and no text to lay out twice. */
const QUIET_MS = 250;

const root = document.querySelector("main");
if (root) {
  const visit = new Visit(drawInto(root));
  const online = () => visit.networkChanged();
  addEventListener("online", online);
  (navigator as { connection?: EventTarget }).connection?.addEventListener("change", online);
  document.addEventListener("visibilitychange", () => visit.hide(document.hidden));
  addEventListener("pagehide", () => visit.leave());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  addEventListener("hashchange", () => location.reload());
  visit.open();
  setTimeout(() => document.body.classList.remove("opening"), QUIET_MS);
}
