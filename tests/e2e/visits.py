"""What a practitioner and a patient do in a téléconsultation, in the words of their screens."""

import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import PATIENCE_MS, wait_for_message
from tests.e2e.stage import Stage

MARGIN_S = 900
"""The link opens so long before the agreed start (config `[visits]`, opens_before_s)."""
ENTER = "Entrer en salle d'attente"
IDENTITY = {
    "birthName": "PETIT",
    "birthFirstNames": "JEANNE",
    "birthDate": "1951-03-08",
    "sex": "female",
    "birthPlaceCode": "44109",
}

# Sound that came and was played, and pictures that were decoded, by all the connections of a page.
RECEIVED = """async () => {
  const sum = { frames: 0, sound: 0, energy: 0 };
  for (const pc of window.__connections ?? []) {
    if (pc.connectionState === "closed") continue;
    for (const row of (await pc.getStats()).values()) {
      if (row.type !== "inbound-rtp") continue;
      if (row.kind === "video") sum.frames += row.framesDecoded ?? 0;
      else sum.sound += row.packetsReceived ?? 0;
      sum.energy += row.totalAudioEnergy ?? 0;
    }
  }
  return sum;
}"""
# Of each connection that is not closed, by its place in the page: how many pictures of it were decoded.
DECODED_OF_EACH = """async () => {
  const frames = {};
  for (const [place, pc] of (window.__connections ?? []).entries()) {
    if (pc.connectionState === "closed") continue;
    frames[place] = 0;
    for (const row of (await pc.getStats()).values()) {
      if (row.type === "inbound-rtp" && row.kind === "video") frames[place] += row.framesDecoded ?? 0;
    }
  }
  return frames;
}"""
EACH_RISES = f"""async ({{ before, others }}) => {{
  const now = await ({DECODED_OF_EACH})();
  const risen = Object.keys(now).filter((place) => now[place] >= (before[place] ?? 0) + 5);
  return Object.keys(now).length === others && risen.length === others;
}}"""
NEW_PICTURES = """async ({ selector, count }) => {
  const newPicture = (video) => new Promise((shown) => video.requestVideoFrameCallback(shown));
  const videos = [...document.querySelectorAll(selector)];
  for (let pictures = 0; pictures < count; pictures += 1) await Promise.all(videos.map(newPicture));
  return videos.length > 0;
}"""
LIVE_DEVICES = "() => (window.__opened ?? []).filter((track) => track.readyState === 'live').length"

DEVICES_SPY = """(() => {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  window.__opened = [];
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    window.__opened.push(...stream.getTracks());
    return stream;
  };
})();"""
"""Remembers every camera and microphone that the page opened."""


def picture_and_sound_rise(page: Page, *, sound: bool = True) -> None:
    """Until pictures and sound of the others have come for a while longer."""
    before = page.evaluate(RECEIVED)
    wanted = f"now.frames >= {before['frames'] + 10}"
    if sound:
        wanted += f" && now.sound >= {before['sound'] + 20}"
    page.wait_for_function(
        f"async () => {{ const now = await ({RECEIVED})(); return {wanted}; }}", timeout=PATIENCE_MS
    )


def pictures_move(page: Page, selector: str, count: int = 5) -> None:
    """Until each video there has shown `count` new pictures."""
    page.wait_for_function(NEW_PICTURES, arg={"selector": selector, "count": count}, timeout=PATIENCE_MS)


def every_pair_rises(*pages: Page, connections: int | None = None) -> None:
    """Until each page has one connection to each other, and pictures come by each: both directions of every pair.

    `connections`: how many each has, when not all the others are among `pages`.
    """
    others = connections or len(pages) - 1
    before = [page.evaluate(DECODED_OF_EACH) for page in pages]
    for page, frames in zip(pages, before, strict=True):
        page.wait_for_function(EACH_RISES, arg={"before": frames, "others": others}, timeout=2 * PATIENCE_MS)


class Practitioner:
    """Somebody signed in, on « Mes téléconsultations »."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base

    def open(self) -> "Practitioner":
        self.page.goto(self.base + "/")
        self.page.get_by_role("link", name="Téléconsultation").click()
        expect(self.page.get_by_role("heading", name="Mes téléconsultations")).to_be_visible(
            timeout=PATIENCE_MS
        )
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def book(self, *, in_s: float = 0, lasts_s: float = 1200, **more: Any) -> dict[str, Any]:
        """An appointment as the form makes it, without the form. Returns the server's answer."""
        start_at = round((time.time() + in_s) * 1000)
        request = {
            "patient": IDENTITY,
            "startAt": start_at,
            "endAt": start_at + round(lasts_s * 1000),
            "phone": "06 39 98 20 10",
            "channel": "sms",
            "acceptsOverlap": True,
            **more,
        }
        return self.post("/api/appointments", request)

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        asking = self.page.context.request
        answer = asking.post(self.base + path, data=body or {}, headers={"Origin": self.base})
        assert answer.ok, answer.text()
        return answer.json()

    def book_by_form(self, phone: str) -> None:
        """« Nouveau rendez-vous », now, for a patient who prefers SMS (S21 to S29)."""
        page = self.page
        page.get_by_role("link", name="Nouveau rendez-vous").or_(self.button("Nouveau rendez-vous")).click()
        page.get_by_label("Nom de naissance").fill("PETIT")
        page.get_by_label("Prénoms de naissance").fill("JEANNE")
        page.get_by_label("Date de naissance").fill("08/03/1951")
        page.get_by_label("Lieu de naissance (code INSEE)").fill("44109")
        page.get_by_role("radio", name="Féminin").check()
        page.get_by_label("Téléphone mobile").fill(phone)
        page.get_by_role("radio", name="SMS").check()
        self.button("Maintenant").click()
        self.button("Créer le rendez-vous").click()
        agenda = page.get_by_role("heading", name="Mes téléconsultations")
        overlaps = self.button("Enregistrer quand même")  # Another story's appointment is at the same hour.
        expect(agenda.or_(overlaps)).to_be_visible(timeout=PATIENCE_MS)
        if overlaps.is_visible():
            overlaps.click()
        expect(agenda).to_be_visible(timeout=PATIENCE_MS)

    def link_sent_to(self, phone: str) -> str:
        """From the demo mailbox: the newest link that went to this number."""
        digits = "".join(letter for letter in phone if letter.isdigit()).lstrip("0")
        sent = wait_for_message(self.page, lambda m: m["to"].endswith(digits) and m["links"])
        return sent["links"][0]

    def join(self, appointment_id: str) -> "Practitioner":
        self.page.goto(f"{self.base}/teleconsultation/{appointment_id}")
        expect(self.button("Raccrocher")).to_be_visible(timeout=PATIENCE_MS)
        return self

    def let_in(self) -> None:
        self.button("Faire entrer").first.click()

    def hang_up(self) -> None:
        self.button("Raccrocher").click()


class Patient:
    """Somebody behind the link of a téléconsultation."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, link: str) -> "Patient":
        self.page.goto(link)
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name)

    def enter(self) -> "Patient":
        self.button(ENTER).click()
        return self

    def accept(self, name: str = "J’accepte") -> "Patient":
        self.button(name).click()
        return self

    def write(self, label: str, text: str) -> "Patient":
        self.page.get_by_label(label).fill(text)
        self.button("Continuer").click()
        return self

    def answer(self) -> "Patient":
        """Consent, place, number, company (R4, R6, R7)."""
        self.accept()
        self.write("Adresse", "12 rue des Lilas, Nantes")
        self.write("Numéro de téléphone", "02 40 11 11 11")
        self.button("Non, personne").click()
        return self

    def sit_down(self) -> "Patient":
        self.enter().answer()
        return self.waits()

    def waits(self) -> "Patient":
        expect(self.heading("Vous êtes en salle d’attente")).to_be_visible(timeout=PATIENCE_MS)
        return self

    def is_in(self) -> "Patient":
        expect(self.button("Raccrocher")).to_be_visible(timeout=PATIENCE_MS)
        return self


def visitor(stage: Stage, kind: str = "chromium", scripts: tuple[str, ...] = (), **options: Any) -> Patient:
    """Somebody with a phone, unless told otherwise, whose open cameras and microphones are counted."""
    return Patient(stage.caller(kind, scripts=(*scripts, DEVICES_SPY), **options).page)
