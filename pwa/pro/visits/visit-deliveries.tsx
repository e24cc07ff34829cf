/** What became of the messages of a visit (F60). */
import type { DeliveryStatus, DeliveryView } from "../../protocol.ts";
import { dictated } from "../../ui/format.ts";
import { type Status, StatusDot } from "../../ui/status-dot.tsx";
import { isKey, type Key, t } from "../words.ts";

const DOTS: Record<DeliveryStatus, Status> = { waiting: "busy", sent: "ok", delivered: "ok", failed: "bad" };

export function VisitDeliveries({ deliveries }: { deliveries: DeliveryView[] }) {
  if (!deliveries.length) return <p class="soft">{t("visit.unsent")}</p>;
  return (
    <ul class="visit-deliveries">
      {deliveries.map((delivery, index) => (
        <li key={`${index}-${delivery.to}`}>
          <StatusDot status={dot(delivery)}>{textOf(delivery)}</StatusDot>
        </li>
      ))}
    </ul>
  );
}

/** Waiting for a reason is trouble: it did not leave, and is being tried again. */
function dot({ status, reason }: DeliveryView): Status {
  return status === "waiting" && reason ? "warning" : DOTS[status];
}

/** In one sentence, with the reason where there is one. */
export function textOf({ channel, status, to, reason }: DeliveryView): string {
  const state = status === "waiting" && reason ? "retried" : status;
  const text = t(`visit-delivery.${channel}-${state}` as Key, { to: dictated(to) });
  return status === "failed" ? `${text} ${reasonText(reason ?? "")}` : text;
}

function reasonText(reason: string): string {
  const key = `visit-reason.${reason}`;
  return t(isKey(key) ? key : "visit-reason.unknown");
}
