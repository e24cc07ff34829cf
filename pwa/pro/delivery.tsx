/** What became of the message (F60). */
import type { Channel, DeliveryStatus, DeliveryView } from "../protocol.ts";
import { dictated } from "../ui/format.ts";
import { type Status, StatusDot } from "../ui/status-dot.tsx";
import { deliveries } from "./dispatch-state.ts";
import { isKey, type Key, t } from "./words.ts";

const DOTS: Record<DeliveryState, Status> = {
  waiting: "busy",
  retried: "warning",
  sent: "ok",
  delivered: "ok",
  failed: "bad",
};

export function Delivery({ channel }: { channel: Channel }) {
  const sent = deliveries.value.filter((delivery) => delivery.channel === channel);
  const last = sent[sent.length - 1];
  return (
    <p class="delivery" role="status">
      {last && <StatusDot status={deliveryDot(last)}>{deliveryText(last)}</StatusDot>}
    </p>
  );
}

export type DeliveryState = DeliveryStatus | "retried";

/** Waiting for a reason is trouble: it did not leave, and is being tried again. */
export function deliveryState({ status, reason }: DeliveryView): DeliveryState {
  return status === "waiting" && reason ? "retried" : status;
}

export function deliveryDot(delivery: DeliveryView): Status {
  return DOTS[deliveryState(delivery)];
}

export function deliveryText(delivery: DeliveryView): string {
  const { channel, to, reason } = delivery;
  const state = deliveryState(delivery);
  const text = t(`delivery.${channel}-${state}` as Key, { to: dictated(to) });
  const hasCause = state === "failed" || state === "retried";
  return hasCause ? `${text} ${t(reasonKey(reason ?? ""))}` : text;
}

/** `number-landline` has its own words; every other `gateway-…` shares some. */
function reasonKey(reason: string): Key {
  const [family = ""] = reason.split("-");
  const keys = [`delivery-reason.${reason}`, `delivery-reason.${family}`];
  return keys.find(isKey) ?? "delivery-reason.unknown";
}
