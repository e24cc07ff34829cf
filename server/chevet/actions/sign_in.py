"""Sign in with a password and a one-time code (S5, S6), and sign out."""

import hmac
import secrets

from msgspec import Struct

from chevet.actions.parts import Parts
from chevet.adapters.passwords import is_right
from chevet.errors import Conflict, InvalidInput, NotAuthenticated, TooManyRequests, Unavailable
from chevet.model.keys import new_id
from chevet.model.people import Account
from chevet.model.phone import mask_email, mask_phone
from chevet.model.records import Challenge, Session
from chevet.protocol import Channel, SignInChallenge, SignInCode, SignInRequest
from chevet.store import Tx, accounts, audit, jobs

CODE_DIGITS = 6
CODE_LIVES_S = 600
CODE_ATTEMPTS = 5
"""A2: five tries, ten minutes, one use."""


class CodePayload(Struct):
    """What the outbox needs to send a code."""

    channel: Channel
    to: str
    code: str


async def start_sign_in(parts: Parts, request: SignInRequest, address: str) -> SignInChallenge:
    """Check the password and send a code. The answer to a wrong name and to a wrong password is the same (A4).

    Raises NotAuthenticated, TooManyRequests, Unavailable (nowhere to send the code).
    """
    username = request.username.strip().lower()
    parts.limits.sign_in_address.spend(address)
    parts.limits.sign_in_account.spend(username)
    account = await parts.store.read(lambda tx: accounts.by_username(tx, username))
    if not await is_right(request.password, account.password_hash if account else None) or account is None:
        await _note(parts, username if account else "unknown", "sign-in.refused", address)
        raise NotAuthenticated("sign-in-wrong", "unknown name or wrong password")
    parts.limits.sign_in_account.forget(username)
    channel, to = _where_to_send(parts, account)
    parts.limits.code_account.spend(account.id)
    challenge, code = _new_challenge(parts, account)

    def write(tx: Tx) -> None:
        tx.insert(challenge)
        jobs.enqueue(tx, "send_code", CodePayload(channel=channel, to=to, code=code), now=parts.clock())

    await parts.store.run(write)
    parts.outbox.wake()
    return SignInChallenge(
        challenge_id=challenge.id,
        channel=channel,
        sent_to=mask_phone(to) if channel is Channel.SMS else mask_email(to),
        expires_in_s=CODE_LIVES_S,
    )


def _where_to_send(parts: Parts, account: Account) -> tuple[Channel, str]:
    senders = parts.senders()
    if account.mobile and senders[Channel.SMS]:
        return Channel.SMS, account.mobile
    if account.email and senders[Channel.EMAIL]:
        return Channel.EMAIL, account.email
    raise Unavailable("sign-in-no-channel", "this account has no address to which a code could be sent")


def _new_challenge(parts: Parts, account: Account) -> tuple[Challenge, str]:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    now = parts.clock()
    challenge_id = new_id()
    challenge = Challenge(
        id=challenge_id,
        account_id=account.id,
        code_hash=parts.keys.hash("sign-in-code", f"{challenge_id}:{code}"),
        created_at=now,
        expires_at=now + CODE_LIVES_S,
    )
    return challenge, code


async def finish_sign_in(parts: Parts, request: SignInCode, address: str) -> tuple[str, Account]:
    """Exchange a right code for a new session; returns its cookie token and the account.

    Raises NotAuthenticated (wrong), TooManyRequests (tries used up), Conflict (expired or used).
    """
    parts.limits.sign_in_address.spend(address)
    code = "".join(request.code.split())
    if not code.isdigit():
        raise InvalidInput("code-digits", "the code is made of digits", field="code")
    token = secrets.token_urlsafe(32)
    outcome = await parts.store.run(
        lambda tx: _use_code(tx, parts, request.challenge_id, code, token, address)
    )
    if isinstance(outcome, Exception):
        raise outcome
    return token, outcome


def _use_code(
    tx: Tx, parts: Parts, challenge_id: str, code: str, token: str, address: str
) -> Account | Exception:
    """One transaction, so that two right answers at once give one session (A2). A wrong try is kept: no raise."""
    now = parts.clock()
    challenge = tx.find(Challenge, id=challenge_id, limit=1)
    if not challenge or challenge[0].used_at is not None or challenge[0].expires_at <= now:
        return Conflict("code-expired", "this code is used or too old; ask for a new one")
    one = challenge[0]
    if one.attempts >= CODE_ATTEMPTS:
        return TooManyRequests("code-tries", retry_after_s=1)
    right = hmac.compare_digest(one.code_hash, parts.keys.hash("sign-in-code", f"{one.id}:{code}"))
    one.attempts += 1
    if right:
        one.used_at = now
    tx.update(one)
    account = tx.get(Account, one.account_id)
    _write_note(tx, parts, account.username, "sign-in" if right else "sign-in.code-refused", address)
    if not right:
        return NotAuthenticated("code-wrong", "this is not the code that was sent")
    session = Session(
        id=session_id(parts, token),
        account_id=account.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + parts.config.sessions.absolute_s,
    )
    tx.insert(session)
    return account


def session_id(parts: Parts, token: str) -> str:
    """How a session's cookie is kept at rest."""
    return parts.keys.hash("session", token)


async def sign_out(parts: Parts, session: Session, username: str, address: str) -> None:
    """End a session and close its sockets (A5)."""

    def write(tx: Tx) -> None:
        tx.delete(Session, session.id)
        _write_note(tx, parts, username, "sign-out", address)

    await parts.store.run(write)
    parts.rooms.close_session(session.id)


async def _note(parts: Parts, who: str, action: str, address: str) -> None:
    await parts.store.run(lambda tx: _write_note(tx, parts, who, action, address))


def _write_note(tx: Tx, parts: Parts, who: str, action: str, address: str) -> None:
    audit.append(
        tx,
        parts.keys,
        at=parts.clock(),
        actor=who,
        action=action,
        object="session",
        detail={"address": address},
    )
