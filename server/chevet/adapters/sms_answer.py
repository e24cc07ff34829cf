"""What an operator's answer means: taken, refused for good, or worth another try."""

from typing import Any, NamedTuple

from chevet.config import SmsAnswerRule, SmsGateway
from chevet.errors import DeliveryFailure, PermanentFailure, TransientFailure

TRANSIENT = {408: "gateway-timeout", 425: "gateway-busy", 429: "gateway-busy"}
PERMANENT = {
    401: "gateway-credentials",
    403: "gateway-credentials",
    402: "gateway-credit",
    404: "gateway-address",
    405: "gateway-address",
}


class Answer(NamedTuple):
    """`content` is the decoded JSON, or None when there was none. `retry_after_s`: what they asked for."""

    status: int
    content: Any
    retry_after_s: float | None = None


def read_answer(gateway: SmsGateway, answer: Answer) -> str | None:
    """The operator's message id, if it gives one. Raises PermanentFailure or TransientFailure."""
    for rule in gateway.rules:
        if _fits(rule, answer):
            raise _failure(answer, rule.reason, is_transient=rule.outcome == "transient")
    if 200 <= answer.status < 300:
        return _message_id(gateway, answer)
    if answer.status >= 500 or answer.status in TRANSIENT:
        raise _failure(answer, TRANSIENT.get(answer.status, "gateway-trouble"), is_transient=True)
    other = "gateway-address" if answer.status < 400 else "sms-refused"
    raise _failure(answer, PERMANENT.get(answer.status, other))


def _message_id(gateway: SmsGateway, answer: Answer) -> str | None:
    if not gateway.id_path:
        return None
    found = look(answer.content, gateway.id_path)
    if found in (None, ""):
        raise _failure(answer, "gateway-answer")
    return str(found)


def _failure(answer: Answer, reason: str, *, is_transient: bool = False) -> DeliveryFailure:
    """The detail is the status alone: what operators write back may hold the number."""
    detail = f"HTTP {answer.status}"
    if is_transient:
        return TransientFailure(reason, detail, retry_after_s=answer.retry_after_s)
    return PermanentFailure(reason, detail)


def _fits(rule: SmsAnswerRule, answer: Answer) -> bool:
    if rule.status and answer.status not in rule.status:
        return False
    if not rule.path:
        return True
    found = look(answer.content, rule.path)
    return str(found) in rule.values if rule.values else bool(found)


def look(content: Any, path: str) -> Any:
    """What stands at `path` (`ids.0`, `error.code`), or None."""
    for key in path.split("."):
        if isinstance(content, dict):
            content = content.get(key)
        elif isinstance(content, list) and key.isdigit() and int(key) < len(content):
            content = content[int(key)]
        else:
            return None
    return content
