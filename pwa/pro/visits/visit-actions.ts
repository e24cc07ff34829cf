/** What a practitioner does with an appointment. Each answer is shown wherever the appointment is. */
import type { AppointmentRequest, AppointmentView, RecordRequest } from "../../protocol.ts";
import {
  postAppointment,
  postAppointmentCancel,
  postAppointmentResend,
  postImmediate,
  postNoshow,
  postRecord,
  postTraining,
  putAppointment,
} from "../../ui/api.ts";
import { navigate } from "../route.ts";
import { asked } from "../session.ts";
import { renew, visits } from "./agenda-state.ts";

/** Its call screen, which takes the practitioner's seat. */
export function openVisit(id: string): void {
  navigate(`/teleconsultation/${id}`);
}

export async function book(request: AppointmentRequest): Promise<AppointmentView> {
  return await asked(postAppointment(request));
}

/** Another slot, another address, a corrected identity. */
export async function change(id: string, request: AppointmentRequest): Promise<AppointmentView> {
  return await asked(putAppointment(id, request));
}

export async function cancelVisit(id: string, reason: string): Promise<void> {
  show(await asked(postAppointmentCancel(id, { reason })));
}

/** The same link once more, to the same addresses. */
export async function resendVisit(id: string): Promise<void> {
  show(await asked(postAppointmentResend(id)));
}

export async function noteAbsence(id: string): Promise<void> {
  show(await asked(postNoshow(id)));
}

/** « Téléconsultation immédiate »: the link leaves by SMS, the practitioner waits on the call screen (S18). */
export async function callNow(phone: string): Promise<void> {
  openVisit((await asked(postImmediate({ phone }))).id);
}

/** A visit with the virtual patient, who comes to the waiting room by himself. */
export async function train(): Promise<void> {
  openVisit((await asked(postTraining())).appointmentId);
}

/** A record for an immediate visit: what needs one becomes possible. */
export async function makeRecord(id: string, request: RecordRequest): Promise<AppointmentView> {
  const visit = await asked(postRecord(id, request));
  show(visit);
  return visit;
}

function show(visit: AppointmentView): void {
  if (visits.value) renew(visit);
}
