/** Beside the picture: what was asked before the call and who takes part, or the chat. */
import type { ParticipantView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { type Status, StatusDot } from "../../ui/status-dot.tsx";
import { t } from "../words.ts";
import { Chat } from "./chat.tsx";
import { IntakeCard } from "./intake-card.tsx";
import { admit, decline } from "./meeting-seat.ts";
import { admitted, awaited, meeting } from "./meeting-state.ts";
import { RecordOffer } from "./record-offer.tsx";
import { roleBeside } from "./role-beside.ts";
import { VisitDeliveries } from "./visit-deliveries.tsx";

export type PanelName = "visit" | "chat";

export function MeetingPanel({ name, onClose }: { name: PanelName; onClose: () => void }) {
  return (
    <aside class="call-panel stack meeting-panel" aria-label={t(`meeting.panel-${name}`)}>
      <div class="call-panel-close">
        <Button kind="quiet" icon="close" onPress={onClose}>
          {t("dialog.close")}
        </Button>
      </div>
      {name === "chat" ? <Chat /> : <Visit />}
    </aside>
  );
}

function Visit() {
  const reason = meeting.value?.appointment.reason;
  return (
    <>
      {reason && (
        <section>
          <h2>{t("visit.reason")}</h2>
          <p>{reason}</p>
        </section>
      )}
      <RecordOffer />
      <IntakeCard />
      <People />
    </>
  );
}

function People() {
  const people = [...admitted.value, ...awaited.value];
  if (!people.length) return null;
  return (
    <section class="stack">
      <h2>{t("people.title")}</h2>
      <ul class="meeting-people">
        {people.map((person) => (
          <li key={person.id}>
            <Person person={person} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type State = "in" | "away" | "left" | "declined" | "invited";

const DOTS: Record<State, Status> = {
  in: "ok",
  away: "warning",
  left: "busy",
  declined: "bad",
  invited: "busy",
};

function stateOf({ status, present }: ParticipantView): State {
  if (status === "admitted") return present ? "in" : "away";
  return status === "left" || status === "declined" ? status : "invited";
}

/** Who was not let in may be after all, as long as that person is there. */
function Person({ person }: { person: ParticipantView }) {
  const state = stateOf(person);
  const isIn = person.status === "admitted";
  const sent = person.deliveries ?? [];
  return (
    <>
      <p>
        <strong>{person.name}</strong> <span class="soft">{roleBeside(person)}</span>
      </p>
      <StatusDot status={DOTS[state]}>{t(`people.${state}`)}</StatusDot>
      {state === "invited" && sent.length > 0 && <VisitDeliveries deliveries={sent} />}
      {isIn && person.role !== "patient" && (
        <Button kind="quiet" onPress={() => decline(person.id, "")}>
          {t("people.send-out")}
        </Button>
      )}
      {state === "declined" && person.present && (
        <Button kind="quiet" onPress={() => admit(person.id)}>
          {t("waiting.admit")}
        </Button>
      )}
    </>
  );
}
