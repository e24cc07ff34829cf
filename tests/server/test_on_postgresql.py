"""The same product on PostgreSQL: two lines of configuration, no other difference."""

from chevet.config import Config
from chevet.store import audit
from tests.server.product import running


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
