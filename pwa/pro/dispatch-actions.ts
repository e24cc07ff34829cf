/** What a dispatcher does with an invitation: launch, send again, cancel, hang up. */
import type { InvitationRequest } from "../protocol.ts";
import { postCancel, postInvitation, postResend } from "../ui/api.ts";
import { invitation, newsSoFar, show } from "./dispatch-state.ts";
import { finish, finishPending, isOver } from "./finish.ts";
import { expectEnd, leaveSeat, takeSeat } from "./seat.ts";
import { asked } from "./session.ts";

export async function launch(request: InvitationRequest): Promise<void> {
  await finishPending();
  takeSeat(await asked(postInvitation(request)));
}

/** The same link, to the same or to corrected addresses. */
export async function resend(request: InvitationRequest): Promise<void> {
  const view = invitation.value;
  const since = newsSoFar();
  if (view) show(await asked(postResend(view.id, request)), since);
}

/** « Annuler »: the link no longer opens. */
export async function cancel(): Promise<void> {
  const view = invitation.value;
  if (!view) return;
  expectEnd(true);
  try {
    await asked(postCancel(view.id));
  } catch (error) {
    if (!isOver(error)) throw error;
  } finally {
    expectEnd(false);
  }
  leaveSeat();
}

/** « Raccrocher »: at once in the page; the server is told until it has heard (S58, S59). */
export function hangUp(): void {
  const view = invitation.value;
  leaveSeat();
  if (view) void finish(view.encounterId).catch(() => undefined);
}
