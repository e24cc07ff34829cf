"""E-mail through a real SMTP server, over real TLS."""

import asyncio
import email
import logging
import re
import socket
import subprocess
import time
from email.policy import default as policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from chevet.adapters.mail import MailSender, compose
from chevet.config import MailSettings
from chevet.errors import InvalidInput, PermanentFailure, TransientFailure
from chevet.model.messages import Mail, incident_mail, invitation_mail, sign_in_code_mail

LINK = "https://visio.samu44.example/j#" + "2" * 27
TO = "jean@famille.example"
MAIL = sign_in_code_mail("482913")


IS_ENCRYPTED = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
"""The test server does not count TLS from the first byte as TLS."""


class Mailbox:
    """What the SMTP server does with what it is given."""

    def __init__(self):
        self.envelopes = []
        self.refuse = {}
        self.delay_s = 0.0
        self.attempts = 0

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - the library's name
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.attempts += 1
        if "RCPT" in self.refuse:
            return self.refuse["RCPT"].format(address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self.delay_s)
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        envelope.ehlo = session.host_name
        envelope.is_encrypted = session.ssl is not None
        envelope.user = getattr(session.auth_data, "login", None)
        self.envelopes.append(envelope)
        return "250 taken"

    def latest(self):
        return email.message_from_bytes(self.envelopes[-1].content, policy=policy)


def check_password(server, session, envelope, mechanism, data):
    is_right = data.login == b"chevet" and data.password == b"right"
    return AuthResult(success=is_right, handled=False, auth_data=data)


@pytest.fixture
def smtp(server_tls):
    """Start a server: `smtp(kind)` gives its mailbox and its settings."""
    controllers = []

    def start(kind="plain", **options):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        mailbox = Mailbox()
        options |= {
            "plain": {},
            "starttls": {"tls_context": server_tls, "require_starttls": True},
            "tls": {"ssl_context": server_tls, "auth_require_tls": False},  # it is, from the first byte
        }[kind]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        controllers.append(controller)
        return mailbox, port

    yield start
    for controller in controllers:
        controller.stop(no_assert=True)


def sender(port, security="none", **options):
    values = {"host": "localhost", "sender": "ne-pas-repondre@samu44.example", "sender_name": "SAMU 44"}
    return MailSender(MailSettings(port=port, security=security, **(values | options)))


async def failure_of(mail_sender, kind, mail=MAIL, to=TO):
    with pytest.raises(kind) as caught:
        await mail_sender.send(to, mail, job_id="job-1")
    return caught.value.code


@pytest.mark.proves("S48")
async def test_an_invitation_arrives_as_text_and_html_with_its_qr_code_inside(smtp, tmp_path):
    mailbox, port = smtp()
    await sender(port).send(TO, invitation_mail("Le SAMU 44", LINK, "ABC234"), job_id="job-1")
    message = mailbox.latest()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    assert LINK in message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert picture.get_content_disposition() == "inline"
    (tmp_path / "qr.png").write_bytes(picture.get_content())
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "qr.png"], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == LINK


async def test_headers_say_who_to_whom_and_that_a_machine_wrote(smtp):
    mailbox, port = smtp()
    message_id = await sender(port, reply_to="accueil@samu44.example").send(TO, MAIL, job_id="job-1")
    message, envelope = mailbox.latest(), mailbox.envelopes[0]
    assert envelope.mail_from == "ne-pas-repondre@samu44.example"
    assert envelope.rcpt_tos == [TO]
    assert envelope.ehlo == "samu44.example", "the machine's own name stays inside"
    assert message["From"] == "SAMU 44 <ne-pas-repondre@samu44.example>"
    assert message["To"] == TO
    assert message["Reply-To"] == "accueil@samu44.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == message_id == "<job-1@samu44.example>"
    assert abs(message["Date"].datetime.timestamp() - time.time()) < 60


@pytest.mark.proves("S60")
async def test_a_letter_without_html_is_plain_text(smtp):
    mailbox, port = smtp()
    await sender(port).send(TO, incident_mail("SAMU 44", {"remark": "L’image s’est figée…"}), job_id="job-1")
    assert mailbox.latest().get_content_type() == "text/plain"
    assert "L’image s’est figée…" in mailbox.latest().get_content()


@pytest.mark.proves("A55")
@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\v", "\x85", "\u2028", "\x00"])
async def test_a_name_or_a_subject_cannot_add_a_header(smtp, line_break):
    mailbox, port = smtp()
    evil = f"SAMU{line_break}Bcc: espion@ailleurs.example"
    mail = Mail(subject=evil, text=f"a{line_break}.{line_break}b", html=f"<p>{evil}</p>")
    await sender(port, sender_name=evil).send(TO, mail, job_id="job-1")
    assert mailbox.latest()["Bcc"] is None
    assert mailbox.envelopes[0].rcpt_tos == [TO]
    assert "Bcc" in mailbox.latest()["Subject"]
    raw_headers = mailbox.envelopes[0].content.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?im)^bcc:", raw_headers)


@pytest.mark.proves("A55")
@pytest.mark.parametrize(
    "to", ["", "a", "a@b\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>"]
)
async def test_what_is_no_address_never_reaches_the_server(smtp, to):
    mailbox, port = smtp()
    assert await failure_of(sender(port), PermanentFailure, to=to) == "mail-refused"
    assert mailbox.attempts == 0


@IS_ENCRYPTED
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_is_encrypted_and_signed_in(smtp, ca_file, security):
    mailbox, port = smtp(security, authenticator=check_password, auth_required=True)
    options = {"ca_file": ca_file, "username": "chevet", "password": "right"}
    await sender(port, security, **options).send(TO, MAIL, job_id="job-1")
    assert mailbox.envelopes[0].user == b"chevet"
    if security == "starttls":
        assert mailbox.envelopes[0].is_encrypted


@IS_ENCRYPTED
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_wrong_credentials_are_a_refusal_for_good(smtp, ca_file, security):
    mailbox, port = smtp(security, authenticator=check_password, auth_required=True)
    options = {"ca_file": ca_file, "username": "chevet", "password": "wrong"}
    assert await failure_of(sender(port, security, **options), PermanentFailure) == "mail-credentials"
    assert not mailbox.envelopes


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_an_unknown_certificate_is_refused(smtp, security):
    mailbox, port = smtp(security)
    assert await failure_of(sender(port, security), PermanentFailure) == "mail-certificate"
    assert mailbox.attempts == 0


async def test_a_server_without_starttls_gets_nothing(smtp, ca_file):
    mailbox, port = smtp("plain")
    assert await failure_of(sender(port, "starttls", ca_file=ca_file), PermanentFailure) == "mail-unsupported"
    assert mailbox.attempts == 0


async def test_tls_to_a_server_that_speaks_plain_is_refused(smtp, ca_file):
    _, port = smtp("plain")
    assert await failure_of(sender(port, "tls", ca_file=ca_file), PermanentFailure) == "mail-certificate"


def test_mail_in_the_clear_stays_on_this_machine():
    with pytest.raises(InvalidInput, match="loopback"):
        sender(25, "none", host="mail.samu44.example")
    for host in ("localhost", "127.0.0.1", "::1"):
        sender(25, "none", host=host)


@pytest.mark.proves("F60")
@pytest.mark.parametrize(
    ("step", "answer", "kind", "reason"),
    [
        ("RCPT", "550 5.1.1 <{}> unknown", PermanentFailure, "mail-refused"),
        ("RCPT", "451 4.7.1 <{}> greylisted", TransientFailure, "mail-busy"),
        ("RCPT", "452 4.2.2 <{}> mailbox full", TransientFailure, "mail-busy"),
        ("MAIL", "550 5.7.1 not from here", PermanentFailure, "mail-sender"),
        ("MAIL", "421 4.3.2 closing", TransientFailure, "mail-busy"),
        ("DATA", "554 5.7.1 looks like spam", PermanentFailure, "mail-refused"),
        ("DATA", "452 4.3.1 disk full", TransientFailure, "mail-busy"),
    ],
)
async def test_what_the_server_answers_decides_whether_to_try_again(smtp, step, answer, kind, reason):
    mailbox, port = smtp()
    mailbox.refuse[step] = answer
    assert await failure_of(sender(port), kind) == reason
    mailbox.refuse.clear()
    await sender(port).send(TO, MAIL, job_id="job-1")
    assert len(mailbox.envelopes) == 1


@pytest.mark.proves("F60")
async def test_a_server_that_does_not_answer_is_given_up_in_time(smtp):
    mailbox, port = smtp()
    mailbox.delay_s = 5
    started = time.monotonic()
    assert await failure_of(sender(port, timeout_s=0.5), TransientFailure) == "mail-timeout"
    assert time.monotonic() - started < 3


@pytest.mark.proves("F60")
async def test_a_silent_or_absent_server_is_worth_another_try():
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(30), "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    assert await failure_of(sender(port, timeout_s=0.3), TransientFailure) == "mail-timeout"
    silent.close()
    hasty = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = hasty.sockets[0].getsockname()[1]
    assert await failure_of(sender(port), TransientFailure) == "mail-unreachable"
    hasty.close()
    await hasty.wait_closed()
    assert await failure_of(sender(port), TransientFailure) == "mail-unreachable"


@pytest.mark.proves("F60")
async def test_a_taken_mail_is_not_sent_twice_because_of_a_rude_goodbye():
    """The server drops the line right after taking the message, instead of answering QUIT."""
    taken = []

    async def serve(reader, writer):
        writer.write(b"220 hello\r\n")
        while line := await reader.readline():
            if line.startswith(b"EHLO"):
                writer.write(b"250 hello\r\n")
            elif line == b"DATA\r\n":
                writer.write(b"354 go on\r\n")
                taken.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif line == b"QUIT\r\n":
                writer.transport.abort()
                return
            else:
                writer.write(b"250 OK\r\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    await sender(server.sockets[0].getsockname()[1]).send(TO, MAIL, job_id="job-1")
    assert len(taken) == 1
    server.close()


@pytest.mark.proves("R31")
async def test_neither_address_nor_code_is_logged_or_told(smtp, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    mailbox, port = smtp()
    await sender(port).send(TO, MAIL, job_id="job-1")
    mailbox.refuse["RCPT"] = "550 5.1.1 <{}> unknown"
    with pytest.raises(PermanentFailure) as caught:
        await sender(port).send(TO, MAIL, job_id="job-2")
    written = capsys.readouterr()
    ours = [
        r.getMessage() for r in caplog.records if not r.name.startswith("mail.log")
    ]  # the server's own log
    told = [str(caught.value), caught.value.detail, repr(caught.value.__cause__)]
    everything = "\n".join([*ours, *told, written.out, written.err])
    assert "job-2" in everything
    assert TO not in everything
    assert "482913" not in everything


def test_the_same_job_always_has_the_same_message_id():
    settings = MailSettings(host="localhost", sender="a@samu44.example")
    ids = {compose(settings, TO, MAIL, job_id="job-1")["Message-ID"] for _ in range(3)}
    assert ids == {"<job-1@samu44.example>"}
