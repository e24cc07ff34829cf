/** What HAS asks before a consultation from afar (R4 to R7): the patient's answers, and the practitioner's decisions. */
import { useSignal } from "@preact/signals";
import type { IntakeDecision, IntakeView, Suitability } from "../../protocol.ts";
import { Button } from "../../ui/button.tsx";
import { dictated, hourAndMinute } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { StatusDot } from "../../ui/status-dot.tsx";
import { language, problemText, t } from "../words.ts";
import { decide, endVisit } from "./meeting-seat.ts";
import { intake } from "./meeting-state.ts";

type Means = NonNullable<IntakeDecision["identityMeans"]>;

const MEANS: Means[] = ["known", "document", "professional"];
const UNSUITABLE: Suitability[] = ["examination-needed", "data-unavailable", "cannot-communicate"];

export function IntakeCard() {
  const failure = useSignal<unknown>(null);
  const busy = useSignal<string | null>(null);
  const view = intake.value;
  if (!view) return null;
  const send = async (what: string, decision: IntakeDecision) => {
    busy.value = what;
    failure.value = null;
    await decide(decision).catch((error: unknown) => (failure.value = error));
    busy.value = null;
  };
  return (
    <section class="stack intake">
      <h2>{t("intake.title")}</h2>
      <Answers view={view} />
      {failure.value !== null && (
        <Notice kind="danger" urgent>
          {problemText(failure.value)}
        </Notice>
      )}
      <h3>{t("intake.identity")}</h3>
      <div class="intake-choices">
        {MEANS.map((means) => (
          <Decision
            key={means}
            isChosen={view.identityMeans === means}
            isBusy={busy.value === means}
            onPress={() => void send(means, { identityMeans: means })}
          >
            {t(`intake.means-${means}`)}
          </Decision>
        ))}
      </div>
      <h3>{t("intake.suitability")}</h3>
      <div class="intake-choices">
        {(["suitable", ...UNSUITABLE] as Suitability[]).map((suitability) => (
          <Decision
            key={suitability}
            isChosen={view.suitability === suitability}
            isBusy={busy.value === suitability}
            onPress={() => void send(suitability, { suitability })}
          >
            {t(`suitability.${suitability}`)}
          </Decision>
        ))}
      </div>
      <WhatNext view={view} />
    </section>
  );
}

function Answers({ view }: { view: IntakeView }) {
  return (
    <>
      <Consent view={view} />
      <dl class="facts">
        <Fact name={t("intake.place")} value={view.place} />
        <Fact name={t("intake.callback")} value={dictated(view.callbackPhone ?? "")} />
        <Fact name={t("intake.present")} value={view.present} />
      </dl>
    </>
  );
}

function Consent({ view }: { view: IntakeView }) {
  if (view.consent === null)
    return (
      <p>
        <StatusDot status="warning">{t("intake.consent-awaited")}</StatusDot>
      </p>
    );
  const time = hourAndMinute(view.consentAt ?? 0, language.value);
  const by = view.consentBy && view.consentBy !== "patient" ? view.consentBy : t("intake.the-patient");
  return (
    <p>
      <StatusDot status={view.consent ? "ok" : "bad"}>
        {t(view.consent ? "intake.consent-given" : "intake.consent-refused", { time, by })}
      </StatusDot>
      {view.refusalReason && <span class="soft"> {view.refusalReason}</span>}
    </p>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="breakable">{value || t("intake.not-said")}</dd>
    </div>
  );
}

interface DecisionProps {
  isChosen: boolean;
  isBusy: boolean;
  onPress: () => void;
  children: preact.ComponentChildren;
}

function Decision({ isChosen, isBusy, onPress, children }: DecisionProps) {
  return (
    <button
      type="button"
      class="intake-choice"
      aria-pressed={isChosen}
      aria-busy={isBusy || undefined}
      onClick={() => !isBusy && onPress()}
    >
      {children}
    </button>
  );
}

/** A decision to stop is recorded; what follows is said. */
function WhatNext({ view }: { view: IntakeView }) {
  if (!view.suitability || view.suitability === "suitable") return null;
  const end = (
    <Button kind="danger" icon="hang-up" onPress={endVisit}>
      {t("intake.end")}
    </Button>
  );
  return (
    <Notice kind="warning" title={t("intake.unsuitable")} actions={end}>
      {t("intake.unsuitable-next")}
    </Notice>
  );
}
