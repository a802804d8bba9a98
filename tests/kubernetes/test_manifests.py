#!/usr/bin/env python3
"""The manifests fit Kubernetes' schemas and the code that they run; what does not is refused."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECK = ROOT / "tests/kubernetes/check.mjs"
KUBERNETES = ROOT / "deployments/kubernetes"
BASE = KUBERNETES / "base"
SERVICES = ("user", "product", "order", "payment", "inventory", "notification")
NAMES = [*(f"{name}-service" for name in SERVICES), "api-gateway"]

# What somebody may type: (in order-service.yaml, instead).
WRONG = {
    "unknown field": ("revisionHistoryLimit: 5", "revisionHistoryLimits: 5"),
    "text for a number": ("periodSeconds: 1\n", 'periodSeconds: "1"\n'),
    "unknown field of a probe": ("failureThreshold: 60", "failureTreshold: 60"),
    "unknown field of a port": ("name: grpc, containerPort", "name: grpc, containersPort"),
    "number for text": ('prometheus.io/port: "9083"', "prometheus.io/port: 9083"),
    "no template": ("  template:\n", "  temlate:\n"),
    "unknown kind": ("kind: PodDisruptionBudget", "kind: PodDisruptionBudgets"),
    "key twice": ("enableServiceLinks: false", "hostIPC: false\n      hostIPC: false"),
}


def check(*arguments):
    return subprocess.run(["node", CHECK, *arguments], capture_output=True, text=True)


def documents(*files):
    done = check("--json", *files)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def base_files():
    return sorted(BASE.glob("*.yaml"))


class Scratch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)


class Schemas(Scratch):
    def test_base(self):
        done = check(*base_files())
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_does_not_fit_is_refused(self):
        text = (BASE / "order-service.yaml").read_text()
        files = {}
        for what, (right, wrong) in WRONG.items():
            self.assertEqual(text.count(right), 1, what)
            files[what] = self.folder / f"{what}.yaml"
            files[what].write_text(text.replace(right, wrong))
        done = check(*files.values())
        self.assertEqual(done.returncode, 1)
        for what, file in files.items():
            self.assertIn(f"{file}: ", done.stderr, what)


class Overlays(Scratch):
    def rendered(self, overlay):
        if shutil.which("kubectl") is None:
            self.skipTest("kubectl is not installed: overlays are not looked at")
        done = subprocess.run(
            ["kubectl", "kustomize", KUBERNETES / "overlays" / overlay],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        file = self.folder / f"{overlay}.yaml"
        file.write_text(done.stdout)
        schemas = check(file)
        self.assertEqual(schemas.returncode, 0, schemas.stderr)
        return documents(file)

    def images(self, found):
        specs = [one["spec"]["template"]["spec"] for one in found if one["kind"] == "Deployment"]
        return {
            container["image"]
            for spec in specs
            for container in spec["containers"] + spec.get("initContainers", [])
        }

    def test_prod(self):
        found = self.rendered("prod")
        self.assertNotIn("Secret", {one["kind"] for one in found})
        for image in self.images(found):
            self.assertRegex(image, r"^registry\.example\.com/souk/[a-z-]+:\d+\.\d+\.\d+$")
        scaled = [one for one in found if one["kind"] == "HorizontalPodAutoscaler"]
        self.assertEqual([one["spec"]["minReplicas"] for one in scaled], [3] * len(NAMES))

    def test_dev(self):
        found = self.rendered("dev")
        secrets = {one["metadata"]["name"] for one in found if one["kind"] == "Secret"}
        used = set(re.findall(r'"secretKeyRef": \{[^}]*"name": "([^"]+)"', json.dumps(found)))
        self.assertEqual(used - secrets, set())
        self.assertIn("souk/sandbox-provider:latest", self.images(found))

    def test_deploying_names_one_version(self):
        self.rendered("prod")
        command = [ROOT / "scripts/deploy.sh", "--print", "prod", "2.3.4"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        images = set(re.findall(r"image: (\S+)", done.stdout))
        self.assertEqual(len(images), len(NAMES) + 2)  # and souk, which migrates, and web-ui
        self.assertTrue(all(image.endswith(":2.3.4") for image in images), images)

    def test_production_needs_a_version_that_is_one(self):
        for version in ([], ["a b"], ["1#;s"]):
            command = [ROOT / "scripts/deploy.sh", "--print", "prod", *version]
            done = subprocess.run(command, capture_output=True)
            self.assertEqual(done.returncode, 2, version)

    def test_one_script_makes_the_databases(self):
        # kustomize reads nothing outside its folder.
        copy = KUBERNETES / "overlays/dev/databases.sh"
        script = ROOT / "deployments/docker/postgres/databases.sh"
        self.assertEqual(copy.read_text(), script.read_text())


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.found = documents(*base_files())

    def named(self, kind, name):
        found = [
            one for one in self.found if one["kind"] == kind and one["metadata"]["name"] == name
        ]
        self.assertEqual(len(found), 1, f"{kind}/{name}")
        return found[0]

    def test_every_service_is_whole(self):
        for name in NAMES:
            for kind in ("Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler"):
                self.named(kind, name)
            self.assertEqual(self.named("Service", name)["spec"]["clusterIP"], "None")

    def test_ports_are_those_of_the_code(self):
        for name in NAMES:
            folder = ROOT / ("api-gateway" if name == "api-gateway" else f"services/{name}")
            module = "".join(file.read_text() for file in folder.glob("*_module.cpp"))
            spec = self.named("Deployment", name)["spec"]["template"]["spec"]
            ports = {one["name"]: one["containerPort"] for one in spec["containers"][0]["ports"]}
            for port, field in (("grpc", "grpc_port"), ("ops", "ops_port")):
                declared = re.search(rf"\.{field} = (\d+)", module)
                self.assertEqual(ports[port], int(declared.group(1)), f"{name} {port}")
            addresses = self.named("ConfigMap", "souk-config")["data"]
            setting = name.upper().replace("-", "_") + "_ADDR"
            self.assertEqual(addresses[setting], f"{name}:{ports['grpc']}")

    def test_settings_exist(self):
        known = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
        used = set(self.named("ConfigMap", "souk-config")["data"])
        used.update(re.findall(r'"name": "([A-Z_]+)", "valueFrom"', json.dumps(self.found)))
        self.assertGreater(len(used), 15)
        self.assertEqual(used - known, set())

    def test_containers_may_do_nothing_but_their_work(self):
        for name in NAMES:
            spec = self.named("Deployment", name)["spec"]["template"]["spec"]
            self.assertTrue(spec["securityContext"]["runAsNonRoot"])
            self.assertFalse(spec["automountServiceAccountToken"])
            for container in spec["containers"] + spec.get("initContainers", []):
                context = container["securityContext"]
                self.assertTrue(context["readOnlyRootFilesystem"])
                self.assertFalse(context["allowPrivilegeEscalation"])
                self.assertEqual(context["capabilities"], {"drop": ["ALL"]})
                self.assertIn("memory", container["resources"]["limits"])


if __name__ == "__main__":
    unittest.main()
