"""A patient's identity: when two records are the same person, what may be written, how one is looked for (R10 to R13).

Référentiel national d'identitovigilance and référentiel INS, Agence du numérique en santé.
"""

import re
import unicodedata
from datetime import date

from msgspec import Struct

from chevet.errors import InvalidInput
from chevet.model.appointments import IdentityStatus, Patient

LETTERS = 3
"""R13: at most three letters of a name, so that a spelling does not hide somebody."""
OLDEST = date(1880, 1, 1)
FROM_INSI = {IdentityStatus.RETRIEVED, IdentityStatus.QUALIFIED}
ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
FRENCH_DAY = re.compile(r"\b(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\b")


class Search(Struct, frozen=True, kw_only=True):
    """`letters` begin a birth name or a name in use; `birth_date` is ISO 8601. Both empty: nobody is meant."""

    letters: str = ""
    birth_date: str = ""

    def finds(self, patient: Patient) -> bool:
        if not (self.letters or self.birth_date):
            return False
        names = (patient.birth_name, patient.used_name or "")
        has_letters = any(_joined(name).startswith(self.letters) for name in names if name)
        return has_letters and patient.birth_date.startswith(self.birth_date)


def read_search(text: str) -> Search:
    """« mar 12/03/1940 », « MAR », « 1940-03-12 »: a name's first letters, a birth date, or both (R13)."""
    iso, french = ISO_DAY.search(text), FRENCH_DAY.search(text)
    day = ""
    if iso:
        day = iso[0]
    elif french:
        day = f"{french[3]}-{int(french[2]):02}-{int(french[1]):02}"
    rest = FRENCH_DAY.sub(" ", ISO_DAY.sub(" ", text))
    return Search(letters=_joined(rest)[:LETTERS], birth_date=day)


def same_person(one: Patient, other: Patient) -> bool:
    """The same five strict traits (R10), however their letters are written."""
    return _traits(one) == _traits(other)


def check_identity(patient: Patient, *, today: date) -> None:
    """Raises InvalidInput for what cannot be an identity."""
    for name, field in (
        (patient.birth_name, "birthName"),
        (patient.birth_first_names, "birthFirstNames"),
    ):
        if not plain(name):
            raise InvalidInput("name-missing", "a name has letters", field=field)
    try:
        born = date.fromisoformat(patient.birth_date)
    except ValueError:
        raise InvalidInput("birth-date-invalid", "no such day", field="birthDate") from None
    if not OLDEST <= born <= today:
        raise InvalidInput("birth-date-invalid", "not a day of birth", field="birthDate")
    _check_number(patient)


def _check_number(patient: Patient) -> None:
    """A number has its key; only with a number can an identity have come from the INSi service (R11)."""
    if patient.ins_number and not has_right_key(patient.ins_number):
        raise InvalidInput("ins-number-invalid", "the key does not fit the number", field="insNumber")
    if patient.identity_status in FROM_INSI and not patient.ins_number:
        raise InvalidInput("identity-status-invalid", "INSi gives a number too", field="identityStatus")


def has_right_key(number: str) -> bool:
    """The last two digits are 97 - (the first thirteen modulo 97); Corsica's A and B count as 19 and 18 do."""
    root = number[:13].replace("2A", "19").replace("2B", "18")
    return root.isdigit() and 97 - int(root) % 97 == int(number[13:])


def full_name(patient: Patient) -> str:
    """As a person is called: first name in use, name in use."""
    first = patient.used_first_name or patient.birth_first_names.split()[0]
    return f"{first} {patient.used_name or patient.birth_name}".strip()


def plain(name: str) -> str:
    """Capitals without accents; whatever is not a letter is one space."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^A-Z]+", " ", bare.replace("œ", "oe").replace("æ", "ae").upper()).split())


def _joined(name: str) -> str:
    return plain(name).replace(" ", "")


def _traits(patient: Patient) -> tuple[str, ...]:
    return (
        plain(patient.birth_name),
        plain(patient.birth_first_names),
        patient.birth_date,
        patient.sex.value,
        patient.birth_place_code,
    )
