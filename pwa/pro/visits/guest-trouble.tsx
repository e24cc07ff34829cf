/** A guest's message did not leave: over the picture, for the one who invited believes somebody is on the way (F60). */
import { signal } from "@preact/signals";
import type { ParticipantView } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { deliveryState } from "../delivery.tsx";
import { t } from "../words.ts";
import { awaited } from "./meeting-state.ts";
import { textOf } from "./visit-deliveries.tsx";

/** Whose trouble was read and put away. */
const read = signal<readonly string[]>([]);

export function GuestTrouble() {
  const guests = awaited.value.filter((each) => each.role !== "patient" && each.status === "invited");
  return (
    <>
      {guests.filter(hasTrouble).map((guest) => (
        <Trouble key={guest.id} guest={guest} />
      ))}
    </>
  );
}

function failed({ deliveries = [] }: ParticipantView) {
  return deliveries.filter((each) => ["failed", "retried"].includes(deliveryState(each)));
}

function hasTrouble(guest: ParticipantView): boolean {
  return failed(guest).length > 0 && !read.value.includes(guest.id);
}

function Trouble({ guest }: { guest: ParticipantView }) {
  const putAway = (
    <Button kind="quiet" onPress={() => (read.value = [...read.value, guest.id])}>
      {t("dialog.close")}
    </Button>
  );
  return (
    <Notice kind="warning" urgent title={t("guest.unsent", { name: guest.name })} actions={putAway}>
      {failed(guest).map(textOf).join(" ")}
    </Notice>
  );
}
