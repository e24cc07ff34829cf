/** Beside the picture: what to say, the timeline, what the caller holds in his hand. */
import type { ComponentChildren } from "preact";
import type { Figures } from "../call/stats.ts";
import { Button } from "../ui/button.tsx";
import type { Advice } from "./advice.ts";
import { callerCamera, device, figures, isCallerOnline } from "./dispatch-state.ts";
import { JoinTimeline } from "./join-card.tsx";
import { SayCard } from "./say-card.tsx";
import { isKey, t } from "./words.ts";

export function CallPanel({ advice, onClose }: { advice: Advice; onClose: () => void }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard
    <aside class="call-panel stack" aria-label={t("call.panel")} tabIndex={0}>
      <div class="call-panel-close">
        <Button kind="quiet" icon="close" onPress={onClose}>
          {t("call.panel-close")}
        </Button>
      </div>
      <SayCard advice={advice} />
      <section class="stack">
        <h2>{t("facts.title")}</h2>
        <Facts />
      </section>
      <section class="stack">
        <h2>{t("join.title")}</h2>
        <JoinTimeline />
      </section>
    </aside>
  );
}

function Facts() {
  const phone = device.value;
  const seen = figures.value;
  const camera = callerCamera.value;
  return (
    <dl class="facts">
      {phone && <Fact name={t("facts.device")}>{`${phone.system}, ${phone.browser}`}</Fact>}
      {phone?.network && <Fact name={t("facts.network")}>{networkText(phone.network)}</Fact>}
      {phone && phone.batteryPercent !== null && (
        <Fact name={t("facts.battery")}>{t("facts.percent", { percent: phone.batteryPercent })}</Fact>
      )}
      {camera?.facing && <Fact name={t("facts.camera")}>{t(`facts.${camera.facing}`)}</Fact>}
      <Fact name={t("facts.page")}>{t(isCallerOnline.value ? "facts.page-on" : "facts.page-off")}</Fact>
      {seen && <Fact name={t("facts.quality")}>{qualityText(seen)}</Fact>}
      {seen?.localType && <Fact name={t("facts.path")}>{pathText(seen)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Browsers say « wifi », or « 4g » for what the link is worth. */
function networkText(network: string): string {
  const key = `network.${network}`;
  return isKey(key) ? t(key) : network.toUpperCase();
}

function qualityText(seen: Figures): string {
  const { frameWidth, frameHeight, framesPerSecond, roundTripMs } = seen;
  const parts: string[] = [];
  if (frameWidth && frameHeight) parts.push(`${frameWidth} × ${frameHeight}`);
  if (framesPerSecond !== null) parts.push(t("quality.frames", { count: Math.round(framesPerSecond) }));
  if (roundTripMs !== null) parts.push(t("quality.delay", { ms: Math.round(roundTripMs) }));
  return parts.join(", ");
}

function pathText({ localType, remoteType, relayProtocol }: Figures): string {
  if (localType === "relay") return t("path.relay", { protocol: (relayProtocol ?? "").toUpperCase() });
  return t(remoteType === "relay" ? "path.relay-caller" : "path.direct");
}
