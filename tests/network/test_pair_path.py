"""In a call of three the path of one pair dies: the others go on, the practitioner reads it, the picture comes back."""

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.e2e import browsers, people
from tests.e2e.installation import Certificate, Installation
from tests.e2e.people import PATIENCE_MS
from tests.e2e.stage import DESK, PHONE, SMALL_CAMERA
from tests.e2e.visits import Patient, Practitioner, every_pair_rises
from tests.network import lab as network
from tests.network.lab import CALLER_ADDRESS, SITE_ADDRESS, Lab
from tests.network.pages import new_page

pytestmark = pytest.mark.browser

PORTS = """async (here) => {
  const ports = [];
  for (const pc of window.__connections) {
    const rows = [...(await pc.getStats()).values()];
    const pairs = rows.filter(({ type, nominated }) => type === "candidate-pair" && nominated);
    const chosen = pairs.find(({ state }) => state === "succeeded");
    const remote = rows.find(({ id }) => id === chosen?.remoteCandidateId);
    if (!remote || remote.address === here) continue;
    const own = rows.filter(({ type, protocol }) => type === "local-candidate" && protocol === "udp");
    ports.push(...own.map(({ port }) => port));
  }
  return [...new Set(ports)];
}"""
"""Of the connection with who is on the other side of the link, the ports that this page has opened."""
DROPPED = "table inet pair {\n chain come {\n type filter hook input priority 0;\n %s\n }\n}\n"


class Surgery(Practitioner):
    """What is asked of the server leaves by the page: the test itself is in neither network."""

    def post(self, path, body=None):
        return self.ask("POST", path, body or {})

    def ask(self, method, path, body=None):
        return self.page.evaluate(
            """async ({ method, path, body }) => {
              const answer = await fetch(path, {
                method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" },
              });
              if (!answer.ok) throw new Error(await answer.text());
              return answer.json();
            }""",
            {"method": method, "path": path, "body": body},
        )


@pytest.fixture
def lab():
    if reason := network.why_not():
        pytest.skip(reason)
    if absent := browsers.missing(browsers.CHROMIUM):
        pytest.skip(f"network stories need the Debian package chromium; missing: {absent}")
    with Lab() as made:
        yield made


@pytest.fixture
def places(lab):
    """The practitioner at the site, signed in; how somebody on the other side opens a page."""
    certificate = Certificate(lab.folder / "tls", SITE_ADDRESS)
    url = f"https://{SITE_ADDRESS}"
    place = {"host": lab.site, "address": SITE_ADDRESS, "name": SITE_ADDRESS, "port": 443}
    product = Installation(lab.folder / "product", **place, public_url=url, certificate=certificate)
    with product, sync_playwright() as playwright:
        desk = browsers.chromium(playwright, executable=lab.site.browser(browsers.CHROMIUM))
        phones = browsers.chromium(playwright, executable=lab.caller.browser(browsers.CHROMIUM))
        page = new_page(desk, DESK, SMALL_CAMERA)
        people.sign_in(page, url, "medecin", tile="Téléconsultation")
        yield Surgery(page, url), lambda: Patient(new_page(phones, PHONE, SMALL_CAMERA))
        desk.close()
        phones.close()


def in_a_call_of_three(doctor, phone):
    booked = doctor.book()
    patient = phone().open(booked["link"]).sit_down()
    doctor.join(booked["id"]).let_in()
    patient.is_in()
    guest = {"role": "companion", "name": "Luc Petit"}
    link = doctor.post(f"/api/encounters/{booked['encounterId']}/participants", guest)["link"]
    relative = phone().open(link).enter()
    doctor.let_in()
    relative.is_in()
    every_pair_rises(doctor.page, patient.page, relative.page)
    return booked, patient, relative


@pytest.mark.proves("F2", "F3")
def test_the_path_of_one_pair_dies_and_comes_back(lab, places):
    doctor, phone = places
    booked, patient, relative = in_a_call_of_three(doctor, phone)
    ports = ", ".join(str(port) for port in patient.page.evaluate(PORTS, CALLER_ADDRESS))
    assert ports
    connections = doctor.page.evaluate("window.__connections.length")
    lab.site.nft(DROPPED % f"udp sport {{ {ports} }} drop")
    lab.caller.nft(DROPPED % f"udp dport {{ {ports} }} drop")

    lost = doctor.page.get_by_text("Liaison coupée, reconnexion…")
    expect(lost).to_be_visible(timeout=PATIENCE_MS)
    every_pair_rises(relative.page, connections=2)
    expect(relative.page.get_by_text("Reconnexion…")).to_have_count(0)
    expect(lost).to_have_count(0, timeout=PATIENCE_MS)
    every_pair_rises(doctor.page, patient.page, relative.page)

    traces = doctor.ask("GET", f"/api/encounters/{booked['encounterId']}/timeline")
    steps = [step["step"] for step in traces["timeline"]]
    assert (steps.count("connection-lost"), steps.count("connection-back")) == (1, 1)
    assert doctor.page.evaluate("window.__connections.length") == connections, "the same connection"
    doctor.hang_up()
