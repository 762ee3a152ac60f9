package dev.sandkeep.domain.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatusReasonTest {

    @Test
    void theWordsAreAPromiseToClients() {
        assertThat(StatusReason.values())
                .extracting(StatusReason::word)
                .containsExactly(
                        "provisioning",
                        "runtime_unavailable",
                        "running",
                        "pause_requested",
                        "paused",
                        "resume_requested",
                        "user_delete",
                        "ttl_expiry",
                        "exited",
                        "out_of_memory",
                        "image_pull_failed",
                        "entrypoint_not_found",
                        "provision_timeout",
                        "network_guard_lost",
                        "runtime_error");
    }
}
