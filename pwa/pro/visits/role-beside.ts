/** What somebody is, to stand beside the name: nothing where the name says it already, as of a camera without one. */
import type { ParticipantView } from "../../protocol.ts";
import { t } from "../words.ts";

export function roleBeside({ name, role }: ParticipantView): string {
  const words = t(`participant-role.${role}`);
  return name === words ? "" : words;
}
