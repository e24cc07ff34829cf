/** The waiting room: who will come, since when one waits, words from the practitioner, oneself as in a mirror. */
import * as words from "@words";
import { h } from "../dom.ts";
import { heading } from "../view.ts";
import type { Consultation } from "./consultation.ts";
import { hourOf, lengthOf } from "./dates.ts";
import { sayings } from "./devices_face.ts";
import { type Face, secondButton, status, tell } from "./face.ts";
import { messageLog } from "./message_log.ts";
import { ownView } from "./own_view.ts";
import { capital, say, titled } from "./sentence.ts";

/** A count of seconds would only make the wait longer. */
const MINUTE_MS = 60_000;

export function waitingFace(consultation: Consultation): Face {
  const doctor = status("doctor");
  const waited = h("p", { className: "waited" });
  const notice = status("notice");
  const log = messageLog(() => consultation.gathering);
  const view = ownView(consultation.own);
  const mend = secondButton(words.visitMend, () => consultation.retryDevices());
  return {
    kind: "waiting",
    nodes: [
      heading(words.visitWaitingHeading),
      doctor,
      waited,
      notice,
      log.node,
      view.node,
      mend,
      secondButton(words.visitLeave, () => consultation.leave()),
    ],
    update: () => {
      tell(doctor, doctorLine(consultation));
      tell(waited, waitedLine(consultation));
      tell(notice, noticeOf(consultation));
      mend.hidden = consultation.own.hasAll;
      log.update();
      view.update();
    },
    leave: () => view.leave(),
  };
}

function doctorLine({ gathering, visit }: Consultation): string {
  const isThere = gathering.practitioner?.present;
  const name = capital(titled(visit.practitionerName));
  return say(isThere ? words.visitDoctorThere : words.visitDoctorTold, { Name: name });
}

/** The place in time: the hour of the appointment, and how long one has waited. */
function waitedLine({ clock, gathering, visit, waitingSince }: Consultation): string {
  const since = gathering.me?.waitingSince ?? waitingSince;
  const waited = clock() - since;
  const length = waited < MINUTE_MS ? words.visitUnderMinute : lengthOf(waited);
  const hour = hourOf(visit.slot.startAt, visit.timeZone ?? "Europe/Paris");
  const place = gathering.me?.place ?? 1;
  const said = say(visit.isImmediate ? words.visitWaited : words.visitWaitedFor, { length, hour });
  return place > 1 ? `${said} ${say(words.visitPlaceInLine, { place: String(place) })}` : said;
}

function noticeOf({ gathering, own }: Consultation): string {
  if (gathering.socket === "down") return words.visitPlaceKept;
  return own.hasAll ? "" : [...sayings(own), words.visitWithoutIt].join(" ");
}
