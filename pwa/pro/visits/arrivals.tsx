/** In a dialog, behind which banner and waiting list are out of reach: who has come since it was opened (C11). */
import { useState } from "preact/hooks";
import type { ParticipantView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { t } from "../words.ts";
import { waitingElsewhere } from "./desk.ts";
import { admit } from "./meeting-seat.ts";
import { waiting } from "./meeting-state.ts";
import { OneWaits } from "./waiting-banner.tsx";
import "./visits.css";

/** Who waited already when the dialog was opened was seen then. `onLeave` closes it. */
export function Arrivals({ onLeave }: { onLeave: () => void }) {
  const [known] = useState(() => new Set(everybody()));
  const visits = waitingElsewhere.value.filter(({ id }) => !known.has(id));
  const people = waiting.value.filter(({ id }) => !known.has(id));
  if (!visits.length && !people.length) return null;
  return (
    <div class="waiting-banner">
      {people.map((person) => (
        <AtTheDoor key={person.id} person={person} />
      ))}
      {visits.map((visit) => (
        <OneWaits key={visit.id} visit={visit} onLeave={onLeave} />
      ))}
    </div>
  );
}

function everybody(): string[] {
  return [...waitingElsewhere.peek(), ...waiting.peek()].map(({ id }) => id);
}

/** Of the visit that the practitioner is in: letting in needs no leaving. */
function AtTheDoor({ person }: { person: ParticipantView }) {
  const letIn = (
    <Button kind="primary" icon="door" onPress={() => admit(person.id)}>
      {t("waiting.admit")}
    </Button>
  );
  return (
    <Notice kind="warning" banner urgent actions={letIn}>
      {t("waiting.banner", { name: person.name })}
    </Notice>
  );
}
