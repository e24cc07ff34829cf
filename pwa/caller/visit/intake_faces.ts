/** The questions before the call, large and one at a time (R4, R6, R7). */
import * as words from "@words";
import { h } from "../dom.ts";
import { heading, mainButton } from "../view.ts";
import { type Face, put, secondButton } from "./face.ts";
import type { Intake } from "./intake.ts";
import { capital, say, titled } from "./sentence.ts";

/** Fewer digits reach nobody. */
const DIGITS = 9;

/** What will happen, and the right to refuse: consent is given knowing it. */
export function consentFace(intake: Intake): Face {
  const { isForPatient } = intake;
  const [title, yes, no] = isForPatient
    ? [words.visitInfoHeadingFor, words.visitAcceptFor, words.visitRefuseFor]
    : [words.visitInfoHeading, words.visitAccept, words.visitRefuse];
  const facts = [words.visitInfoSeen, words.visitInfoSecret, words.visitInfoOnSite, words.visitInfoFree];
  return question(
    intake,
    heading(title),
    h("ul", { className: "facts" }, ...facts.map((fact) => h("li", {}, say(fact, doctorOf(intake))))),
    mainButton(yes, () => intake.next({ consent: true })),
    secondButton(no, () => intake.refuse()),
  );
}

/** What follows a refusal, before it is final. */
export function refusalFace(intake: Intake): Face {
  const reason = h("textarea", { id: "reason", rows: 3, maxLength: 200 });
  return {
    kind: "question",
    nodes: [
      heading(words.visitRefusalHeading),
      h("p", {}, say(words.visitRefusalText, doctorOf(intake))),
      h("label", { htmlFor: "reason" }, words.visitRefusalLabel),
      reason,
      mainButton(words.visitRefusalConfirm, () => intake.confirmRefusal(reason.value.trim())),
      secondButton(words.visitBack, () => intake.stay()),
    ],
  };
}

export function placeFace(intake: Intake): Face {
  const { answers, isForPatient } = intake;
  return question(
    intake,
    ...asked({
      title: isForPatient ? words.visitPlaceHeadingFor : words.visitPlaceHeading,
      hint: words.visitPlaceHint,
      label: words.visitPlaceLabel,
      value: answers.place ?? "",
      fault: (value) => (value ? "" : words.visitPlaceMissing),
      onAnswer: (place) => intake.next({ place }),
      attributes: { autocomplete: "street-address", maxLength: 200 },
    }),
    back(intake),
  );
}

export function phoneFace(intake: Intake): Face {
  return question(
    intake,
    ...asked({
      title: intake.isForPatient ? words.visitPhoneHeadingFor : words.visitPhoneHeading,
      hint: words.visitPhoneHint,
      label: words.visitPhoneLabel,
      value: intake.answers.callbackPhone ?? "",
      fault: (value) => (value.replace(/\D/g, "").length < DIGITS ? words.visitPhoneMissing : ""),
      onAnswer: (callbackPhone) => intake.next({ callbackPhone }),
      attributes: { autocomplete: "tel", type: "tel", maxLength: 40 },
      wrong: intake.isPhoneWrong ? words.visitPhoneWrong : "",
    }),
    back(intake),
  );
}

/** Staff beside a patient are somebody already: the question is then answered by their name. */
export function companyFace(intake: Intake): Face {
  if (intake.isForPatient) return companionFace(intake, words.visitCompanyHeadingFor);
  return question(
    intake,
    heading(words.visitCompanyHeading),
    mainButton(words.visitAlone, () => intake.next({ present: "" })),
    secondButton(words.visitWithSomeone, () => put(companionFace(intake, words.visitWhoHeading))),
    back(intake),
  );
}

function companionFace(intake: Intake, title: string): Face {
  const known = intake.answers.present ?? "";
  return question(
    intake,
    ...asked({
      title,
      hint: words.visitCompanyHint,
      label: intake.isForPatient ? words.visitCompanyLabelFor : words.visitCompanyLabel,
      value: known || (intake.isForPatient ? intake.visit.participantName : ""),
      fault: (value) => (value ? "" : words.visitCompanyMissing),
      onAnswer: (present) => intake.next({ present }),
      attributes: { autocomplete: "off", maxLength: 200 },
    }),
    back(intake),
  );
}

interface Asked {
  title: string;
  hint: string;
  label: string;
  value: string;
  /** What is wrong with an answer, or nothing. */
  fault(value: string): string;
  onAnswer(value: string): void;
  /** What the server said of the answer from before. */
  wrong?: string;
  attributes: Partial<Pick<HTMLInputElement, "autocomplete" | "maxLength" | "type">>;
}

/** A heading, one field that says what is wrong with it, and « Continuer ». */
function asked({ title, hint, label, value, fault, onAnswer, attributes, wrong = "" }: Asked): Node[] {
  const input = h("input", { id: "answer", value, ...attributes });
  input.setAttribute("aria-describedby", "hint error");
  const error = h("p", { id: "error" }, wrong);
  error.setAttribute("role", "alert");
  const onsubmit = (event: Event) => {
    event.preventDefault();
    const answer = input.value.trim();
    error.textContent = fault(answer);
    input.setAttribute("aria-invalid", String(Boolean(error.textContent)));
    if (error.textContent) input.focus();
    else onAnswer(answer);
  };
  const form = h(
    "form",
    { onsubmit, noValidate: true },
    h("label", { htmlFor: "answer" }, label),
    h("p", { id: "hint" }, hint),
    input,
    error,
    mainButton(words.codeButton),
  );
  return [heading(title), form];
}

function question(intake: Intake, ...nodes: Node[]): Face {
  const step = say(words.visitStep, { number: String(intake.number), count: String(intake.count) });
  return { kind: "question", nodes: [h("p", { className: "step" }, step), ...nodes] };
}

function back(intake: Intake): HTMLElement {
  return secondButton(words.visitBack, () => intake.back());
}

function doctorOf({ visit }: Intake): Record<string, string> {
  const name = titled(visit.practitionerName);
  return { name, Name: capital(name) };
}
