"""Styles, scripts and fonts: joined in order, versioned by content, compressed, kept for ever."""

import gzip
import os
import time
from pathlib import Path

import brotli
import pytest
from starlette.testclient import TestClient

from app.web import pages
from app.web.assets import AssetError, Assets


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        css__zebra_dot_css="@layer components { .z { color: red } }",
        css__tokens_dot_css="@layer tokens, base, components;",
        css__base_dot_css='@layer base { @font-face { src: url("../fonts/din.woff2") } }',
        js__one_dot_js="const same = 1; import('/static/js/lazy/big.js');",
        js__two_dot_js="const same = 2;",
        js__lazy__big_dot_js='import { x } from "../../vendor/lib.js"; export const y = x;',
        vendor__lib_dot_js="export const x = 1;",
        fonts__din_dot_woff2="a font",
    )


def text(assets: Assets, name: str) -> str:
    return assets.current[name].body.decode()


def test_styles_are_joined_in_the_cascades_order(folder: Path) -> None:
    joined = text(Assets(folder), "app.css")
    assert joined.index("@layer tokens") < joined.index("@layer base{") < joined.index(".z")


def test_what_only_people_read_is_left_out(folder: Path) -> None:
    write(folder, css__notes_dot_css="/* why */ .n { color : red; }", js__notes_dot_js="// why\nconst a = 'http://x';")
    assets = Assets(folder)
    assert "why" not in text(assets, "app.css") + text(assets, "app.js")
    assert "const a = 'http://x';" in text(assets, "app.js")


def test_scripts_keep_their_names_to_themselves(folder: Path) -> None:
    joined = text(Assets(folder), "app.js")
    assert joined.count("{\nconst same") == 2


def test_a_mention_carries_the_version_of_what_it_names(folder: Path) -> None:
    assets = Assets(folder)
    assert f'url("{assets.url("fonts/din.woff2")}")' in text(assets, "app.css")
    assert f"import('{assets.url('js/lazy/big.js')}')" in text(assets, "app.js")
    assert f'from "{assets.url("vendor/lib.js")}"' in text(assets, "js/lazy/big.js")


def test_a_change_goes_up_to_all_that_mention_it(folder: Path) -> None:
    before = Assets(folder)
    write(folder, vendor__lib_dot_js="export const x = 2;")
    after = Assets(folder)
    for name in ("vendor/lib.js", "js/lazy/big.js", "app.js"):
        assert before.url(name) != after.url(name)
    assert before.url("app.css") == after.url("app.css")
    assert before.version != after.version


def test_what_cannot_be_joined_or_found_is_said(folder: Path) -> None:
    with pytest.raises(AssetError, match=r"no static file 'nothing\.css'"):
        Assets(folder).url("nothing.css")
    write(folder, js__three_dot_js='import x from "./x.js";')
    with pytest.raises(AssetError, match=r"static/js/three\.js"):
        Assets(folder)


def test_a_changed_file_is_seen_in_development_alone(folder: Path) -> None:
    live, still = Assets(folder), Assets(folder, reload=False)
    old = live.url("app.css")
    path = folder / "css" / "zebra.css"
    path.write_text("@layer components { .z { color: blue } }")
    os.utime(path, ns=(time.time_ns(), time.time_ns() + 1_000_000))
    time.sleep(0.6)
    assert live.url("app.css") != old
    assert still.url("app.css") == old


def test_a_named_version_is_kept_for_ever_and_another_is_asked_for_again(client: TestClient) -> None:
    url = pages.assets.url("app.css")
    named, other, bare = client.get(url), client.get("/static/app.css?v=old"), client.get("/static/app.css")
    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert other.headers["cache-control"] == bare.headers["cache-control"] == "no-cache"
    assert client.get("/static/app.css", headers={"if-none-match": bare.headers["etag"]}).status_code == 304
    assert "set-cookie" not in named.headers


def test_every_coding_is_the_same_file(client: TestClient) -> None:
    def travelling(coding: str) -> bytes:
        with client.stream("GET", "/static/app.js", headers={"accept-encoding": coding}) as answer:
            return b"".join(answer.iter_raw())

    plain = travelling("identity")
    assert brotli.decompress(travelling("br")) == gzip.decompress(travelling("gzip")) == plain
    font = client.get("/static/fonts/din.woff2", headers={"accept-encoding": "br"})
    assert "content-encoding" not in font.headers
    assert font.headers["content-type"] == "font/woff2"


@pytest.mark.parametrize("path", ["../pyproject.toml", "..%2fpyproject.toml", "css/../../pyproject.toml", "", "css"])
def test_nothing_outside_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404
