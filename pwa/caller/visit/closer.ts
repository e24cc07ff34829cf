import * as words from "@words";
import type { Consultation } from "./consultation.ts";
import { capital, say, titled } from "./sentence.ts";

/** « Le Dr Morel regarde votre image de plus près », as long as it is so and there is a picture to look at. */
export function closerWords({ gathering, own, visit }: Consultation): string {
  if (gathering.me?.pictureMode !== "detail" || !own.isSeen) return "";
  return say(words.visitCloser, { Name: capital(titled(visit.practitionerName)) });
}
