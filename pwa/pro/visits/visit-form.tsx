/** « Nouveau rendez-vous » (S21-S30), and the same form to move or correct one. Nothing typed is ever lost. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { AppointmentView } from "../../protocol.ts";
import { ApiProblem, getAppointment } from "../../ui/api.ts";
import { Button } from "../../ui/button.tsx";
import { serverNow } from "../../ui/clock.ts";
import { TextArea } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { navigate, path, stayInPage } from "../route.ts";
import { asked, session } from "../session.ts";
import { problemText, t } from "../words.ts";
import { showInAgenda } from "./agenda-state.ts";
import { ContactStep } from "./contact-step.tsx";
import { type Draft, draftFaults, draftOf, emptyDraft, type Faults, fieldOf, requestOf } from "./draft.ts";
import { focusFirstFault } from "./focus-fault.ts";
import { KnownPatients } from "./known-patients.tsx";
import { PatientFields } from "./patient-fields.tsx";
import { SlotStep } from "./slot-step.tsx";
import { book, change } from "./visit-actions.ts";
import "./visits.css";

/** It outlives the page and an expired session, for the same person. */
const draft = signal<Draft | null>(null);
/** The appointment being changed, or null for a new one. */
const changed = signal<AppointmentView | null>(null);
let owner = "";

function forgetDraft(): void {
  draft.value = changed.value = null;
}

/** /teleconsultation/ID/change */
function idToChange(): string | null {
  return /^\/teleconsultation\/([^/]+)\/change$/.exec(path.value)?.[1] ?? null;
}

export function VisitForm() {
  const id = idToChange();
  const failure = useSignal<unknown>(null);
  useEffect(() => {
    void begin(id).catch((error: unknown) => (failure.value = error));
  }, [id]);
  const isReady = draft.value !== null && (changed.value?.id ?? null) === id;
  return (
    <main class="page book" id="main">
      <h1 tabIndex={-1}>{t(id ? "book.title-change" : "book.title")}</h1>
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
      {isReady && draft.value && <Form draft={draft.value} />}
      {!isReady && failure.value === null && (
        <p class="agenda-loading" role="status">
          <span class="spinner" aria-hidden="true" /> {t("agenda.loading")}
        </p>
      )}
    </main>
  );
}

/** What was begun goes on; else a new draft. */
async function begin(id: string | null): Promise<void> {
  const user = session.value?.username ?? "";
  if (draft.value && owner === user && (changed.value?.id ?? null) === id) return;
  forgetDraft();
  owner = user;
  const visit = id ? await asked(getAppointment(id)) : null;
  changed.value = visit;
  draft.value = visit ? draftOf(visit) : emptyDraft(serverNow());
}

function edit(changes: Partial<Draft>): void {
  if (draft.value) draft.value = { ...draft.value, ...changes };
}

function Form({ draft: typed }: { draft: Draft }) {
  const faults = useSignal<Faults>({});
  const failure = useSignal<unknown>(null);
  const isBusy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);

  const save = async (acceptsOverlap: boolean) => {
    if (isBusy.value) return;
    failure.value = null;
    faults.value = draftFaults(typed, serverNow());
    if (Object.keys(faults.value).length) return focusFirstFault(form.current);
    isBusy.value = true;
    await keep(typed, acceptsOverlap).catch((error: unknown) => {
      const field = error instanceof ApiProblem ? fieldOf(error.field) : null;
      if (field) faults.value = { [field]: problemText(error) };
      else failure.value = error;
      if (field) focusFirstFault(form.current);
    });
    isBusy.value = false;
  };
  const onChange = (changes: Partial<Draft>) => {
    edit(changes);
    faults.value = Object.fromEntries(Object.entries(faults.value).filter(([field]) => !(field in changes)));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void save(false);
  };

  return (
    <form class="book-form" ref={form} onSubmit={submit} noValidate>
      <fieldset class="card stack book-step">
        <legend>{t("book.patient")}</legend>
        <PatientFields draft={typed} faults={faults.value} onChange={onChange} />
        <KnownPatients draft={typed} onChoose={onChange} />
        <TextArea
          label={t("book.reason")}
          rows={2}
          value={typed.reason}
          onInput={(reason) => onChange({ reason })}
          hint={t("book.reason-hint")}
        />
      </fieldset>
      <ContactStep draft={typed} faults={faults.value} onChange={onChange} />
      <SlotStep draft={typed} faults={faults.value} onChange={onChange} />
      <div class="stack book-end">
        <Failure failure={failure.value} isBusy={isBusy.value} onAccept={() => void save(true)} />
        <div class="row">
          <Button kind="primary" type="submit" large icon="check" busy={isBusy.value}>
            {t(changed.value ? "book.save-change" : "book.save")}
          </Button>
          <a class="button button-secondary" href="/teleconsultation" onClick={leave}>
            {t("book.leave")}
          </a>
        </div>
        <p class="soft">{t("book.tip-link")}</p>
      </div>
    </form>
  );
}

function leave(event: MouseEvent): void {
  stayInPage(event);
  if (event.defaultPrevented) forgetDraft();
}

async function keep(typed: Draft, acceptsOverlap: boolean): Promise<void> {
  const before = changed.value;
  const request = requestOf(typed, before?.version ?? null, acceptsOverlap);
  const visit = await (before ? change(before.id, request) : book(request));
  forgetDraft();
  showInAgenda(visit.id, before === null);
  navigate("/teleconsultation");
}

interface FailureProps {
  failure: unknown;
  isBusy: boolean;
  onAccept: () => void;
}

/** Two visits at once is a warning, not a refusal. */
function Failure({ failure, isBusy, onAccept }: FailureProps) {
  if (failure === null) return null;
  const isOverlap = failure instanceof ApiProblem && failure.code === "appointment-overlap";
  const accept = isOverlap && (
    <Button busy={isBusy} onPress={onAccept}>
      {t("book.accept-overlap")}
    </Button>
  );
  return (
    <Notice kind={isOverlap ? "warning" : "danger"} urgent actions={accept}>
      {problemText(failure)}
    </Notice>
  );
}
