"""Pictures as text: exactly what is one passes, in one writing, and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lab import pictures
from app.lab.catalogue import spec
from app.lab.experiments import digits
from app.lab.messages import Json, LabError, RunSpec

SHADES = st.lists(st.integers(0, 16), min_size=64, max_size=64)
SPACES = st.text(" \n\r\t", max_size=2)


@given(SHADES, st.data())
def test_a_picture_is_kept_whatever_stands_between_its_shades(shades: list[int], data: st.DataObject) -> None:
    plain = "".join(pictures.ALPHABET[shade] for shade in shades)
    typed = "".join(data.draw(st.sampled_from((letter, letter.upper()))) + data.draw(SPACES) for letter in plain)
    assert pictures.checked("image", typed) == plain
    assert [shade for row in pictures.shades(plain) for shade in row] == shades
    assert pictures.checked("image", pictures.rows(plain)) == plain
    assert [len(row) for row in pictures.rows(plain).split("\n")] == [8] * 8


@given(st.one_of(st.text(), st.text(pictures.ALPHABET, min_size=60, max_size=70), st.integers(), st.none()))
def test_whatever_is_given_is_a_picture_or_is_refused_in_words(given: object) -> None:
    letters = "".join(given.split()).lower() if isinstance(given, str) else None
    if letters is not None and len(letters) in (0, 64) and set(letters) <= set(pictures.ALPHABET):
        assert pictures.checked("image", given) == letters
        return
    with pytest.raises(LabError) as refused:
        pictures.checked("image", given)
    assert "option 'image'" in refused.value.message
    assert "8 rows of 8 shades" in refused.value.mend
    refused.value.message.encode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("0" * 63, "64 shades, and this has 63"),
        ("0" * 401, "more than 400 characters"),
        ("0" * 20 + "h" + "0" * 43, "'h' in row 3, column 5 is no shade"),
        ("²" * 64, "is no shade"),
        ([0] * 64, "written as text"),
    ],
)
def test_what_is_wrong_is_named(given: object, words: str) -> None:
    with pytest.raises(LabError, match=words):
        spec("feature-maps", options={"image": given})


def test_the_samples_are_the_first_bundled_digits() -> None:
    shades, labels = digits.stored()
    for digit, picture in enumerate(pictures.SAMPLES):
        assert shades[labels == digit][0].tolist() == pictures.shades(picture)


def test_a_run_without_a_picture_is_called_what_it_was_called_before_there_were_any() -> None:
    before: dict[str, Json] = {"digit": 3, "example": 0, "depth": 8, "skip": "on", "without": 0, "steps": 150}
    assert spec("feature-maps").options == before
    assert spec("feature-maps", options={"image": " \n "}).id == spec("feature-maps").id
    assert spec("feature-maps").id == RunSpec("feature-maps", options=before).id


def test_with_a_picture_the_digit_has_no_say() -> None:
    one, other = (spec("feature-maps", options={"image": pictures.SAMPLES[0], "digit": d}) for d in (1, 2))
    assert one == other
    assert set(one.options) == {"image", "depth", "skip", "without", "steps"}


def test_with_weights_the_net_that_is_trained_here_has_no_say() -> None:
    photo = pictures.packed(bytes(range(256)) * 147)
    one = spec("feature-maps", options={"weights": "resnet18", "photo": photo, "depth": 14, "image": "0" * 64})
    assert set(one.options) == {"weights", "photo", "without"}
    assert pictures.pixels(str(one.options["photo"])) == bytes(range(256)) * 147
    plain = photo.replace("-", "+").replace("_", "/")
    assert spec("feature-maps", options={"weights": "resnet18", "photo": plain}) == one
    drawn = spec("feature-maps", options={"weights": "resnet18", "image": pictures.SAMPLES[0]})
    assert set(drawn.options) == {"weights", "image", "without"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"photo": "A" * 50176}, "'photo' has no say without 'weights'"),
        ({"photo": "A" * 50175, "weights": "resnet18"}, "50176 characters, and this has 50175"),
        ({"photo": "A" * 50175 + "é", "weights": "resnet18"}, "not written in base64"),
        ({"photo": 3, "weights": "resnet18"}, "written as text"),
        ({"weights": "resnet19"}, "cannot be 'resnet19'"),
        ({"weights": "../resnet18"}, "cannot be '../resnet18'"),
    ],
)
def test_a_photo_is_checked_exactly(options: dict[str, object], words: str) -> None:
    with pytest.raises(LabError, match=words):
        spec("feature-maps", options=options)
