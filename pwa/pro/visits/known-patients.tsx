/** Before a patient is written down again: who with this birth date has been here (R13: date and three letters). */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { PatientIdentity } from "../../protocol.ts";
import { getAppointments } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { typedDate } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { asked } from "../session.ts";
import { t } from "../words.ts";
import { LETTERS } from "./agenda-state.ts";
import { type IdentityDraft, identityDraftOf } from "./draft.ts";

const found = signal<PatientIdentity[]>([]);

interface KnownPatientsProps {
  draft: IdentityDraft;
  onChoose: (identity: IdentityDraft) => void;
}

export function KnownPatients({ draft, onChoose }: KnownPatientsProps) {
  const birthDate = typedDate(draft.birthDate);
  const letters = plain(draft.birthName).slice(0, LETTERS);
  useEffect(() => {
    found.value = [];
    if (birthDate && letters) void look(birthDate, letters);
  }, [birthDate, letters]);
  const others = found.value.filter((patient) => !isSame(patient, draft));
  if (!others.length) return null;
  return (
    <Notice kind="info" title={t("known.title")}>
      <ul class="known-patients">
        {others.map((patient) => (
          <li key={`${patient.birthName} ${patient.birthFirstNames}`}>
            <span>{t("known.patient", { name: patient.birthName, names: patient.birthFirstNames })}</span>
            <Button onPress={() => onChoose(identityDraftOf(patient))}>{t("known.choose")}</Button>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

let turn = 0;

async function look(birthDate: string, letters: string): Promise<void> {
  const mine = ++turn;
  const agenda = await asked(getAppointments({ search: birthDate })).catch(() => null);
  if (mine !== turn || !agenda) return;
  const patients = agenda.appointments.map(({ patient }) => patient).filter((patient) => patient !== null);
  const alike = patients.filter(({ birthName }) => plain(birthName).startsWith(letters));
  found.value = [
    ...new Map(alike.map((patient) => [JSON.stringify(identityDraftOf(patient)), patient])).values(),
  ];
}

function isSame(patient: PatientIdentity, draft: IdentityDraft): boolean {
  return JSON.stringify(identityDraftOf(patient)) === JSON.stringify(draft);
}

/** Without accents, case and marks, as names are compared. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[^\p{L}]/gu, "")
    .toUpperCase();
}
