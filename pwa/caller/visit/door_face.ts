/** At the door: too early, too late, or whom it leads to and how to go in (S31). */
import * as words from "@words";
import { h, icon } from "../dom.ts";
import { heading, mainButton } from "../view.ts";
import type { Consultation } from "./consultation.ts";
import { contactLine } from "./contact.ts";
import { dayFrom, hourOf, lengthOf } from "./dates.ts";
import { type Face, secondButton, tell } from "./face.ts";
import { capital, say, titled } from "./sentence.ts";

const LOCK = "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4";

/** When it opens, how long that is, and that it opens by itself. */
export function earlyFace(consultation: Consultation): Face {
  const { clock, visit } = consultation;
  const left = h("p", { className: "countdown" });
  left.setAttribute("role", "timer");
  const hour = hourOf(visit.slot.opensAt, zoneOf(consultation));
  return {
    kind: "early",
    nodes: [
      heading(say(words.visitEarlyHeading, placesOf(consultation))),
      h("p", {}, say(words.visitEarlyText, { hour })),
      left,
      h("p", { className: "promise" }, words.visitEarlyStay),
      secondButton(words.visitTest, () => consultation.test()),
      ...contactLine(visit.contact),
    ],
    update: () => {
      const length = lengthOf(visit.slot.opensAt - clock());
      tell(left, say(words.visitEarlyLeft, { length }));
    },
  };
}

export function overFace(consultation: Consultation): Face {
  return {
    kind: "over",
    nodes: [
      heading(words.visitOverHeading),
      h("p", {}, say(words.visitOverText, placesOf(consultation))),
      ...contactLine(consultation.visit.contact, words.visitAskAnother),
    ],
  };
}

/** The link is opened after the call, or after the appointment was cancelled: nothing of this page was ever on. */
export function endedDoorFace(consultation: Consultation, by: "cancelled" | "finished"): Face {
  const isFinished = by === "finished";
  const text = isFinished ? words.visitTookPlace : words.visitOverText;
  return {
    kind: "over",
    nodes: [
      heading(isFinished ? words.visitFinishedHeading : words.visitCancelledHeading),
      h("p", {}, say(text, placesOf(consultation))),
      ...contactLine(consultation.visit.contact, words.visitAskAnother),
    ],
  };
}

export function doorFace(consultation: Consultation): Face {
  const isCamera = consultation.visit.role === "camera";
  const enter = mainButton(isCamera ? words.readyButton : words.visitEnter, () => void consultation.enter());
  const more = isCamera ? [] : [secondButton(words.visitTest, () => consultation.test())];
  return {
    kind: "door",
    nodes: [
      heading(say(headingOf(consultation), placesOf(consultation))),
      h("p", {}, say(textOf(consultation), placesOf(consultation))),
      enter,
      ...more,
      h("p", { className: "promise" }, icon(LOCK), words.visitPromise),
      ...contactLine(consultation.visit.contact),
    ],
  };
}

/** Guests are told who invites; the patient, whom the appointment is with. */
function headingOf({ visit: { role } }: Consultation): string {
  if (role === "camera") return words.visitCameraHeading;
  return role === "patient" ? words.visitDoorHeading : words.visitGuestHeading;
}

function textOf({ visit: { role, isImmediate } }: Consultation): string {
  if (role === "camera") return words.visitCameraText;
  return isImmediate ? words.visitNowText : words.visitDoorText;
}

/** What the sentences of the door may name. */
function placesOf(consultation: Consultation): Record<string, string> {
  const { clock, visit } = consultation;
  const name = titled(visit.practitionerName);
  const day = dayFrom(visit.slot.startAt, clock(), zoneOf(consultation));
  const hour = hourOf(visit.slot.startAt, zoneOf(consultation));
  return { name, Name: capital(name), day, Day: capital(day), hour, person: visit.participantName };
}

function zoneOf({ visit }: Consultation): string {
  return visit.timeZone ?? "Europe/Paris";
}
