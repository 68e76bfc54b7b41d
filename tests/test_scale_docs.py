"""The manifests of docs/scale.md are what Kubernetes and Compose take."""

from __future__ import annotations

import re

import kubernetes_validate
import yaml

from tests.conftest import ROOT


def _blocks() -> list[str]:
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    return re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def test_the_manifests_are_valid() -> None:
    found = [one for block in _blocks() for one in yaml.safe_load_all(block)]
    manifests = [one for one in found if "kind" in one]
    assert {one["kind"] for one in manifests} >= {"Service", "Deployment", "Job"}
    for manifest in manifests:
        kubernetes_validate.validate(manifest, "1.31", strict=True)
    others = [one for one in found if "kind" not in one]
    assert all(
        service["image"] and service["command"]
        for one in others
        for service in one["services"].values()
    )


def test_the_commands_of_the_manifests_exist() -> None:
    """Those of Djeli, as its parser takes them."""
    from crawler.__main__ import main

    (job,) = (
        one for block in _blocks() for one in yaml.safe_load_all(block) if one.get("kind") == "Job"
    )
    (container,) = job["spec"]["template"]["spec"]["containers"]
    program, *arguments = container["command"]
    assert program == "djeli"
    assert main([arguments[0], "s3://nobodys/x*", *arguments[2:4], "--scheduler", "tcp://x:1"]) == 2
