import { render } from "preact";
import { afterEach, expect, it, vi } from "vitest";
import { Button } from "../../../pwa/ui/button.tsx";
import { Dialog } from "../../../pwa/ui/dialog.tsx";
import { Field } from "../../../pwa/ui/field.tsx";
import { Timeline } from "../../../pwa/ui/timeline.tsx";

afterEach(() => render(null, document.body));

it("a field says its hint and its error to a screen reader, with the label as its name [R30]", () => {
  render(
    <Field label="Téléphone mobile" hint="06…" error="Numéro invalide" value="" onInput={() => undefined} />,
    document.body,
  );
  const input = document.querySelector("input");
  const label = document.querySelector("label");
  expect(label?.htmlFor).toBe(input?.id);
  expect(input?.getAttribute("aria-invalid")).toBe("true");
  const described = input?.getAttribute("aria-describedby")?.split(" ") ?? [];
  const texts = described.map((id) => document.getElementById(id)?.textContent);
  expect(texts).toEqual(["06…", "Numéro invalide"]);
});

it("a button that is busy keeps its focus and ignores presses", () => {
  const press = vi.fn();
  render(
    <Button busy onPress={press}>
      Envoyer
    </Button>,
    document.body,
  );
  const button = document.querySelector("button");
  button?.focus();
  button?.click();
  expect(press).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(button);
  expect(button?.getAttribute("aria-disabled")).toBe("true");
});

it("a busy button does not submit its form", () => {
  const submit = vi.fn((event: Event) => event.preventDefault());
  render(
    <form onSubmit={submit}>
      <Button type="submit" busy>
        Envoyer
      </Button>
    </form>,
    document.body,
  );
  document.querySelector("button")?.click();
  expect(submit).not.toHaveBeenCalled();
});

it("a dialog has its title as name, closes on its button, and gives the focus back", () => {
  const opener = document.createElement("button");
  document.body.before(opener);
  opener.focus();
  const close = vi.fn();
  const root = document.createElement("div");
  document.body.append(root);
  render(
    <Dialog title="QR code" closeWord="Fermer" onClose={close}>
      contenu
    </Dialog>,
    root,
  );
  const dialog = root.querySelector("dialog");
  expect(document.getElementById(dialog?.getAttribute("aria-labelledby") ?? "")?.textContent).toBe("QR code");
  root.querySelector("button")?.click();
  expect(close).toHaveBeenCalledOnce();
  render(null, root);
  expect(document.activeElement).toBe(opener);
  opener.remove();
});

it("a timeline tells each state in words and marks the current step", () => {
  const items = [
    { id: "a", label: "Lien ouvert", state: "done" as const, stateWord: "fait" },
    { id: "b", label: "Connexion", state: "current" as const, stateWord: "en cours" },
  ];
  render(<Timeline label="Suivi" items={items} />, document.body);
  const rows = [...document.querySelectorAll("li")];
  expect(rows.map((row) => row.textContent)).toEqual(["Lien ouvert (fait)", "Connexion (en cours)"]);
  expect(rows.map((row) => row.getAttribute("aria-current"))).toEqual([null, "step"]);
});
