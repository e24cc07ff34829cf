"""Demo mode: for a newcomer on this machine, or with a telephone on the local network."""

import ssl

import pytest
from cryptography import x509

from chevet import demo
from chevet.adapters.certificate import self_signed
from chevet.config import Config, problems
from chevet.demo_agenda import fill_agenda
from tests.server.product import running
from tests.server.visits import agenda, practitioner, quiet


async def test_everything_that_would_leave_is_in_the_mailbox(product):
    browser = await product.dispatcher()
    invitation = await browser.invite(phone="0639981234", email="temoin@example.org")
    await product.message(2)
    async with browser.http.get("/demo/messages.json") as answer:
        messages = await answer.json()
    assert set(messages[0]) == {"at", "channel", "to", "subject", "text", "links"}
    assert [message["channel"] for message in messages].count("sms") == 2
    async with browser.http.get("/demo/messages") as answer:
        page = await answer.text()
    assert f'href="{invitation["link"]}"' in page


@pytest.mark.proves("A48")
async def test_a_message_cannot_bring_markup_into_the_mailbox(product):
    product.mailbox.put(
        "sms", "<b>x</b>", "<script>", '<img src=x onerror=alert(1)> https://x.example/"><script>'
    )
    async with product.browser().http.get("/demo/messages") as answer:
        page = await answer.text()
    body = page.split("<ul>")[1].split("</ul>")[0]
    assert "<script>" not in body
    assert "<img" not in body


async def test_a_second_start_changes_nothing(tmp_path):
    for _ in range(2):
        async with running(tmp_path) as product:
            await product.dispatcher()
            rows = await product.parts.store.read(lambda tx: tx.query("select count(*) as n from account"))
            assert rows == [{"n": 4}]


async def test_the_agenda_has_something_to_try_once_and_nothing_is_sent(product):
    browser = await practitioner(product)
    for _ in range(2):
        await fill_agenda(product.parts)
        found = await agenda(browser)
        assert [each["patientName"] for each in found] == ["JEANNE LE GOFF", "MARCEL TANGUY", "SAMIR BENALI"]
    assert await quiet(product) == []
    status, sent = await browser.post(f"/api/appointments/{found[0]['id']}/resend")
    assert (status, sent["deliveries"][0]["to"]) == (200, "+33639980011")


async def test_the_local_network_gets_https_with_a_certificate_for_its_address(tmp_path):
    """Browsers open the camera on https only."""
    config = demo.settings(Config(), tmp_path / "demo", 8443, lan=True)
    assert config.public_url.startswith("https://")
    assert config.listen.host in config.public_url
    assert not problems(config)
    certificate = x509.load_pem_x509_certificate(config.listen.tls_certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert str(names.get_values_for_type(x509.IPAddress)[0]) == config.listen.host
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
        config.listen.tls_certificate, config.listen.tls_key
    )
    assert config.listen.tls_key.stat().st_mode & 0o077 == 0
    assert self_signed(tmp_path / "demo-tls", config.listen.host)[0] == config.listen.tls_certificate
    assert "█" in demo.greeting(config, lan=True)
