import type { IntakeAnswer, VisitDoor } from "../../protocol.ts";
import { post, Refusal } from "../door.ts";
import { type Face, put } from "./face.ts";
import { companyFace, consentFace, phoneFace, placeFace, refusalFace } from "./intake_faces.ts";
import { waitFace } from "./trouble_face.ts";

export interface IntakeEvents {
  onDone(): void;
  /** Consent was refused, and the server knows. */
  onRefused(): void;
  /** The answers did not arrive; `again` sends them once more. */
  onProblem(error: unknown, again: () => void): void;
}

/** What HAS asks before a consultation from afar, one question a screen (R4, R6, R7). Kept nowhere on the device. */
export class Intake {
  readonly answers: IntakeAnswer;
  /** Whoever answers is not the patient: staff or a relative. */
  readonly isForPatient: boolean;
  private step = 0;
  /** The server knows numbers better: this one cannot be called. */
  isPhoneWrong = false;

  constructor(
    seatToken: string,
    readonly visit: VisitDoor,
    private readonly events: IntakeEvents,
  ) {
    this.isForPatient = visit.role !== "patient";
    this.answers = { seatToken, consent: true, consentBy: this.isForPatient ? whoOf(visit) : "patient" };
  }

  begin(): void {
    this.draw();
  }

  /** The next question, or all the answers at once after the last. */
  next(answers: Partial<IntakeAnswer>): void {
    Object.assign(this.answers, answers);
    this.isPhoneWrong = false;
    this.step += 1;
    if (this.step < FACES.length) this.draw();
    else void this.send();
  }

  back(): void {
    this.step = Math.max(0, this.step - 1);
    this.draw();
  }

  /** « Je refuse »: what happens next is said before it is so. */
  refuse(): void {
    put(refusalFace(this));
  }

  stay(): void {
    this.draw();
  }

  confirmRefusal(refusalReason: string): void {
    Object.assign(this.answers, { consent: false, refusalReason });
    void this.send();
  }

  /** 1 for the first of `count` questions. */
  get number(): number {
    return this.step + 1;
  }

  get count(): number {
    return FACES.length;
  }

  private draw(): void {
    const face = FACES[this.step];
    if (face) put(face(this));
  }

  private askPhoneAgain(): void {
    this.isPhoneWrong = true;
    this.step = FACES.indexOf(phoneFace);
    this.draw();
  }

  private async send(): Promise<void> {
    put(waitFace());
    try {
      await post("intake", this.answers);
    } catch (error) {
      if (error instanceof Refusal && error.code.startsWith("phone-")) return this.askPhoneAgain();
      return this.events.onProblem(error, () => void this.send());
    }
    if (this.answers.consent) this.events.onDone();
    else this.events.onRefused();
  }
}

/** The faces, in order. */
const FACES: ((intake: Intake) => Face)[] = [consentFace, placeFace, phoneFace, companyFace];

function whoOf({ participantName, role }: VisitDoor): string {
  return participantName || role;
}
