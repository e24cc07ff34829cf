/** What became of the messages of a visit (F60). */
import type { DeliveryView } from "../../protocol.ts";
import { dictated } from "../../ui/format.ts";
import { StatusDot } from "../../ui/status-dot.tsx";
import { deliveryDot, deliveryState } from "../delivery.tsx";
import { isKey, type Key, t } from "../words.ts";

export function VisitDeliveries({ deliveries }: { deliveries: DeliveryView[] }) {
  if (!deliveries.length) return <p class="soft">{t("visit.unsent")}</p>;
  return (
    <ul class="visit-deliveries">
      {deliveries.map((delivery, index) => (
        <li key={`${index}-${delivery.to}`}>
          <StatusDot status={deliveryDot(delivery)}>{textOf(delivery)}</StatusDot>
        </li>
      ))}
    </ul>
  );
}

/** In one sentence, with the reason where there is one. */
export function textOf(delivery: DeliveryView): string {
  const { channel, to, reason } = delivery;
  const state = deliveryState(delivery);
  const text = t(`visit-delivery.${channel}-${state}` as Key, { to: dictated(to) });
  return state === "failed" ? `${text} ${reasonText(reason ?? "")}` : text;
}

function reasonText(reason: string): string {
  const key = `visit-reason.${reason}`;
  return t(isKey(key) ? key : "visit-reason.unknown");
}
