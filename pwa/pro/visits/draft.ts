/** What is typed into « Nouveau rendez-vous », and what is wrong with it: pure. */
import type {
  AppointmentRequest,
  AppointmentView,
  Channel,
  ContactRole,
  IdentityStatus,
  PatientIdentity,
  Sex,
} from "../../protocol.ts";
import { serverNow } from "../../ui/clock.ts";
import { dayOf, dictated, momentOf, shortDate, timeIn, typedDate, typedTime } from "../../ui/format.ts";

/** The five strict traits (R10) as typed, the names in use, and how far all this is trusted (R11). */
export interface IdentityDraft {
  birthName: string;
  birthFirstNames: string;
  /** JJ/MM/AAAA */
  birthDate: string;
  sex: Sex | null;
  birthPlaceCode: string;
  usedName: string;
  usedFirstName: string;
  identityStatus: IdentityStatus;
  insNumber: string | null;
}

export interface Draft extends IdentityDraft {
  reason: string;
  contactRole: ContactRole;
  contactName: string;
  phone: string;
  email: string;
  channel: Channel | null;
  /** Of the messages. */
  language: AppointmentView["language"];
  /** JJ/MM/AAAA */
  day: string;
  /** 14:30, as typed. */
  time: string;
  minutes: number;
}

export type Field = keyof Draft;
/** Codes of texts (`fault.<code>`), by field. */
export type Faults = Partial<Record<Field, string>>;

export const DURATIONS = [10, 15, 20, 30, 45, 60, 90];
const USUAL_MINUTES = 20;
const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;
/** A commune, or a country (99…). Corsica has letters. */
const PLACE = /^\d[\dAB]\d{3}$/;

export const NOBODY: IdentityDraft = {
  birthName: "",
  birthFirstNames: "",
  birthDate: "",
  sex: null,
  birthPlaceCode: "",
  usedName: "",
  usedFirstName: "",
  identityStatus: "provisional",
  insNumber: null,
};

/** Empty, on the next quarter of an hour. */
export function emptyDraft(now: number): Draft {
  const next = Math.ceil(now / QUARTER_MS) * QUARTER_MS;
  return {
    ...NOBODY,
    reason: "",
    contactRole: "patient",
    contactName: "",
    phone: "",
    email: "",
    channel: null,
    language: "fr",
    day: shortDate(dayOf(next)),
    time: timeIn(next),
    minutes: USUAL_MINUTES,
  };
}

export function draftOf(visit: AppointmentView): Draft {
  return {
    ...identityDraftOf(visit.patient),
    reason: visit.reason,
    contactRole: visit.contactRole,
    contactName: visit.contactName,
    phone: dictated(visit.phone ?? ""),
    email: visit.email ?? "",
    channel: visit.channel,
    language: visit.language,
    day: shortDate(dayOf(visit.startAt)),
    time: timeIn(visit.startAt),
    minutes: Math.round((visit.endAt - visit.startAt) / MINUTE_MS),
  };
}

export function identityDraftOf(patient: PatientIdentity | null): IdentityDraft {
  if (!patient) return NOBODY;
  return {
    birthName: patient.birthName,
    birthFirstNames: patient.birthFirstNames,
    birthDate: shortDate(patient.birthDate),
    sex: patient.sex,
    birthPlaceCode: patient.birthPlaceCode,
    usedName: patient.usedName ?? "",
    usedFirstName: patient.usedFirstName ?? "",
    identityStatus: patient.identityStatus ?? "provisional",
    insNumber: patient.insNumber ?? null,
  };
}

export function identityFaults(draft: IdentityDraft, now: number): Faults {
  const birth = typedDate(draft.birthDate);
  return found({
    birthName: !draft.birthName.trim() && "birthName",
    birthFirstNames: !draft.birthFirstNames.trim() && "birthFirstNames",
    birthDate: !birth ? "birthDate" : birth > dayOf(now) && "birthDate-future",
    sex: !draft.sex && "sex",
    birthPlaceCode: !PLACE.test(place(draft)) && "birthPlaceCode",
  });
}

export function draftFaults(draft: Draft, now: number): Faults {
  const { phone, email, channel } = draft;
  const slot = slotOf(draft);
  return {
    ...identityFaults(draft, now),
    ...found({
      contactName: draft.contactRole === "professional" && !draft.contactName.trim() && "contactName",
      phone:
        channel === "sms" && !phone.trim() ? "phone-for-sms" : !phone.trim() && !email.trim() && "contact",
      email: channel === "email" && !email.trim() && "email-for-mail",
      day: !typedDate(draft.day) && "day",
      time: !typedTime(draft.time) ? "time" : !slot && typedDate(draft.day) !== null && "time-unknown",
    }),
    ...(slot && slot.endAt <= now ? { time: "slot-past" } : {}),
  };
}

function found(checks: Partial<Record<Field, string | false>>): Faults {
  return Object.fromEntries(Object.entries(checks).filter(([, fault]) => fault));
}

/** Null when there is no such moment. */
export function slotOf(draft: Draft): { startAt: number; endAt: number } | null {
  const { minutes } = draft;
  const [day, time] = [typedDate(draft.day), typedTime(draft.time)];
  const startAt = day && time ? momentOf(day, time) : null;
  return startAt === null ? null : { startAt, endAt: startAt + minutes * MINUTE_MS };
}

/** « Maintenant » (S26): this minute, so that the link opens at once. */
export function startingNow(draft: Draft, now: number): Draft {
  return { ...draft, day: shortDate(dayOf(now)), time: timeIn(now) };
}

const DAY_MS = 86_400_000;

/** That many days after today, at the same time. Noon is far from the nights whose length is not 24 hours. */
export function inDays(draft: Draft, days: number, now = serverNow()): Draft {
  const noon = Date.parse(`${dayOf(now)}T12:00:00Z`);
  return { ...draft, day: shortDate(dayOf(noon + days * DAY_MS)) };
}

/** What is sent; only for a draft without faults. */
export function identityOf(draft: IdentityDraft): PatientIdentity {
  return {
    birthName: draft.birthName.trim(),
    birthFirstNames: draft.birthFirstNames.trim(),
    birthDate: typedDate(draft.birthDate) ?? draft.birthDate,
    sex: draft.sex ?? "unknown",
    birthPlaceCode: place(draft),
    usedName: draft.usedName.trim() || null,
    usedFirstName: draft.usedFirstName.trim() || null,
    insNumber: draft.insNumber,
    identityStatus: draft.identityStatus,
  };
}

export function requestOf(draft: Draft, version: number | null, acceptsOverlap: boolean): AppointmentRequest {
  const isProfessional = draft.contactRole === "professional";
  return {
    patient: identityOf(draft),
    ...(slotOf(draft) ?? { startAt: 0, endAt: 0 }),
    reason: draft.reason.trim(),
    contactRole: draft.contactRole,
    contactName: isProfessional ? draft.contactName.trim() : "",
    phone: draft.phone.trim() || null,
    email: draft.email.trim() || null,
    channel: draft.channel,
    language: draft.language,
    acceptsOverlap,
    version,
  };
}

function place({ birthPlaceCode }: IdentityDraft): string {
  return birthPlaceCode.trim().toUpperCase();
}

/** The server's name of a field (`patient.birthDate`, `birth_date`) is the form's, or that of a neighbor. */
export function fieldOf(name: string | null): Field | null {
  const last = (name ?? "").split(".").pop() ?? "";
  const camel = last.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (camel === "startAt") return "time";
  if (camel === "endAt") return "minutes";
  return camel in emptyDraft(0) ? (camel as Field) : null;
}
