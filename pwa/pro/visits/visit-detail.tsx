/** One appointment, whole (the agenda's lines have no QR code): who, when, how the link went, its four doors, and what can be done with it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AppointmentView } from "../../protocol.ts";
import { getAppointment } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { ticking } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { dictated, fullDate, hourAndMinute, shortDate } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { navigate } from "../route.ts";
import { asked } from "../session.ts";
import { language, problemText, t } from "../words.ts";
import { renew } from "./agenda-state.ts";
import { CancelVisit } from "./cancel-visit.tsx";
import { Doors } from "./doors.tsx";
import { RecordForm } from "./record-form.tsx";
import { Traces } from "./traces.tsx";
import { noteAbsence, openVisit, resendVisit } from "./visit-actions.ts";
import { VisitDeliveries } from "./visit-deliveries.tsx";
import { nameOf, statusText } from "./visit-line.tsx";
import { DOTS, isOver, mayBeAbsent, mayJoin, visitStatus } from "./visit-status.ts";

interface VisitProps {
  visit: AppointmentView;
}

type Aside = "cancel" | "absence" | "record" | null;

export function VisitDetail({ visit, onClose }: VisitProps & { onClose: () => void }) {
  const aside = useSignal<Aside>(null);
  const isWhole = visit.qrSvg !== "";
  useEffect(() => {
    if (!isWhole) void asked(getAppointment(visit.id)).then(renew, () => undefined);
  }, [visit.id, isWhole]);
  const back = () => {
    aside.value = null;
  };
  return (
    <Dialog title={nameOf(visit)} closeWord={t("dialog.close")} onClose={onClose}>
      {aside.value === "cancel" && <CancelVisit visit={visit} onDone={back} />}
      {aside.value === "absence" && <NoteAbsence visit={visit} onDone={back} />}
      {aside.value === "record" && <RecordForm visit={visit} onDone={back} />}
      {aside.value === null && <Overview visit={visit} onAside={(which) => (aside.value = which)} />}
    </Dialog>
  );
}

function Overview({ visit, onAside }: VisitProps & { onAside: (which: Aside) => void }) {
  const status = visitStatus(visit, ticking.value);
  return (
    <div class="stack">
      <p>
        <StatusDot status={DOTS[status]}>{statusText(visit, status)}</StatusDot>
        {visit.cancelledBecause && <span class="soft"> · {visit.cancelledBecause}</span>}
      </p>
      <Facts visit={visit} />
      <Actions visit={visit} onAside={onAside} />
      {!isOver(visit) && (
        <>
          <section class="stack visit-section" aria-label={t("visit.messages")}>
            <h3>{t("visit.messages")}</h3>
            <VisitDeliveries deliveries={visit.deliveries} />
            <Resend visit={visit} />
          </section>
          <section class="stack visit-section" aria-label={t("visit.doors")}>
            <h3>{t("visit.doors")}</h3>
            <Doors link={visit.link} code={visit.code} qrSvg={visit.qrSvg} />
          </section>
        </>
      )}
      <Traces encounterId={visit.encounterId} />
    </div>
  );
}

function Facts({ visit }: VisitProps) {
  const [start = "", end = "", opens = "", closes = ""] = [
    visit.startAt,
    visit.endAt,
    visit.opensAt,
    visit.closesAt,
  ].map((at) => hourAndMinute(at, language.value));
  const date = fullDate(visit.startAt, language.value);
  return (
    <dl class="facts visit-facts">
      <Fact name={t("visit.slot")}>
        <span class="agenda-date">{t("visit.slot-words", { date, start, end })}</span>
        {!isOver(visit) && <span class="soft">{t("visit.link-works", { opens, closes })}</span>}
      </Fact>
      {visit.patient && (
        <Fact name={t("visit.identity")}>
          <span>{identityText(visit.patient)}</span>
          <span class="soft">{t(`identity-status.${visit.patient.identityStatus ?? "provisional"}`)}</span>
        </Fact>
      )}
      {visit.reason && <Fact name={t("visit.reason")}>{visit.reason}</Fact>}
      <Fact name={t("visit.contact")}>
        {visit.contactRole === "professional" && (
          <span>{t("visit.contact-professional", { name: visit.contactName })}</span>
        )}
        {visit.phone && <span>{dictated(visit.phone)}</span>}
        {visit.email && <span class="breakable">{visit.email}</span>}
      </Fact>
    </dl>
  );
}

function identityText(patient: NonNullable<AppointmentView["patient"]>): string {
  return t("visit.identity-words", {
    name: patient.birthName,
    names: patient.birthFirstNames,
    date: shortDate(patient.birthDate),
    sex: t(`sex.${patient.sex}`),
    place: patient.birthPlaceCode,
  });
}

function Fact({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Actions({ visit, onAside }: VisitProps & { onAside: (which: Aside) => void }) {
  if (isOver(visit)) return null;
  const now = ticking.value;
  const isUnderWay = visit.encounterStatus === "in-progress";
  return (
    <div class="row">
      {mayJoin(visit, now) && (
        <Button kind="primary" icon="camera" onPress={() => openVisit(visit.id)}>
          {t("visit.join")}
        </Button>
      )}
      {visit.patient && !isUnderWay && (
        <Button icon="edit" onPress={() => navigate(`/teleconsultation/${visit.id}/change`)}>
          {t("visit.change")}
        </Button>
      )}
      {visit.isImmediate && !visit.hasRecord && (
        <Button icon="plus" onPress={() => onAside("record")}>
          {t("visit.make-record")}
        </Button>
      )}
      {mayBeAbsent(visit, now) && (
        <Button icon="clock" onPress={() => onAside("absence")}>
          {t("visit.absent")}
        </Button>
      )}
      {!isUnderWay && (
        <Button kind="danger" icon="close" onPress={() => onAside("cancel")}>
          {t("visit.cancel")}
        </Button>
      )}
    </div>
  );
}

function Resend({ visit }: VisitProps) {
  const outcome = useSignal<"busy" | "done" | null>(null);
  const failure = useSignal<unknown>(null);
  if (!visit.phone && !visit.email) return null;
  const resend = async () => {
    outcome.value = "busy";
    failure.value = null;
    await resendVisit(visit.id).then(
      () => (outcome.value = "done"),
      (error: unknown) => {
        outcome.value = null;
        failure.value = error;
      },
    );
  };
  return (
    <>
      <div class="row">
        <Button icon="refresh" busy={outcome.value === "busy"} onPress={() => void resend()}>
          {t("invite.resend")}
        </Button>
        <span role="status">{outcome.value === "done" && t("visit.resent")}</span>
      </div>
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
    </>
  );
}

function NoteAbsence({ visit, onDone }: VisitProps & { onDone: () => void }) {
  const isBusy = useSignal(false);
  const failure = useSignal<unknown>(null);
  const confirm = async () => {
    isBusy.value = true;
    await noteAbsence(visit.id).then(onDone, (error: unknown) => {
      failure.value = error;
    });
    isBusy.value = false;
  };
  return (
    <div class="stack">
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
      <h3>{t("absence.title")}</h3>
      <p>{t("absence.text")}</p>
      <p class="soft">{t("absence.next")}</p>
      <div class="row">
        <Button kind="danger" busy={isBusy.value} onPress={() => void confirm()}>
          {t("absence.confirm")}
        </Button>
        <Button onPress={onDone}>{t("absence.keep")}</Button>
      </div>
    </div>
  );
}
