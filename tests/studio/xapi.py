"""What makes a statement of xAPI 1.0.3 well-formed, written from the specification's part two.

https://github.com/adlnet/xAPI-Spec/blob/1.0.3/xAPI-Data.md: 2.2 (formatting), 2.4 (statement properties), 4.2
(language maps), 4.5 (ISO 8601 timestamps). Only what this site may write is allowed: anything else is a finding.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIMESTAMP = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|\+\d\d:\d\d)"
)
#: RFC 5646, as far as a site's languages go.
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
#: https://registry.tincanapi.com: ADL's own verbs, and its activity types.
VERBS = {f"http://adlnet.gov/expapi/verbs/{verb}" for verb in ("answered", "completed", "mastered")}
TYPES = {f"http://adlnet.gov/expapi/activities/{kind}" for kind in ("course", "lesson", "objective", "question")}

Check = Callable[[Any], None]


def iri(value: Any) -> None:
    """Absolute, with a scheme and no space (RFC 3987)."""
    assert isinstance(value, str), value
    assert urlsplit(value).scheme, value
    assert not re.search(r"[\s<>\"{}|\\^`]", value), value


def one_of(*allowed: Any) -> Check:
    def check(value: Any) -> None:
        assert value in allowed, value

    return check


def matching(pattern: re.Pattern[str]) -> Check:
    def check(value: Any) -> None:
        assert isinstance(value, str), value
        assert pattern.fullmatch(value), value

    return check


def text(value: Any) -> None:
    assert isinstance(value, str), value


def boolean(value: Any) -> None:
    assert isinstance(value, bool), value


def scaled(value: Any) -> None:
    assert isinstance(value, int | float), value
    assert not isinstance(value, bool)
    assert -1 <= value <= 1


def language_map(value: Any) -> None:
    assert isinstance(value, dict), value
    for tag, words in value.items():
        assert LANGUAGE.fullmatch(tag), tag
        assert isinstance(words, str)


def record(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these properties and no others; null is not a value (2.2)."""
    known = {**needed, **(optional or {})}

    def check(value: Any) -> None:
        assert isinstance(value, dict), value
        assert needed.keys() <= value.keys() <= known.keys(), value.keys()
        for name, held in value.items():
            assert held is not None, name
            known[name](held)

    return check


def many(each: Check) -> Check:
    def check(value: Any) -> None:
        assert isinstance(value, list), value
        for one in value:
            each(one)

    return check


MBOX = re.compile(r"mailto:[^\s@<>\"]+@[^\s@<>\"]+")
account = record({"homePage": iri, "name": text})
activity = record(
    {"objectType": one_of("Activity"), "id": iri},
    {"definition": record({"type": one_of(*TYPES), "name": language_map})},
)


def actor(value: Any) -> None:
    """An agent has exactly one inverse functional identifier (2.4.2.3)."""
    assert isinstance(value, dict), value
    assert len({"mbox", "mbox_sha1sum", "openid", "account"} & value.keys()) == 1, value
    record({"objectType": one_of("Agent")}, {"name": text, "mbox": matching(MBOX), "account": account})(value)


statement = record(
    {
        "id": matching(UUID),
        "actor": actor,
        "verb": record({"id": one_of(*VERBS), "display": language_map}),
        "object": activity,
        "result": record({}, {"success": boolean, "completion": boolean, "score": record({"scaled": scaled})}),
        "timestamp": matching(TIMESTAMP),
        "version": matching(re.compile(r"1\.0\.\d+")),
    },
    {
        "context": record(
            {},
            {
                "contextActivities": record({}, {"parent": many(activity), "grouping": many(activity)}),
                "platform": text,
                "language": matching(LANGUAGE),
            },
        )
    },
)
