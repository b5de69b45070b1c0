"""No container engine is asked for here: the Dockerfile and compose.yaml are held against the files, commands and
settings that they name."""

import re
import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command
from typer.testing import CliRunner

from app.cli import cli
from app.settings import Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]


def dockerfile(instruction: str) -> list[str]:
    text = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^\s*{instruction}\s+(.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("line", dockerfile("COPY"))
def test_what_is_copied_exists_and_is_not_ignored(line: str) -> None:
    *sources, _ = shlex.split(line)
    ignored = (ROOT / ".dockerignore").read_text().split()
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source.strip("/") not in ignored


def test_the_pinned_torch_is_the_project_s() -> None:
    pinned = re.search(r'"(torch==[^"]+)"', (ROOT / "pyproject.toml").read_text())
    assert pinned
    assert set(re.findall(r"torch==[\w.]+", DOCKERFILE)) == {pinned[1]}


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_well() -> None:
    assert dockerfile("USER") == ["receptive"]
    assert "useradd" in DOCKERFILE
    assert "/healthz" in dockerfile("HEALTHCHECK.*CMD")[0]
    assert DOCKERFILE.index("USER receptive") < DOCKERFILE.index("CMD [")


def commands() -> list[list[str]]:
    run = [service["command"] for service in SERVICES.values() if "command" in service]
    return [*run, *(YAML(typ="safe").load(line) for line in dockerfile("CMD") if line.startswith('["receptive'))]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_is_one_that_exists(command: list[str]) -> None:
    program, *arguments = command
    assert shutil.which(program, path=str(Path(sys.executable).parent)), program
    if program == "receptive":
        assert arguments[0] in get_command(cli).commands  # type: ignore[attr-defined]
        assert CliRunner().invoke(cli, [arguments[0], "--help"]).exit_code == 0
    else:
        from distributed.cli.dask_scheduler import main

        known = {option for parameter in main.params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert arguments[0] == "scheduler"
        assert {a for a in arguments if a.startswith("--")} <= known


def test_every_setting_is_one_that_is_read() -> None:
    known = {f"RECEPTIVE_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"RECEPTIVE_[A-Z_]+", DOCKERFILE + (ROOT / "compose.yaml").read_text()))
    assert named <= known


def test_services_depend_only_on_services_with_a_health_check() -> None:
    for service in SERVICES.values():
        for name, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            assert "test" in SERVICES[name]["healthcheck"]


def test_only_the_web_host_is_published_and_only_here() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000"]
    }
