/** One visit in the agenda: when, who, why, where it stands, and the way in. */
import { useId } from "preact/hooks";
import type { AppointmentView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { ticking } from "../../ui/clock.ts";
import { dictated, hourAndMinute } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { language, t } from "../words.ts";
import { openVisitId } from "./agenda-state.ts";
import { openVisit } from "./visit-actions.ts";
import { DOTS, mayJoin, type VisitStatus, visitStatus } from "./visit-status.ts";

export function VisitLine({ visit }: { visit: AppointmentView }) {
  const now = ticking.value;
  const status = visitStatus(visit, now);
  const name = useId();
  return (
    <article class={`visit-line visit-line-${status}`} aria-labelledby={name}>
      <VisitTime visit={visit} />
      <div class="visit-who">
        <button type="button" class="visit-name" id={name} onClick={() => (openVisitId.value = visit.id)}>
          {nameOf(visit)}
        </button>
        <span class="soft">{about(visit)}</span>
      </div>
      <VisitState visit={visit} status={status} />
      <div class="visit-act">
        {mayJoin(visit, now) ? (
          <Join visit={visit} status={status} name={name} />
        ) : (
          <OpensAt visit={visit} now={now} />
        )}
      </div>
    </article>
  );
}

export function nameOf(visit: AppointmentView): string {
  if (visit.isTraining) return t("training.name");
  if (!visit.patient) return dictated(visit.phone ?? "") || t("visit.unnamed");
  return visit.patientName;
}

function about(visit: AppointmentView): string {
  if (visit.isTraining) return t("training.line");
  const words = visit.isImmediate && !visit.hasRecord ? t("visit.immediate") : "";
  return [words, visit.reason].filter(Boolean).join(" · ");
}

function VisitTime({ visit }: { visit: AppointmentView }) {
  const [start, end] = [visit.startAt, visit.endAt].map((at) => hourAndMinute(at, language.value));
  return (
    <p class="visit-time">
      <time dateTime={new Date(visit.startAt).toISOString()}>{start}</time>
      <span class="soft">{t("visit.until", { time: end ?? "" })}</span>
    </p>
  );
}

function VisitState({ visit, status }: { visit: AppointmentView; status: VisitStatus }) {
  return (
    <p class="visit-state">
      <StatusDot status={DOTS[status]}>{statusText(visit, status)}</StatusDot>
    </p>
  );
}

export function statusText(visit: AppointmentView, status: VisitStatus): string {
  if (status === "waiting") return t("visit-status.waiting", { count: visit.waiting });
  return t(`visit-status.${status}`);
}

interface JoinProps {
  visit: AppointmentView;
  status: VisitStatus;
  /** The id of the patient's name on the page. */
  name: string;
}

function Join({ visit, status, name }: JoinProps) {
  const isDue = status === "waiting" || status === "in-progress";
  return (
    <Button
      kind={isDue ? "primary" : "secondary"}
      icon="camera"
      describedBy={name}
      onPress={() => openVisit(visit.id)}
    >
      {t("visit.join")}
    </Button>
  );
}

const SOON_MS = 3_600_000;

/** When its link opens, if that is still to come. */
function OpensAt({ visit, now }: { visit: AppointmentView; now: number }) {
  const left = visit.opensAt - now;
  if (left <= 0 || visit.status === "cancelled") return null;
  return (
    <p class="visit-opens soft">
      <Icon name="clock" size={18} />
      {left < SOON_MS
        ? t("visit.opens-in", { minutes: Math.ceil(left / 60_000) })
        : t("visit.opens-at", { time: hourAndMinute(visit.opensAt, language.value) })}
    </p>
  );
}
