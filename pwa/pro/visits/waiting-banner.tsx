/** On every screen of the app: somebody is in a waiting room (C11). */
import type { AppointmentView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { t } from "../words.ts";
import { waitingElsewhere } from "./desk.ts";
import { admitOnArrival } from "./meeting-seat.ts";
import { meeting } from "./meeting-state.ts";
import { isRingMuted, muteRing } from "./ring.ts";
import { openVisit } from "./visit-actions.ts";
import { nameOf } from "./visit-line.tsx";
import "./visits.css";

export function WaitingBanner() {
  if (!waitingElsewhere.value.length) return null;
  return (
    <div class="waiting-banner">
      {waitingElsewhere.value.map((visit) => (
        <OneWaits key={visit.id} visit={visit} />
      ))}
    </div>
  );
}

/** In another visit, one is told and goes on: leaving it by one press would end it. */
export function OneWaits({ visit, onLeave }: { visit: AppointmentView; onLeave?: () => void }) {
  const go = (enter: (id: string) => void) => {
    onLeave?.();
    enter(visit.id);
  };
  const actions = !meeting.value && (
    <>
      <Button kind="primary" icon="door" onPress={() => go(letIn)}>
        {t("waiting.admit")}
      </Button>
      <Button icon="eye" onPress={() => go(openVisit)}>
        {t("waiting.see")}
      </Button>
      <Button
        kind="quiet"
        icon={isRingMuted.value ? "bell-off" : "bell"}
        onPress={() => muteRing(!isRingMuted.value)}
      >
        {t(isRingMuted.value ? "ring.unmute" : "ring.mute")}
      </Button>
    </>
  );
  return (
    <Notice kind="warning" banner urgent actions={actions}>
      {t("waiting.banner", { name: nameOf(visit) })}
    </Notice>
  );
}

function letIn(id: string): void {
  admitOnArrival(id);
  openVisit(id);
}
