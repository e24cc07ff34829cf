/** The third door: a telephone is held in front of this screen. */
import { useSignal } from "@preact/signals";
import type { InvitationView } from "../protocol.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { addressToType, Code } from "./code-card.tsx";
import { t } from "./words.ts";

export function QrDialog({ invitation, onClose }: { invitation: InvitationView; onClose: () => void }) {
  return (
    <Dialog title={t("qr.title")} closeWord={t("dialog.close")} onClose={onClose}>
      <div class="qr-columns">
        <img
          class="qr"
          src={`data:image/svg+xml,${encodeURIComponent(invitation.qrSvg)}`}
          alt={t("qr.label")}
        />
        <div class="stack">
          <p>{t("qr.how")}</p>
          <p>{t("code.how", { address: addressToType(invitation.link) })}</p>
          <Code code={invitation.code} />
          <CopyLink link={invitation.link} />
        </div>
      </div>
    </Dialog>
  );
}

export function CopyLink({ link }: { link: string }) {
  const outcome = useSignal<"copied" | "failed" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      outcome.value = "copied";
    } catch {
      outcome.value = "failed";
    }
  };
  return (
    <div class="row">
      <Button icon="copy" onPress={() => void copy()}>
        {t("qr.copy")}
      </Button>
      <span role="status">{outcome.value && t(`qr.${outcome.value}`)}</span>
    </div>
  );
}
