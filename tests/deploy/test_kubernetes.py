"""The Kubernetes manifests: valid by Kubernetes' own schemas, and in step with each other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service.access.authentication import KeyRing
from service.settings import PREFIX, Settings

FOLDER = Path(__file__).parent.parent.parent / "deploy" / "kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
NOT_APPLIED = {"kustomization.yaml", "secret.example.yaml"}
VERSIONS = ("1.31", "1.37")


def manifests() -> list[dict[str, Any]]:
    paths = sorted(set(FOLDER.glob("*.yaml")) - {FOLDER / "kustomization.yaml"})
    return [it for path in paths for it in yaml.safe_load_all(path.read_text("utf-8"))]


MANIFESTS = manifests()


def of_kind(kind: str, name: str = "huibao") -> dict[str, Any]:
    found = [it for it in MANIFESTS if (it["kind"], it["metadata"]["name"]) == (kind, name)]
    assert len(found) == 1, (kind, name)
    return found[0]


DEPLOYMENT = of_kind("Deployment")["spec"]
POD = DEPLOYMENT["template"]["spec"]
LABELS = DEPLOYMENT["template"]["metadata"]["labels"]
CONTAINER = POD["containers"][0]
PORTS = {port["name"]: port["containerPort"] for port in CONTAINER["ports"]}


def settings() -> Settings:
    given = {item["name"]: item.get("value") for item in CONTAINER["env"]}
    assert given["HUIBAO_TORCH_THREADS"] is None
    given["HUIBAO_TORCH_THREADS"] = CONTAINER["resources"]["limits"]["cpu"]
    return Settings.from_environment(given)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda it: f"{it['kind']}-{it['metadata']['name']}"
)
def test_manifests_are_valid(manifest: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


def test_a_misspelt_field_would_be_found() -> None:
    wrong = {**of_kind("ServiceAccount"), "automountServiceAccountTokens": False}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_the_kustomization_has_every_manifest_and_the_image() -> None:
    assert set(KUSTOMIZATION["resources"]) == {p.name for p in FOLDER.iterdir()} - NOT_APPLIED
    assert [image["name"] for image in KUSTOMIZATION["images"]] == [CONTAINER["image"]]


def test_manifests_name_no_namespace() -> None:
    assert [it for it in MANIFESTS if "namespace" in it["metadata"]] == []


def test_selectors_find_the_pods() -> None:
    budget = of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"]
    policy = of_kind("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]
    spread = POD["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]
    services = [of_kind("Service"), of_kind("Service", "huibao-operations")]
    selectors = [it["spec"]["selector"] for it in services]
    for selector in (DEPLOYMENT["selector"]["matchLabels"], budget, policy, spread, *selectors):
        assert selector
        assert selector.items() <= LABELS.items()


def test_ports_are_those_of_the_settings() -> None:
    assert {"http": settings().port, "operations": settings().operations_port} == PORTS
    services = [of_kind("Service"), of_kind("Service", "huibao-operations")]
    targets = [port["targetPort"] for it in services for port in it["spec"]["ports"]]
    assert targets == ["http", "operations"]
    ingress = of_kind("NetworkPolicy")["spec"]["ingress"]
    assert [port["port"] for rule in ingress for port in rule["ports"]] == ["http", "operations"]


def test_metrics_and_probes_are_not_for_everybody() -> None:
    rules = of_kind("NetworkPolicy")["spec"]["ingress"]
    assert [rule["from"] for rule in rules if rule["ports"] == [{"port": "operations"}]]


def test_nothing_goes_out() -> None:
    policy = of_kind("NetworkPolicy")["spec"]
    assert "Egress" in policy["policyTypes"]
    assert policy["egress"] == []


@pytest.mark.parametrize(
    ("probe", "path"),
    [("startupProbe", "/readyz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/livez")],
)
def test_probes_need_no_key(probe: str, path: str) -> None:
    assert CONTAINER[probe]["httpGet"] == {"path": path, "port": "operations"}


def test_the_environment_is_known_and_not_overwritten_by_services() -> None:
    known = {PREFIX + item.name.upper() for item in fields(Settings)}
    names = [item["name"] for item in CONTAINER["env"]]
    assert len(set(names)) == len(names)
    assert set(names) <= known
    assert settings().has_keys
    assert not settings().allow_anonymous
    # Kubernetes would set HUIBAO_PORT to tcp://… for a Service that is called huibao.
    assert POD["enableServiceLinks"] is False


def test_one_forward_pass_uses_the_cores_there_are() -> None:
    threads = next(it for it in CONTAINER["env"] if it["name"] == "HUIBAO_TORCH_THREADS")
    assert threads["valueFrom"]["resourceFieldRef"]["resource"] == "limits.cpu"
    assert CONTAINER["resources"]["limits"]["cpu"] == CONTAINER["resources"]["requests"]["cpu"]
    assert settings().workers == 1


def test_a_pod_that_ends_has_time_to_answer() -> None:
    grace = POD["terminationGracePeriodSeconds"]
    assert grace > settings().drain_seconds + settings().graceful_timeout
    assert settings().graceful_timeout >= settings().timeout
    # The worker drains by itself; a hook would only delay SIGTERM.
    assert "lifecycle" not in CONTAINER
    assert DEPLOYMENT["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_pods_meet_the_restricted_standard() -> None:
    assert POD["securityContext"]["runAsNonRoot"] is True
    assert POD["securityContext"]["runAsUser"] == 10001
    assert POD["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["automountServiceAccountToken"] is False
    assert of_kind("ServiceAccount")["automountServiceAccountToken"] is False
    assert {next(iter(set(it) - {"name"})) for it in POD["volumes"]} == {"emptyDir", "secret"}
    assert "hostNetwork" not in POD


def test_what_is_mounted_is_a_volume_and_the_user_can_read_the_keys() -> None:
    mounted = {it["name"]: it["mountPath"] for it in CONTAINER["volumeMounts"]}
    volumes = {it["name"]: it for it in POD["volumes"]}
    assert set(mounted) == set(volumes)
    assert mounted["shm"] == "/dev/shm"
    secret = volumes["api-keys"]["secret"]
    # Read by the group of the volume: the files belong to root.
    assert secret["defaultMode"] & 0o040
    assert POD["securityContext"]["fsGroup"] == 10001
    example = of_kind("Secret", "huibao-api-keys")
    assert secret["secretName"] == example["metadata"]["name"]
    (name,) = example["stringData"]
    assert settings().api_keys_file == f"{mounted['api-keys']}/{name}"


def test_the_example_of_keys_has_the_form_of_keys(tmp_path: Path) -> None:
    (text,) = of_kind("Secret", "huibao-api-keys")["stringData"].values()
    path = tmp_path / "keys"
    path.write_text(text, encoding="utf-8")
    KeyRing("", path)
    # Nobody knows a key with this digest: the example lets nobody in.
    assert re.search(r":0{64}:", text)


def test_the_autoscaler_scales_the_deployment() -> None:
    scaler = of_kind("HorizontalPodAutoscaler")["spec"]
    assert scaler["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": of_kind("Deployment")["metadata"]["name"],
    }
    # A number of replicas here would undo the autoscaler's at every `kubectl apply`.
    assert "replicas" not in DEPLOYMENT
    assert of_kind("PodDisruptionBudget")["spec"]["maxUnavailable"] < scaler["minReplicas"]
