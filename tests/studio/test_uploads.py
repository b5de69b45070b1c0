"""Files that were sent to be looked at wait for a day, whoever sent them."""

import os
from pathlib import Path

from app.studio.uploads import KEPT, Uploads


def test_what_was_sent_is_there_for_its_sender_and_goes_after_a_day_whoever_comes_next(tmp_path: Path) -> None:
    one, other = Uploads(tmp_path / "one"), Uploads(tmp_path / "other")
    token = one.keep("bank.gift", b"What? {=This}", 1000.0)
    assert one.held(token) == ("bank.gift", b"What? {=This}")
    assert other.held(token) is None
    other.keep("another.gift", b"x", 1000.0 + KEPT)
    assert one.held(token) is not None
    other.keep("another.gift", b"x", 1001.0 + KEPT)
    assert one.held(token) is None
    assert os.listdir(tmp_path / "one") == []
