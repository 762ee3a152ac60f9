"""Drives a running server with the public SDK, and checks every answer."""

import os
import time
import unittest
from datetime import datetime, timedelta, timezone

import httpx
from opensandbox.config.connection_sync import ConnectionConfigSync
from opensandbox.exceptions import SandboxApiException
from opensandbox.models.sandboxes import (
    NetworkPolicy,
    NetworkRule,
    SandboxFilter,
    SandboxImageSpec,
    SnapshotFilter,
)
from opensandbox.sync.adapters.factory import AdapterFactorySync
from opensandbox.sync.manager import SandboxManagerSync
from opensandbox.sync.sandbox import SandboxSync

# What the sandboxes of the server are made on, docker or kubernetes; the latter neither pauses nor takes snapshots.
RUNTIME = os.environ.get("SANDKEEP_TEST_RUNTIME", "docker")
UNKNOWN = "00000000-0000-4000-8000-000000000000"
REQUEST_ID = "python-sdk-1"
ENTRYPOINT = ["python", "-m", "http.server", "8000"]
# Answers the health check of the SDK: GET /ping at the port where it expects a service.
SERVICE = ["sh", "-c", "mkdir /srv/www; cd /srv/www; touch ping; exec python -m http.server 44772"]


def config(**options):
    options = {"api_key": os.environ["SANDKEEP_TEST_KEY"], **options}
    return ConnectionConfigSync(
        domain=os.environ["SANDKEEP_TEST_SERVER"], **options
    ).with_transport_if_missing()


def until(condition):
    """Waits for a condition that only time brings."""
    for _ in range(600):
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


class LifecycleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.connection = config()
        cls.factory = AdapterFactorySync(cls.connection)
        cls.sandboxes = cls.factory.create_sandbox_service()
        cls.manager = SandboxManagerSync.create(cls.connection)
        cls.addClassCleanup(cls.manager.close)
        cls.id = cls.create("python").id

    @classmethod
    def create(cls, client, **more):
        settings = {
            "spec": SandboxImageSpec(image="python:3.11"),
            "entrypoint": ENTRYPOINT,
            "env": {"GREETING": "hello"},
            "metadata": {"client": client, "purpose": "sdk-test"},
            "timeout": timedelta(minutes=10),
            "resource": {"cpu": "500m", "memory": "128Mi"},
            "network_policy": None,
            "extensions": {},
            "volumes": None,
            **more,
        }
        return cls.sandboxes.create_sandbox(**settings)

    def reaching(self, id, state):
        def reached():
            sandbox = self.manager.get_sandbox_info(id)
            return sandbox if sandbox.status.state == state else None

        return until(reached)

    def served(self, address):
        """The first answer that is not that the service does not listen yet: a sandbox that runs may still start it."""

        def answered():
            answer = httpx.get(address)
            return answer if answer.status_code != 503 else None

        return until(answered)

    def assert_refused(self, status, code, call, *arguments):
        with self.assertRaises(SandboxApiException) as refusal:
            call(*arguments)
        self.assertEqual(refusal.exception.status_code, status)
        self.assertEqual(refusal.exception.error.code, code)
        self.assertTrue(refusal.exception.error.message)
        return refusal.exception

    def test_get_tells_the_whole_sandbox(self):
        sandbox = self.reaching(self.id, "Running")

        self.assertEqual(sandbox.id, self.id)
        self.assertEqual(sandbox.image.image, "python:3.11")
        self.assertEqual(sandbox.entrypoint, ENTRYPOINT)
        self.assertEqual(sandbox.metadata, {"client": "python", "purpose": "sdk-test"})
        self.assertEqual(sandbox.expires_at - sandbox.created_at, timedelta(minutes=10))

    def test_list_filters_by_state_and_metadata_in_pages(self):
        self.reaching(self.id, "Running")

        found = self.manager.list_sandbox_infos(
            SandboxFilter(
                states=["Running", "Paused"],
                metadata={"client": "python", "purpose": "sdk-test"},
                page=1,
                page_size=1,
            )
        )
        none = self.manager.list_sandbox_infos(SandboxFilter(metadata={"client": "nobody"}))

        self.assertEqual([sandbox.id for sandbox in found.sandbox_infos], [self.id])
        self.assertEqual(found.pagination.total_items, 1)
        self.assertEqual(found.pagination.total_pages, 1)
        self.assertFalse(found.pagination.has_next_page)
        self.assertEqual(none.sandbox_infos, [])

    def test_a_sandbox_without_a_timeout_has_no_end(self):
        manual = self.create("python-manual", timeout=None)

        self.assertIsNone(self.manager.get_sandbox_info(manual.id).expires_at)
        self.manager.kill_sandbox(manual.id)

    def test_the_network_policy_is_read_and_changed_along_the_endpoint_that_the_server_tells(self):
        guarded = self.create(
            "python-guarded",
            network_policy=NetworkPolicy(
                default_action="deny", egress=[NetworkRule(action="allow", target="pypi.org")]
            ),
        )
        self.reaching(guarded.id, "Running")
        endpoint = self.sandboxes.get_sandbox_endpoint(guarded.id, 18080)
        egress = self.factory.create_egress_service(endpoint)

        def targets():
            return sorted(rule.target for rule in egress.get_policy().egress)

        self.assertEqual(egress.get_policy().default_action, "deny")
        self.assertEqual(targets(), ["pypi.org"])
        egress.patch_rules([NetworkRule(action="allow", target="www.example.com")])
        self.assertEqual(targets(), ["pypi.org", "www.example.com"])
        egress.delete_rules(["pypi.org"])
        self.assertEqual(targets(), ["www.example.com"])

        stranger = self.factory.create_egress_service(endpoint.model_copy(update={"headers": {}}))
        with self.assertRaises(SandboxApiException) as refusal:
            stranger.get_policy()
        self.assertEqual(refusal.exception.status_code, 401)
        self.manager.kill_sandbox(guarded.id)

    def test_an_unknown_sandbox_is_not_found_and_the_answer_carries_the_id_of_the_request(self):
        named = SandboxManagerSync.create(config(headers={"X-Request-ID": REQUEST_ID}))
        self.addCleanup(named.close)

        refusal = self.assert_refused(404, "SANDBOX_NOT_FOUND", named.get_sandbox_info, UNKNOWN)

        self.assertEqual(refusal.request_id, REQUEST_ID)

    def test_what_is_not_valid_is_refused_with_the_name_of_the_field(self):
        refusal = self.assert_refused(
            400, "INVALID_REQUEST", lambda: self.create("python", resource={"memory": "much"})
        )

        self.assertIn("resourceLimits.memory", refusal.error.message)

    def test_a_wrong_key_is_not_let_in(self):
        stranger = SandboxManagerSync.create(config(api_key="wrong"))
        self.addCleanup(stranger.close)

        self.assert_refused(401, "UNAUTHENTICATED", stranger.list_sandbox_infos, SandboxFilter())

    def test_create_with_the_health_check_waits_for_the_service_inside_along_a_route_with_a_token(self):
        sandbox = SandboxSync.create(
            "python:3.11",
            entrypoint=SERVICE,
            resource={"cpu": "500m", "memory": "128Mi"},
            metadata={"client": "python-service"},
            # The port of the execution API is to be that of the service.
            extensions={"exec.enabled": "false"},
            connection_config=config(),
        )
        self.addCleanup(sandbox.close)
        endpoint = sandbox.get_endpoint(44772)
        answer = httpx.get(f"http://{endpoint.endpoint}/", headers=endpoint.headers)
        stranger = httpx.get(f"http://{endpoint.endpoint}/")

        self.assertTrue(sandbox.is_healthy())
        self.assertTrue(
            endpoint.endpoint.startswith(
                f"{os.environ['SANDKEEP_TEST_SERVER']}/sandboxes/{sandbox.id}/proxy/44772"
            )
        )
        self.assertIn('<a href="ping">', answer.text)
        self.assertEqual(stranger.status_code, 401)
        sandbox.kill()

    def test_a_signed_endpoint_needs_no_header(self):
        self.reaching(self.id, "Running")
        endpoint = self.sandboxes.get_signed_sandbox_endpoint(self.id, 8000, int(time.time()) + 600)

        answer = self.served(f"http://{endpoint.endpoint}")

        self.assertEqual(answer.status_code, 200)
        self.assertIn("Directory listing", answer.text)

    def refused_for_the_runtime(self, call, *arguments):
        """Whether this server's runtime cannot do it, in which case the refusal was checked."""
        if RUNTIME == "docker":
            return False
        self.assert_refused(409, "UNSUPPORTED_BY_RUNTIME", call, *arguments)
        return True

    def test_pause_and_resume_are_seen_and_refused_where_the_state_does_not_allow_them(self):
        self.reaching(self.id, "Running")
        if self.refused_for_the_runtime(self.manager.pause_sandbox, self.id):
            return
        victim = self.create("python-paused").id
        self.reaching(victim, "Running")
        self.manager.pause_sandbox(victim)
        self.reaching(victim, "Paused")
        self.manager.resume_sandbox(victim)
        self.reaching(victim, "Running")
        self.manager.kill_sandbox(victim)

        failed = self.create("python-failed", entrypoint=["false"]).id
        self.reaching(failed, "Failed")
        self.assert_refused(409, "ILLEGAL_STATE", self.manager.pause_sandbox, failed)

    def test_renew_puts_the_deadline_off(self):
        renewed = self.manager.renew_sandbox(self.id, timedelta(minutes=30))

        self.assertEqual(self.manager.get_sandbox_info(self.id).expires_at, renewed.expires_at)
        self.assertAlmostEqual(
            renewed.expires_at, datetime.now(timezone.utc) + timedelta(minutes=30), delta=timedelta(minutes=1)
        )
        self.assert_refused(
            400, "INVALID_REQUEST", self.manager.renew_sandbox, self.id, timedelta(seconds=-1)
        )

    def test_metadata_is_patched(self):
        id = self.create("python-patched").id
        patched = self.manager.patch_sandbox_metadata(id, {"purpose": None, "extra": "x"})

        self.assertEqual(patched.metadata, {"client": "python-patched", "extra": "x"})
        self.manager.kill_sandbox(id)

    def test_a_snapshot_is_taken_listed_started_from_and_deleted(self):
        self.reaching(self.id, "Running")
        if self.refused_for_the_runtime(self.manager.create_snapshot, self.id, "python-snapshot"):
            return
        snapshot = self.manager.create_snapshot(self.id, "python-snapshot")

        def settled():
            found = self.manager.get_snapshot(snapshot.id)
            return found if found.status.state != "Creating" else None

        ready = until(settled)
        listed = self.manager.list_snapshots(
            SnapshotFilter(sandbox_id=self.id, states=["Ready"], page=1, page_size=10)
        )
        restored = self.create(
            "python-restored",
            spec=None,
            snapshot_id=snapshot.id,
            entrypoint=["sleep", "1000"],
        )
        running = self.reaching(restored.id, "Running")

        self.assertEqual(ready.status.state, "Ready")
        self.assertEqual((ready.sandbox_id, ready.name), (self.id, "python-snapshot"))
        self.assertEqual([one.id for one in listed.snapshot_infos], [snapshot.id])
        self.assertEqual(running.snapshot_id, snapshot.id)
        self.manager.kill_sandbox(restored.id)
        self.manager.delete_snapshot(snapshot.id)
        self.assert_refused(404, "SNAPSHOT_NOT_FOUND", self.manager.get_snapshot, snapshot.id)

    def test_diagnostics_are_read_by_scope(self):
        self.reaching(self.id, "Running")
        logs = self.manager.get_diagnostic_logs(self.id, "container")
        events = self.manager.get_diagnostic_events(self.id, "lifecycle")

        self.assertEqual((logs.sandbox_id, logs.kind, logs.scope), (self.id, "logs", "container"))
        self.assertEqual((events.kind, events.scope), ("events", "lifecycle"))

    def test_kill_ends_it_once(self):
        victim = self.create("python-victim")

        self.manager.kill_sandbox(victim.id)

        self.assert_refused(404, "SANDBOX_NOT_FOUND", self.manager.get_sandbox_info, victim.id)
        self.assert_refused(404, "SANDBOX_NOT_FOUND", self.manager.kill_sandbox, victim.id)


if __name__ == "__main__":
    unittest.main(verbosity=2)
