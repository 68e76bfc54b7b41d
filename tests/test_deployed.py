"""What `djeli schedule` prints is what systemd, Docker and Kubernetes take."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.conftest import Djeli

_VERSIONS = ("1.31", kubernetes_validate.latest_version())


def _printed(djeli: Djeli, *arguments: object) -> str:
    printed = djeli("schedule", *arguments)
    assert printed.returncode == 0, printed.stderr
    return str(printed.stdout)


@pytest.mark.parametrize("workers", [(), ("--workers", 8)], ids=["timer", "workers"])
@pytest.mark.parametrize("version", _VERSIONS)
def test_manifests_are_kubernetes_own(djeli: Djeli, workers: tuple[Any, ...], version: str) -> None:
    text = _printed(djeli, "--kubernetes", "--image", "registry.example/djeli:1", *workers)
    resources = list(yaml.safe_load_all(text))
    assert len(resources) >= 2
    for resource in resources:
        kubernetes_validate.validate(resource, version, strict=True)
    containers = [
        container
        for resource in resources
        for container in _containers(resource)
        if container["image"] == "registry.example/djeli:1"
    ]
    assert containers
    for container in containers:
        _is_a_command(djeli, container["command"])


def test_a_manifest_that_is_wrong_does_not_pass() -> None:
    wrong = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "x"}, "spec": {"replicas": "3"}}  # fmt: skip
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, _VERSIONS[0], strict=True)


def _containers(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        own = list(node.get("containers", ()))
        return own + [found for value in node.values() for found in _containers(value)]
    if isinstance(node, list):
        return [found for value in node for found in _containers(value)]
    return []


def _is_a_command(djeli: Djeli, command: list[str]) -> None:
    """Of ours, with options that it has."""
    assert command[0] == "djeli"
    assert djeli(*command[1:], "--help").returncode == 0


def test_workers_keep_their_disk_and_have_time_to_end(djeli: Djeli) -> None:
    text = _printed(djeli, "--kubernetes", "--workers", 8)
    (workers,) = [r for r in yaml.safe_load_all(text) if r["kind"] == "StatefulSet"]
    assert workers["spec"]["replicas"] == 8
    pod = workers["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= 150
    (claim,) = workers["spec"]["volumeClaimTemplates"]
    assert pod["containers"][0]["volumeMounts"][0]["name"] == claim["metadata"]["name"]


def test_a_compose_file_refers_to_what_it_has(djeli: Djeli) -> None:
    compose = yaml.safe_load(_printed(djeli, "--compose", "--workers", 3, "--image", "djeli:1"))
    services = compose["services"]
    assert sorted(services) == ["database", "init", "worker1", "worker2", "worker3"]
    assert set(compose) <= {"name", "services", "volumes", "x-djeli"}
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in compose["volumes"]
        if name != "database":
            assert service["image"] == "djeli:1"
            assert service["environment"]["DJELI_STORE"] == "/store"
            _is_a_command(djeli, service["command"])
    data = [
        volume
        for name, service in services.items()
        for volume in service["volumes"]
        if name.startswith("worker") and volume.endswith(":/data")
    ]
    assert len(set(data)) == 3  # each its own


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not there")
def test_the_unit_is_systemds(djeli: Djeli, tmp_path: Path) -> None:
    unit = tmp_path / "djeli-worker.service"
    unit.write_text(_printed(djeli, "--systemd", "--workers", 1, "--data-dir", tmp_path / "a b"))
    ran = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert "djeli-worker" not in ran.stderr, ran.stderr


def test_the_unit_names_what_it_needs(djeli: Djeli, tmp_path: Path) -> None:
    unit = _printed(djeli, "--systemd", "--workers", 1, "--data-dir", tmp_path / "a b")
    assert f'-m crawler worker --data-dir "{tmp_path}/a b"' in unit
    for line in ("EnvironmentFile=", "KillMode=mixed", "Restart=always"):
        assert line in unit


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--compose",), "needs --workers"), (("--cron", "--workers", "2"), "not with --workers")],
)
def test_what_does_not_go_together_is_wrong_usage(
    djeli: Djeli, arguments: tuple[str, ...], words: str
) -> None:
    called = djeli("schedule", *arguments)
    assert called.returncode == 2
    assert words in called.stderr
