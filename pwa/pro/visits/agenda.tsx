/** « Mes téléconsultations » (S32): today first, then the other days; each visit's state, live; one click to enter. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AppointmentView } from "../../protocol.ts";
import { Unreachable } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { startTicking, ticking } from "../../ui/clock.ts";
import { fullDate, hourAndMinute } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Notice } from "../../ui/notice.tsx";
import { stayInPage } from "../route.ts";
import { serverAnswers } from "../session.ts";
import { isKey, language, problemText, t } from "../words.ts";
import { AgendaFilter } from "./agenda-filter.tsx";
import {
  agendaFailure,
  filter,
  hasMore,
  isLoading,
  lastEnd,
  lastSaved,
  loadAgenda,
  loadMore,
  openVisitId,
  search,
  visits,
} from "./agenda-state.ts";
import { type Day, inDays } from "./days.ts";
import { deskSocket, enterDesk } from "./desk.ts";
import { ImmediateDialog } from "./immediate.tsx";
import { isRingMuted, muteRing } from "./ring.ts";
import { TrainingButton } from "./training.tsx";
import { VisitDetail } from "./visit-detail.tsx";
import { nameOf, VisitLine } from "./visit-line.tsx";
import "./visits.css";

export function Agenda() {
  const isImmediateOpen = useSignal(false);
  useEffect(startTicking, []);
  useEffect(() => void loadAgenda(), []);
  return (
    <main class="page agenda" id="main">
      <div class="agenda-head">
        <h1 tabIndex={-1}>{t("agenda.title")}</h1>
        <div class="row">
          <a class="button button-primary" href="/teleconsultation/new" onClick={stayInPage}>
            <Icon name="plus" size={20} />
            <span>{t("agenda.new")}</span>
          </a>
          <Button icon="phone" onPress={() => (isImmediateOpen.value = true)}>
            {t("agenda.immediate")}
          </Button>
        </div>
      </div>
      <EndNotice />
      <SavedNotice />
      <DeskNotice />
      <div class="agenda-tools">
        <AgendaFilter />
        <div class="row">
          <RingSwitch />
          <TrainingButton />
        </div>
      </div>
      <Visits onImmediate={() => (isImmediateOpen.value = true)} />
      <OpenVisit />
      {isImmediateOpen.value && <ImmediateDialog onClose={() => (isImmediateOpen.value = false)} />}
    </main>
  );
}

/** How the visit that was just left came to its end. */
function EndNotice() {
  useEffect(() => forgetEnd, []);
  const reason = lastEnd.value;
  if (!reason) return null;
  const key = `visit-ended.${reason}`;
  return (
    <Notice kind={reason === "done" ? "success" : "info"}>{t(isKey(key) ? key : "visit-ended.over")}</Notice>
  );
}

function forgetEnd(): void {
  lastEnd.value = null;
}

/** What was just made or changed stands in the agenda; its link and its code are one press away. */
function SavedNotice() {
  useEffect(() => forgetSaved, []);
  const saved = lastSaved.value;
  const visit = visits.value?.find(({ id }) => id === saved?.id);
  if (!saved || !visit) return null;
  const see = (
    <Button icon="qr" onPress={() => (openVisitId.value = visit.id)}>
      {t("agenda.see-link")}
    </Button>
  );
  return (
    <Notice kind="success" title={t(saved.isNew ? "agenda.saved" : "agenda.changed")} actions={see}>
      {t("agenda.saved-words", { name: nameOf(visit), slot: slotWords(visit) })}
    </Notice>
  );
}

function slotWords({ startAt, endAt }: AppointmentView): string {
  const [start = "", end = ""] = [startAt, endAt].map((at) => hourAndMinute(at, language.value));
  return t("visit.slot-words", { date: fullDate(startAt, language.value), start, end });
}

function forgetSaved(): void {
  lastSaved.value = null;
}

/** Another tab has the desk: nothing of what follows would be live. */
function DeskNotice() {
  if (deskSocket.value !== "replaced") return null;
  const action = <Button onPress={() => void takeDeskBack()}>{t("seat.take-back")}</Button>;
  return (
    <Notice kind="warning" actions={action}>
      {t("agenda.elsewhere")}
    </Notice>
  );
}

async function takeDeskBack(): Promise<void> {
  await Promise.all([enterDesk(), loadAgenda()]);
}

function RingSwitch() {
  const isMuted = isRingMuted.value;
  return (
    <Button kind="quiet" icon={isMuted ? "bell-off" : "bell"} onPress={() => muteRing(!isMuted)}>
      {t(isMuted ? "ring.unmute" : "ring.mute")}
    </Button>
  );
}

function Visits({ onImmediate }: { onImmediate: () => void }) {
  const list = visits.value;
  const hasFailed = agendaFailure.value !== null && !isLoading.value;
  useEffect(() => {
    if (serverAnswers.value && agendaFailure.value instanceof Unreachable) void loadAgenda();
  }, [serverAnswers.value]);
  if (!list) return hasFailed ? <Failed /> : <Loading />;
  const days = inDays(list, ticking.value);
  return (
    <div class="agenda-days" aria-busy={isLoading.value}>
      {hasFailed && <Failed />}
      {filter.value === "upcoming" && !search.value.trim() && <FreeToday days={days} />}
      {days.map((day) => (
        <DayOfVisits key={day.day} day={day} />
      ))}
      {!list.length && <Empty onImmediate={onImmediate} />}
      {hasMore.value && <More />}
    </div>
  );
}

/** An agenda that is not whole says so. */
function More() {
  return (
    <div class="row">
      <Button busy={isLoading.value} onPress={() => void loadMore()}>
        {t("agenda.more")}
      </Button>
      <p class="soft">{t("agenda.more-hint")}</p>
    </div>
  );
}

function Failed() {
  const again = (
    <Button icon="refresh" onPress={() => void loadAgenda()}>
      {t("agenda.again")}
    </Button>
  );
  return (
    <Notice kind="danger" urgent title={t("agenda.failed")} actions={again}>
      {problemText(agendaFailure.value)}
    </Notice>
  );
}

function Loading() {
  return (
    <p class="agenda-loading" role="status">
      <span class="spinner" aria-hidden="true" /> {t("agenda.loading")}
    </p>
  );
}

/** A day without a visit is said, so that nobody looks for one. */
function FreeToday({ days }: { days: Day[] }) {
  if (!days.length || days[0]?.when === "today") return null;
  return (
    <section class="agenda-day">
      <h2>{t("agenda.today", { date: fullDate(ticking.value, language.value) })}</h2>
      <p class="soft">{t("agenda.free-today")}</p>
    </section>
  );
}

function DayOfVisits({ day }: { day: Day }) {
  const date = fullDate(day.visits[0]?.startAt ?? 0, language.value);
  return (
    <section class="agenda-day">
      <h2>{day.when ? t(`agenda.${day.when}`, { date }) : <span class="agenda-date">{date}</span>}</h2>
      <ul class="visit-lines">
        {day.visits.map((visit) => (
          <li key={visit.id}>
            <VisitLine visit={visit} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Nothing found, or nothing yet: what to do about it. */
function Empty({ onImmediate }: { onImmediate: () => void }) {
  if (search.value.trim()) return <p class="agenda-empty card">{t("agenda.none-found")}</p>;
  if (filter.value === "past") return <p class="agenda-empty card">{t("agenda.none-past")}</p>;
  return (
    <div class="agenda-empty card stack">
      <h2>{t("agenda.empty-title")}</h2>
      <ol class="agenda-lesson">
        <li>{t("agenda.lesson-book")}</li>
        <li>{t("agenda.lesson-link")}</li>
        <li>{t("agenda.lesson-join")}</li>
      </ol>
      <p class="soft">{t("agenda.lesson-immediate")}</p>
      <div class="row">
        <a class="button button-secondary" href="/teleconsultation/new" onClick={stayInPage}>
          <Icon name="calendar" size={20} />
          <span>{t("agenda.book-first")}</span>
        </a>
        <Button icon="phone" onPress={onImmediate}>
          {t("agenda.call-now")}
        </Button>
      </div>
    </div>
  );
}

function OpenVisit() {
  const visit = visits.value?.find(({ id }) => id === openVisitId.value);
  return visit ? <VisitDetail visit={visit} onClose={() => (openVisitId.value = null)} /> : null;
}
