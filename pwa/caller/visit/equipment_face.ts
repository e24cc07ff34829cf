/** « Tester mon matériel »: a table of steps, what to do for each, and a report that can be copied. */
import * as words from "@words";
import { copy } from "../aside/elsewhere.ts";
import { h } from "../dom.ts";
import { heading, mainButton } from "../view.ts";
import type { Outcome } from "./checks.ts";
import type { Consultation } from "./consultation.ts";
import { EquipmentTest, STEPS, type Step } from "./equipment.ts";
import { type Face, refresh, secondButton, status, tell } from "./face.ts";
import { ownView } from "./own_view.ts";
import { reportOf } from "./report.ts";

const NAMES: Record<Step, string> = {
  browser: words.visitStepBrowser,
  network: words.visitStepNetwork,
  socket: words.visitStepSocket,
  camera: words.visitCamera,
  microphone: words.visitMicrophone,
  loudspeaker: words.visitStepLoudspeaker,
  relay: words.visitStepRelay,
  echo: words.visitStepEcho,
};

export const OUTCOMES: Record<Outcome, string> = {
  todo: words.visitOutcomeTodo,
  running: words.visitOutcomeRunning,
  good: words.visitOutcomeGood,
  weak: words.visitOutcomeWeak,
  bad: words.visitOutcomeBad,
  none: words.visitOutcomeNone,
};

export function equipmentFace(consultation: Consultation): Face {
  const speaker = h("audio", {});
  const test = new EquipmentTest(consultation.token, speaker, refresh);
  const summary = status("summary");
  const start = mainButton(words.visitTestStart, () => void test.run());
  const table = tableOf(test);
  const view = ownView(test.own);
  const heard = heardQuestion(test);
  const echo = echoPanel(test);
  const report = reportPanel(test);
  return {
    kind: "equipment",
    nodes: [
      heading(words.visitTest),
      h("p", {}, words.visitTestText),
      summary,
      start,
      heard,
      echo.node,
      view.node,
      table.node,
      report.node,
      speaker,
      secondButton(words.visitBack, () => consultation.endTest()),
    ],
    update: () => {
      tell(summary, summaryOf(test));
      start.hidden = test.isRunning;
      start.textContent = test.verdict === "todo" ? words.visitTestStart : words.visitTestAgain;
      heard.hidden = test.waiting !== "heard";
      view.node.hidden = !test.own.camera.track && !test.own.microphone.track;
      for (const part of [table, view, echo, report]) part.update();
    },
    leave: () => {
      view.leave();
      test.stop();
    },
  };
}

function summaryOf({ isRunning, results, verdict }: EquipmentTest): string {
  if (results.get("microphone")?.outcome === "running") return words.visitTestSpeak;
  if (isRunning) return words.visitTestRunning;
  if (verdict === "todo" || verdict === "running") return "";
  if (verdict === "good") return words.visitTestGood;
  return verdict === "weak" ? words.visitTestWeak : words.visitTestBad;
}

interface Part {
  node: HTMLElement;
  update(): void;
}

function tableOf(test: EquipmentTest): Part {
  const rows = STEPS.map((step) => {
    const outcome = h("strong", {});
    const remedy = h("p", {});
    const name = h("th", { scope: "row" }, NAMES[step]);
    return { step, outcome, remedy, row: h("tr", {}, name, h("td", {}, outcome, remedy)) };
  });
  const caption = h("caption", { className: "unseen" }, words.visitTestTable);
  return {
    node: h("table", {}, caption, h("tbody", {}, ...rows.map(({ row }) => row))),
    update: () => {
      for (const { step, outcome, remedy, row } of rows) {
        const result = test.results.get(step);
        if (!result) continue;
        row.className = result.outcome;
        tell(outcome, OUTCOMES[result.outcome]);
        tell(remedy, result.remedy);
      }
    },
  };
}

function heardQuestion(test: EquipmentTest): HTMLElement {
  const question = h("h2", {}, words.visitHeardQuestion);
  const yes = mainButton(words.visitYes, () => test.hear(true));
  return h(
    "section",
    { className: "question" },
    question,
    yes,
    secondButton(words.visitNo, () => test.hear(false)),
    secondButton(words.visitHearAgain, () => test.playAgain()),
  );
}

/** Oneself as the practitioner will see and hear it. */
function echoPanel(test: EquipmentTest): Part {
  const video = h("video", { playsInline: true });
  video.setAttribute("aria-label", words.visitEchoPicture);
  const node = h(
    "section",
    { className: "echo" },
    h("h2", {}, words.visitEchoHeading),
    video,
    secondButton(words.visitEchoEnough, () => test.endEcho()),
  );
  return {
    node,
    update: () => {
      node.hidden = test.waiting !== "echo";
      if (video.srcObject === test.returned) return;
      video.srcObject = test.returned;
      if (test.returned) void video.play().catch(() => undefined);
    },
  };
}

function reportPanel(test: EquipmentTest): Part {
  const text = h("pre", { tabIndex: 0 });
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", words.visitReport);
  const button = secondButton(words.visitReportCopy, async () => {
    await copy(text.textContent ?? "");
    button.textContent = words.visitReportCopied;
  });
  const node = h("details", {}, h("summary", {}, words.visitReport), text, button);
  return {
    node,
    update: () => {
      node.hidden = test.isRunning || test.verdict === "todo";
      if (!node.hidden) tell(text, reportOf(test, NAMES));
    },
  };
}
