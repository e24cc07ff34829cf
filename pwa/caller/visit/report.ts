import * as words from "@words";
import { type EquipmentTest, STEPS, type Step } from "./equipment.ts";

/** For the IT staff: each step with its fact. Nothing of the patient, and no link. */
export function reportOf({ results }: EquipmentTest, names: Record<Step, string>): string {
  const lines = STEPS.map((step) => {
    const result = results.get(step);
    return `${names[step]}: ${result?.outcome ?? ""} ${result?.fact ?? ""}`.trim();
  });
  return [words.visitReport, new Date().toISOString(), location.host, ...lines].join("\n");
}
