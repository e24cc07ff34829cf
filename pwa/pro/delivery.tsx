/** What became of the message (F60). */
import type { Channel, DeliveryStatus, DeliveryView } from "../protocol.ts";
import { dictated } from "../ui/format.ts";
import { type Status, StatusDot } from "../ui/status-dot.tsx";
import { deliveries } from "./dispatch-state.ts";
import { isKey, type Key, t } from "./words.ts";

const DOTS: Record<DeliveryStatus, Status> = {
  waiting: "busy",
  sent: "ok",
  delivered: "ok",
  failed: "bad",
};

export function Delivery({ channel }: { channel: Channel }) {
  const sent = deliveries.value.filter((delivery) => delivery.channel === channel);
  const last = sent[sent.length - 1];
  return (
    <p class="delivery" role="status">
      {last && <StatusDot status={DOTS[last.status]}>{deliveryText(last)}</StatusDot>}
    </p>
  );
}

export function deliveryText({ channel, status, to, reason }: DeliveryView): string {
  const text = t(`delivery.${channel}-${status}` as Key, { to: dictated(to) });
  if (status !== "failed") return text;
  const cause = `delivery-reason.${reason ?? ""}`;
  return `${text} ${t(isKey(cause) ? cause : "delivery-reason.unknown")}`;
}
