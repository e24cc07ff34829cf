"""A patient's identity as it may be written, and as one is looked for."""

from datetime import date

import pytest

from chevet.errors import InvalidInput
from chevet.model.appointments import IdentityStatus, Patient, Sex
from chevet.model.identity import check_identity, full_name, has_right_key, read_search, same_person

TODAY = date(2026, 11, 22)
NUMBER = "241034410900176"


def patient(**changes):
    fields = {
        "id": "p",
        "organization_id": "o",
        "birth_name": "LE GOFF",
        "birth_first_names": "JEANNE MARIE",
        "birth_date": "1941-03-12",
        "sex": Sex.FEMALE,
        "birth_place_code": "44109",
        "created_at": 0,
    }
    return Patient(**fields | changes)


def refusal(**changes):
    with pytest.raises(InvalidInput) as refused:
        check_identity(patient(**changes), today=TODAY)
    return refused.value.code, refused.value.field


@pytest.mark.proves("R10")
def test_a_whole_identity_is_taken():
    check_identity(patient(), today=TODAY)
    check_identity(patient(birth_date="2026-11-22"), today=TODAY)


@pytest.mark.proves("R10")
def test_what_cannot_be_is_refused():
    assert refusal(birth_date="2026-11-23") == ("birth-date-invalid", "birthDate")
    assert refusal(birth_date="1879-12-31") == ("birth-date-invalid", "birthDate")
    assert refusal(birth_date="1941-02-29") == ("birth-date-invalid", "birthDate")
    assert refusal(birth_name="12") == ("name-missing", "birthName")
    assert refusal(birth_first_names="?") == ("name-missing", "birthFirstNames")


@pytest.mark.proves("R11")
@pytest.mark.parametrize("status", [IdentityStatus.RETRIEVED, IdentityStatus.QUALIFIED])
def test_what_the_insi_service_gives_has_a_number(status):
    assert refusal(identity_status=status) == ("identity-status-invalid", "identityStatus")
    check_identity(patient(identity_status=status, ins_number=NUMBER), today=TODAY)


@pytest.mark.parametrize(
    ("number", "is_right"),
    [
        (NUMBER, True),
        ("241034410900177", False),
        ("255081416802538", True),
        ("255082A16802597", True),
        ("255082B16802527", True),
    ],
)
def test_a_number_has_its_key(number, is_right):
    assert has_right_key(number) is is_right


@pytest.mark.proves("R13")
@pytest.mark.parametrize(
    ("text", "letters", "birth_date"),
    [
        ("martin", "MAR", ""),
        ("  d'Été ", "DET", ""),
        ("12/03/1941", "", "1941-03-12"),
        ("2 3 1941 le goff", "LEG", "1941-03-02"),
        ("œuvrard", "OEU", ""),
        ("1941-03-12 mü", "MU", "1941-03-12"),
        ("1941", "", ""),
    ],
)
def test_a_search_is_three_letters_and_a_birth_date_at_most(text, letters, birth_date):
    search = read_search(text)
    assert (search.letters, search.birth_date) == (letters, birth_date)


def test_nothing_searched_is_nobody():
    assert not read_search("?").finds(patient())


def test_the_name_in_use_is_the_one_that_is_said():
    assert full_name(patient()) == "JEANNE LE GOFF"
    assert full_name(patient(used_name="MARTIN", used_first_name="Marie")) == "Marie MARTIN"


@pytest.mark.proves("R13")
def test_the_same_person_however_it_is_spelled():
    assert same_person(patient(), patient(birth_name="Le-Goff", used_name="MARTIN"))
    assert not same_person(patient(), patient(birth_date="1941-03-13"))
