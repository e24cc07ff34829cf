"""The same product on PostgreSQL: two lines of configuration, no other difference."""

from chevet.actions.end_encounter import end
from chevet.config import Config
from chevet.model.appointments import Appointment
from chevet.store import audit
from tests.server.product import running
from tests.server.visit import booked, seen


async def test_from_sign_in_to_hanging_up(tmp_path, postgres_url):
    async with running(tmp_path, Config(database=postgres_url)) as product:
        browser = await product.dispatcher()
        invitation = await browser.invite(phone="0639981234")
        dispatcher = await product.seat(invitation["seatToken"])
        assert (await product.message(1)).links == [invitation["link"]]
        caller = await product.seat(await browser.enter(invitation))
        await caller.send("report-step", id="1", step="camera-granted")
        await caller.until("confirmed")
        await dispatcher.send("report-step", id="2", step="first-frame")
        await dispatcher.until("confirmed")
        view = (await browser.get("/api/invitations/current"))[1]["invitation"]
        steps = [step["step"] for step in view["timeline"]]
        assert steps[0] == "invitation-created"
        assert {"camera-granted", "first-frame"} <= set(steps)
        assert (await browser.post(f"/api/encounters/{invitation['encounterId']}/finish"))[0] == 204
        assert (await caller.until("finished"))["reason"] == "hung-up"
        verdict = await product.parts.store.read(lambda tx: audit.verify(tx, product.parts.keys))
        assert (verdict.rows, verdict.bad_seq) == (4, None)
        assert not list(tmp_path.glob("chevet.db*"))


async def test_a_consultation_from_the_waiting_room_to_hanging_up(tmp_path, postgres_url):
    async with running(tmp_path, Config(database=postgres_url)) as product:
        visit = await booked(product)
        doctor, patient = await visit.under_way()
        await patient.send("candidate", id="1", connectionId="x", candidate="c", to=visit.doctor_id)
        assert (await doctor.until("peer-candidate"))["sender"] == visit.patient_id
        again = await visit.come()
        await seen(again, visit.patient_id, status="admitted")
        await end(product.parts, visit.encounter_id, "hung-up")
        assert (await again.until("finished"))["reason"] == "hung-up"
        assert (await visit.record(Appointment, visit.appointment.id)).status == "fulfilled"
