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
      {last && <StatusDot status={dot(last)}>{deliveryText(last)}</StatusDot>}
    </p>
  );
}

/** Waiting for a reason is trouble: it did not leave, and is being tried again. */
function dot({ status, reason }: DeliveryView): Status {
  return status === "waiting" && reason ? "warning" : DOTS[status];
}

export function deliveryText({ channel, status, to, reason }: DeliveryView): string {
  const state = status === "waiting" && reason ? "retried" : status;
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
