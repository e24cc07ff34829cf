"""The texts of all languages go together, and every error that a person can meet has words."""

import ast
import json
import re
from pathlib import Path

import pytest

from chevet.model.locales import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "static/locales"
FAMILIES = sorted({path.name.split(".")[0] for path in LOCALES.glob("*.json")})

SHOWN = (
    "actions/sign_in",
    "actions/invite",
    "actions/end_encounter",
    "actions/report_incident",
    "actions/book_visit",
    "actions/change_visit",
    "actions/cancel_visit",
)
SHOWN_TOO = (
    "actions/view_invitation",
    "actions/view_appointment",
    "actions/recipients",
    "store/appointments",
    "model/identity",
    "model/phone",
    "routes/guards",
)
"""The modules that refuse what a professional asked for, in the words of `problem.<code>`."""

OTHERWISE = {
    "session-over": "any 401 opens the sign-in screen, with a sentence of its own (pwa/pro/session.ts)",
    "too-many-requests": "any 429 without words of its own is told by `problem.too-many`",
}
FAILURES = {"PermanentFailure", "TransientFailure"}


def texts(family, language):
    return json.loads((LOCALES / f"{family}.{language}.json").read_text())


def places(text):
    """The names between braces, each once."""
    return set(re.findall(r"\{(\w+)[,}]", text))


@pytest.mark.parametrize("family", FAMILIES)
def test_each_language_has_the_same_texts_with_the_same_places_for_values(family):
    files = {path.name.split(".")[1] for path in LOCALES.glob(f"{family}.*.json")}
    assert files == set(LANGUAGES)
    french, *others = (texts(family, language) for language in LANGUAGES)
    for other in others:
        assert list(other) == list(french)
        uneven = [key for key in french if places(other[key]) != places(french[key])]
        assert uneven == []
        assert all(other.values())
    assert all(french.values())


def test_every_refusal_that_a_professional_can_meet_has_words():
    words = texts("pro", "fr")
    codes = {code for name in SHOWN + SHOWN_TOO for code in raised(f"server/chevet/{name}.py")}
    assert "phone-foreign" in codes
    assert {code for code in codes - set(OTHERWISE) if f"problem.{code}" not in words} == set()


def test_every_refusal_behind_the_link_is_told():
    told = "".join(path.read_text() for path in (ROOT / "pwa/caller").rglob("*.ts"))
    links = {code for code in strings("server/chevet/actions/redeem.py") if code.startswith("link-")}
    assert links == {"link-unknown", "link-expired", "link-cancelled", "link-finished"}
    assert {code for code in links if f'"{code}"' not in told} == set()


def test_every_reason_why_a_message_did_not_leave_is_told():
    words = texts("pro", "fr")
    presets = {
        text
        for name in ("sms_presets", "sms_answer")
        for text in strings(f"server/chevet/adapters/{name}.py")
        if re.fullmatch(r"(number|sms|gateway)-[a-z]+", text)
    }
    codes = {code for path in modules() for code in raised(path, FAILURES)} | presets
    untold = {code for code in codes if not {f"delivery-reason.{code}", reason_family(code)} & set(words)}
    assert untold <= {"email-not-configured"}, "an invitation is refused before, by `problem.…`"


def reason_family(code):
    return f"delivery-reason.{code.split('-')[0]}"


def modules():
    return [str(path.relative_to(ROOT)) for path in (ROOT / "server/chevet").rglob("*.py")]


def raised(path, kinds=None):
    """The codes given to errors in a module, spelled out there: first argument of an error, second of `spend`."""
    kinds = kinds or {*errors(), "_invalid"}
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in kinds:
            yield from constants(node.args[:1])
        elif name == "spend" and kinds > FAILURES:
            yield from constants(node.args[1:2]) if len(node.args) > 1 else ["too-many-requests"]


def errors():
    tree = ast.parse((ROOT / "server/chevet/errors.py").read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def constants(arguments):
    for argument in arguments:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "-" in node.value[1:-1]:
                yield from (
                    ["sms" + node.value, "email" + node.value] if node.value[0] == "-" else [node.value]
                )


def strings(path):
    tree = ast.parse((ROOT / path).read_text())
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
