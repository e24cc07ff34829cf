"""Page B, seen from the server: one invitation, four doors."""

import asyncio

import pytest

from chevet.model.gsm7 import segments
from tests.server.product import token_of


@pytest.mark.proves("S47", "S48", "S14", "C35")
async def test_one_launch_sends_sms_and_mail_with_the_same_link(product):
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="06 39 98 12 34", email="temoin@example.org")
    first, second = await product.message(1), await product.message(2)
    sent = {message.channel: message for message in (first, second)}
    assert sent["sms"].to == "+33639981234"
    assert sent["sms"].links == [invitation["link"]]
    assert segments(sent["sms"].text) == 1
    assert invitation["link"] in sent["email"].links
    assert len(invitation["code"]) == 6


@pytest.mark.proves("S47")
async def test_a_code_and_a_qr_need_no_address(product):
    """Both fields empty: only the QR code and the spoken code open the door."""
    browser = await product.dispatcher()
    invitation = await browser.invite()
    assert invitation["deliveries"] == []
    assert invitation["qrSvg"].startswith("<svg")
    assert (await browser.post("/api/join/peek", {"code": invitation["code"]}))[0] == 200


@pytest.mark.proves("A3")
@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("0899 70 12 34", "phone-premium"),
        ("+44 7911 123456", "phone-foreign"),
        ("02 40 12 34 56", "phone-landline"),
        ("hello", "phone-invalid"),
    ],
)
async def test_a_number_that_cannot_be_used_is_refused_with_its_reason(product, phone, code):
    browser = await product.dispatcher()
    status, body = await browser.post("/api/invitations", {"phone": phone})
    assert (status, body["code"], body["field"]) == (400, code, "phone")


@pytest.mark.proves("A3")
async def test_one_number_is_not_flooded(product):
    """A hundred sends to one number: five leave in an hour."""
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234")
    statuses = [
        (await browser.post(f"/api/invitations/{invitation['id']}/resend", {"phone": "0639981234"}))[0]
        for _ in range(100)
    ]
    assert statuses.count(200) == product.parts.config.invitations.per_recipient_per_hour - 1
    assert statuses[-1] == 429


@pytest.mark.proves("S48", "F60")
async def test_sending_again_to_a_corrected_number_carries_the_same_link(product):
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234")
    await product.message(1)
    status, view = await browser.post(f"/api/invitations/{invitation['id']}/resend", {"phone": "0639985678"})
    assert status == 200
    assert view["link"] == invitation["link"]
    assert (await product.message(2)).to == "+33639985678"


async def test_a_reloaded_page_finds_its_invitation_again(product):
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234")
    await product.message(1)
    found = (await browser.get("/api/invitations/current"))[1]["invitation"]
    assert found["link"] == invitation["link"]
    assert found["code"] == invitation["code"]
    assert found["timeline"][0]["step"] == "invitation-created"


@pytest.mark.proves("A19")
async def test_several_dispatchers_do_not_see_each_other(product):
    """Another's invitation is as good as absent."""
    from chevet.model.people import Account  # noqa: PLC0415

    def another(tx):
        account = tx.find(Account, username="regulateur")[0]
        account.id, account.username, account.version = "other", "regulateur2", 1
        tx.insert(account)

    await product.parts.store.run(another)
    one = await product.dispatcher()
    two = product.browser()
    await two.sign_in("regulateur2")
    mine, hers = await one.invite(), await two.invite()
    assert mine["id"] != hers["id"]
    for path in (f"/api/invitations/{mine['id']}/cancel", f"/api/encounters/{mine['encounterId']}/finish"):
        assert (await two.post(path))[0] == 404
    assert (await two.post(f"/api/invitations/{mine['id']}/resend", {}))[0] == 404
    assert (await one.get("/api/invitations/current"))[1]["invitation"]["id"] == mine["id"]


@pytest.mark.proves("S58", "S59")
async def test_hanging_up_makes_room_for_the_next_caller(product):
    """The encounter is finished, the number is erased, the next invitation can start."""
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234")
    page = await product.seat(invitation["seatToken"])
    assert (await browser.post(f"/api/encounters/{invitation['encounterId']}/finish"))[0] == 204
    assert (await page.until("finished"))["reason"] == "hung-up"
    assert await page.close_code() == 4410
    assert (await browser.get("/api/invitations/current"))[1]["invitation"] is None
    rows = await product.parts.store.read(lambda tx: tx.query("select phone, email from invitation"))
    assert rows == [{"phone": None, "email": None}]
    recipients = await product.parts.store.read(lambda tx: tx.query("select recipient from delivery"))
    assert recipients == [{"recipient": ""}]
    assert (await browser.post(f"/api/encounters/{invitation['encounterId']}/finish"))[0] == 204
    await browser.invite()


async def test_two_launches_at_once_make_one_invitation(product):
    """A hurried double click."""
    browser = await product.dispatcher()
    answers = await asyncio.gather(*(browser.post("/api/invitations", {}) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [201, 409, 409, 409, 409]


@pytest.mark.proves("A58", "A14")
async def test_the_store_keeps_no_token_and_no_code(product, tmp_path):
    """What a stolen database would give: hashes, which need the master key."""
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234")
    await product.message(1)
    async with asyncio.timeout(5):
        while await product.parts.store.read(
            lambda tx: tx.query("select 1 from job where kind = 'send_invitation' and done_at is null")
        ):
            await asyncio.sleep(0.01)
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("chevet.db*"))
    assert token_of(invitation).encode() not in raw
    assert invitation["code"].encode() not in raw


@pytest.mark.proves("R20", "A57")
async def test_audit_tells_who_signed_in_invited_entered_and_hung_up(product):
    from chevet.model.records import AuditRecord  # noqa: PLC0415
    from chevet.store import audit  # noqa: PLC0415

    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234")
    await browser.enter(invitation)
    await browser.post(f"/api/encounters/{invitation['encounterId']}/finish")
    records = await product.parts.store.read(lambda tx: tx.find(AuditRecord, order="seq"))
    assert [record.action for record in records] == [
        "sign-in",
        "invitation.created",
        "encounter.entered",
        "encounter.hung-up",
    ]
    verdict = await product.parts.store.read(lambda tx: audit.verify(tx, product.parts.keys))
    assert verdict.bad_seq is None
