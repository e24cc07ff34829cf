/** The ways in besides a message: QR code, code to read aloud, link to copy. */
import { addressToType, Code } from "../code-card.tsx";
import { CopyLink } from "../qr-dialog.tsx";
import { t } from "../words.ts";

interface DoorsProps {
  link: string;
  code: string;
  qrSvg: string;
}

export function Doors({ link, code, qrSvg }: DoorsProps) {
  return (
    <div class="qr-columns">
      {qrSvg && (
        <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(qrSvg)}`} alt={t("qr.label")} />
      )}
      <div class="stack">
        <p>{t("doors.code", { address: addressToType(link) })}</p>
        <Code code={code} />
        <CopyLink link={link} />
      </div>
    </div>
  );
}
