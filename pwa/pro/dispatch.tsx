/** Page B (S46-S59): invite, accompany the caller to the picture, see, hang up, and be ready again. */
import { useEffect } from "preact/hooks";
import { startTicking } from "../ui/clock.ts";
import { Notice } from "../ui/notice.tsx";
import { CallScreen } from "./call.tsx";
import { currentStatus } from "./call-now.ts";
import { CodeCard } from "./code-card.tsx";
import "./dispatch.css";
import { endedBecause, invitation, isLive, socket } from "./dispatch-state.ts";
import { InvitationCard } from "./invitation-card.tsx";
import { JoinCard } from "./join-card.tsx";
import { PhotoNews } from "./photo-controls.tsx";
import { PhotoViewer } from "./photo-viewer.tsx";
import { Picture } from "./picture.tsx";
import { currentAdvice, SayCard } from "./say-card.tsx";
import { ScriptCard } from "./script-card.tsx";
import { followHints, resume } from "./seat.ts";
import { SeatNotice } from "./seat-notice.tsx";
import { isKey, t } from "./words.ts";

export function Dispatch() {
  useEffect(startTicking, []);
  useEffect(followHints, []);
  useEffect(() => {
    if (!invitation.value || socket.value === "refused") resume().catch(() => undefined);
  }, []);
  const isOut = invitation.value !== null;
  return (
    <main
      class={isLive.value ? "call" : "page dispatch"}
      data-status={isLive.value ? currentStatus() : undefined}
      id="main"
    >
      {isOut && <Picture key="picture" />}
      {isLive.value ? <CallScreen key="call" /> : <PageB key="page" isOut={isOut} />}
      <PhotoViewer key="photo" />
    </main>
  );
}

function PageB({ isOut }: { isOut: boolean }) {
  return (
    <>
      <h1>{t("dispatch.title")}</h1>
      <SeatNotice />
      <EndedNotice />
      <PhotoNews />
      <div class={`dispatch-columns${isOut ? " dispatch-out" : ""}`}>
        {isOut && <SayCard key="say" advice={currentAdvice()} />}
        <InvitationCard key="invite" />
        {isOut ? <JoinCard key="join" /> : <ScriptCard key="script" />}
        {isOut && <CodeCard key="code" />}
      </div>
    </>
  );
}

function EndedNotice() {
  const reason = endedBecause.value;
  if (!reason || invitation.value) return null;
  const key = `ended.${reason}`;
  return <Notice kind="info">{t(isKey(key) ? key : "ended.over")}</Notice>;
}
