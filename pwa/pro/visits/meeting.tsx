/** The practitioner's call: who waits, who is in, what to press. Dark and neutral around skin and wounds. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { startTicking, ticking } from "../../ui/clock.ts";
import { duration } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import "../call.css";
import { hangUpByKey } from "../hang-up-key.ts";
import { navigate, path, stayInPage } from "../route.ts";
import { isKey, problemText, t } from "../words.ts";
import { Grid } from "./grid.tsx";
import { GuestTrouble } from "./guest-trouble.tsx";
import "./meeting.css";
import { MeetingControls } from "./meeting-controls.tsx";
import { MeetingPanel, type PanelName } from "./meeting-panel.tsx";
import { enterMeeting, followMeeting, hangUp } from "./meeting-seat.ts";
import {
  admitted,
  meeting,
  meetingSocket,
  refusedCode,
  seatLoss,
  startedAt,
  unread,
  waiting,
} from "./meeting-state.ts";
import { OwnPicture } from "./own-picture.tsx";
import { nameOf } from "./visit-line.tsx";
import { WaitingList } from "./waiting-list.tsx";

/** On a wide screen what goes with the visit stands beside it; on a small one it is called for. */
const panel = signal<PanelName | null>(
  globalThis.matchMedia?.("(min-width: 64rem)").matches ? "visit" : null,
);

/** /teleconsultation/ID */
function idInPath(): string {
  return path.value.split("/")[2] ?? "";
}

export function MeetingScreen() {
  const failure = useSignal<unknown>(null);
  const id = meeting.value?.appointment.id ?? idInPath();
  const enter = async () => {
    failure.value = null;
    await enterMeeting(id).catch((error: unknown) => (failure.value = error));
  };
  useEffect(startTicking, []);
  useEffect(followMeeting, []);
  useEffect(() => void (!meeting.value && enter()), []);
  useEffect(stayInRoom, [path.value]);
  if (failure.value !== null) return <NotEntered failure={failure.value} onAgain={() => void enter()} />;
  if (!meeting.value) return <Entering />;
  return <Room />;
}

/** The back button does not end a consultation: only « Raccrocher » does. */
function stayInRoom(): void {
  const id = meeting.value?.appointment.id;
  if (id && path.value !== `/teleconsultation/${id}`) navigate(`/teleconsultation/${id}`);
}

function Entering() {
  return (
    <main class="call-alone" id="main">
      <p role="status">
        <span class="spinner" aria-hidden="true" /> {t("meeting.entering")}
      </p>
    </main>
  );
}

function NotEntered({ failure, onAgain }: { failure: unknown; onAgain: () => void }) {
  return (
    <main class="call-alone" id="main">
      <h1 tabIndex={-1}>{t("meeting.not-entered")}</h1>
      <Notice kind="danger" urgent>
        {problemText(failure)}
      </Notice>
      <div class="row">
        <Button icon="refresh" onPress={onAgain}>
          {t("meeting.again")}
        </Button>
        <a class="button button-secondary" href="/teleconsultation" onClick={stayInPage}>
          {t("meeting.to-agenda")}
        </a>
      </div>
    </main>
  );
}

function Room() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => hangUpByKey(hangUp), []);
  useEffect(() => {
    if (panel.value === "chat") unread.value = 0;
  }, [panel.value, unread.value]);
  const appointment = meeting.value?.appointment;
  if (!appointment) return null;
  const choose = (chosen: PanelName) => {
    panel.value = panel.value === chosen ? null : chosen;
  };
  return (
    <main class="call meeting" id="main">
      <div class="call-top">
        <h1 class="meeting-title" ref={heading} tabIndex={-1}>
          {t("meeting.title", { name: nameOf(appointment) })}
        </h1>
        <State />
      </div>
      <Grid />
      <div class="call-over">
        <SeatLoss />
        <RefusedNotice />
        <GuestTrouble />
        <WaitingList />
      </div>
      <OwnPicture />
      <MeetingControls panel={panel.value} onPanel={choose} />
      {panel.value && <MeetingPanel name={panel.value} onClose={() => (panel.value = null)} />}
    </main>
  );
}

/** What is going on, and for how long. */
function State() {
  const { dot, words } = stateNow();
  const since = startedAt.value;
  return (
    <p class="call-live">
      <span class="call-state" role="status">
        <StatusDot status={dot}>{words}</StatusDot>
      </span>
      {since !== null && (
        <span class="soft">{t("meeting.since", { duration: duration(ticking.value - since) })}</span>
      )}
    </p>
  );
}

function stateNow(): { dot: "ok" | "busy" | "warning"; words: string } {
  if (meetingSocket.value === "down") return { dot: "warning", words: t("meeting.no-server") };
  const count = admitted.value.filter(({ present }) => present).length;
  if (count) return { dot: "ok", words: t("meeting.under-way", { count: count + 1 }) };
  if (waiting.value.length)
    return { dot: "warning", words: t("visit-status.waiting", { count: waiting.value.length }) };
  return { dot: "busy", words: t(startedAt.value === null ? "meeting.nobody" : "alone.all-gone") };
}

function SeatLoss() {
  const id = meeting.value?.appointment.id;
  if (!seatLoss.value || !id) return null;
  const back = (
    <Button onPress={() => void enterMeeting(id).catch(() => undefined)}>{t("seat.take-back")}</Button>
  );
  return (
    <Notice kind="warning" urgent title={t("meeting.seat-lost")} actions={back}>
      {t(`meeting.seat-${seatLoss.value}`)}
    </Notice>
  );
}

function RefusedNotice() {
  const code = refusedCode.value;
  if (!code) return null;
  const key = `problem.${code}`;
  return (
    <Notice kind="warning" urgent>
      {isKey(key) ? t(key) : t("problem.unexpected", { code })}
    </Notice>
  );
}
