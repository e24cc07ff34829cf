/** The sentence to say to the caller now, read out to a screen reader when it changes. */
import { ticking } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { type Advice, advise } from "./advice.ts";
import { addressToType } from "./code-card.tsx";
import { deliveries, invitation, timeline } from "./dispatch-state.ts";
import { t } from "./words.ts";

export function SayCard({ advice }: { advice: Advice }) {
  return (
    <section class={`say dispatch-say${advice.stuck ? " say-stuck" : ""}`} aria-label={t("say.title")}>
      <h2 class="say-title">
        <Icon name="speak" size={22} />
        {t("say.title")}
      </h2>
      <div role="status">
        <p class="say-words">{sayText(advice)}</p>
        {advice.tip && <p class="say-tip">{t(advice.tip)}</p>}
      </div>
    </section>
  );
}

export function currentAdvice(): Advice {
  return advise(timeline.value, deliveries.value, ticking.value);
}

export function sayText({ say }: Advice): string {
  const view = invitation.value;
  return t(say, view ? { address: addressToType(view.link), code: view.code.split("").join(" ") } : {});
}
