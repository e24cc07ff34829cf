/** The page: banners, the screen of the path, the footer. */
import { useEffect } from "preact/hooks";
import { showAboveDialogs } from "../ui/dialog.tsx";
import { Accessibility } from "./accessibility.tsx";
import "./app.css";
import { ConnectionBanner, DemoBanner } from "./banners.tsx";
import { Dispatch } from "./dispatch.tsx";
import { invitation, isLive } from "./dispatch-state.ts";
import { Footer } from "./footer.tsx";
import { Header } from "./header.tsx";
import { Kiosk } from "./kiosk.tsx";
import { NotFound } from "./not-found.tsx";
import { path } from "./route.ts";
import { session } from "./session.ts";
import { SignIn } from "./sign-in.tsx";
import { UnderWay } from "./under-way.tsx";
import { Agenda } from "./visits/agenda.tsx";
import { Arrivals } from "./visits/arrivals.tsx";
import { followDesk, waitingElsewhere } from "./visits/desk.ts";
import { MeetingScreen } from "./visits/meeting.tsx";
import { meeting } from "./visits/meeting-state.ts";
import { VisitForm } from "./visits/visit-form.tsx";
import { WaitingBanner } from "./visits/waiting-banner.tsx";
import { Waiting } from "./waiting.tsx";
import { type Key, t } from "./words.ts";

type ScreenName =
  | "accessibility"
  | "waiting"
  | "sign-in"
  | "kiosk"
  | "dispatch"
  | "call"
  | "agenda"
  | "book"
  | "meeting"
  | "not-found";

const SCREENS: Record<ScreenName, () => preact.JSX.Element | null> = {
  accessibility: Accessibility,
  waiting: Waiting,
  "sign-in": SignIn,
  kiosk: Kiosk,
  dispatch: Dispatch,
  call: Dispatch,
  agenda: Agenda,
  book: VisitForm,
  meeting: MeetingScreen,
  "not-found": NotFound,
};

/** A picture is never taken away by an expired session: signing in again can wait until the call is over. */
function screenName(): ScreenName {
  if (path.value === "/accessibility") return "accessibility";
  if (path.value === "/dispatch" && isLive.value) return "call";
  if (meeting.value) return "meeting";
  if (session.value === undefined) return "waiting";
  if (session.value === null) return "sign-in";
  if (path.value === "/") return "kiosk";
  if (path.value === "/dispatch" && session.value.modules.includes("dispatch")) return "dispatch";
  if (session.value.modules.includes("teleconsultation")) return visitScreenName() ?? "not-found";
  return "not-found";
}

function visitScreenName(): ScreenName | null {
  const [, module, second, third, ...rest] = path.value.split("/");
  if (module !== "teleconsultation" || rest.length) return null;
  if (!second) return "agenda";
  if (second === "new" && !third) return "book";
  if (third === "change") return "book";
  return third ? null : "meeting";
}

export function App() {
  const name = screenName();
  const Screen = SCREENS[name];
  const live = name === "call" || name === "meeting";
  const waits = waitingElsewhere.value.length;
  useEffect(followDesk, []);
  useEffect(() => showAboveDialogs(Arrivals), []);
  useEffect(() => {
    document.title = title(name, waits);
  });
  useEffect(() => focusHeading(name), [name]);

  return (
    <div class={`app${live ? " dark app-live" : ""}`}>
      <a class="skip" href="#main">
        {t("app.skip")}
      </a>
      <DemoBanner />
      <ConnectionBanner live={live} />
      {session.value && !live && <Header user={session.value} />}
      {session.value && <WaitingBanner />}
      {invitation.value && session.value && path.value !== "/dispatch" && <UnderWay />}
      <Screen />
      <Footer />
    </div>
  );
}

/** How many wait stands first: it is seen in the tab while another program is in front (C11). */
function title(name: ScreenName, waits: number): string {
  const page = t(`title.${name}` as Key);
  return `${waits ? `(${waits}) ` : ""}${page} – Chevet`;
}

/** A new screen is announced by its heading. Screens with a field to fill focus that instead. */
function focusHeading(name: ScreenName): void {
  if (name === "sign-in" || name === "dispatch" || name === "call" || name === "waiting") return;
  if (name === "meeting") return;
  document.querySelector<HTMLElement>("main h1")?.focus();
}
