package dev.sandkeep.adapters.docker;

import static dev.sandkeep.testkit.fixture.Sandboxes.aSandbox;
import static dev.sandkeep.testkit.fixture.Snapshots.aSnapshotOf;
import static dev.sandkeep.testkit.fixture.Specs.aSpec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Image;
import dev.sandkeep.application.port.SandboxRuntime;
import dev.sandkeep.application.port.SnapshotStore;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.Observation;
import dev.sandkeep.domain.sandbox.Sandbox;
import dev.sandkeep.domain.sandbox.SandboxException.RuntimeUnavailable;
import dev.sandkeep.domain.sandbox.SandboxId;
import dev.sandkeep.domain.snapshot.DiskUse;
import dev.sandkeep.domain.snapshot.Snapshot;
import dev.sandkeep.domain.snapshot.SnapshotException.SaveFailed;
import dev.sandkeep.domain.snapshot.SnapshotReason;
import dev.sandkeep.testkit.contract.SnapshotStoreContract;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DockerSnapshotStoreIT implements SnapshotStoreContract {

    private final TestEngine engine = new TestEngine();
    private final DockerSandboxRuntime runtime = engine.runtime();
    private final DockerSnapshotStore store = runtime.snapshots();

    @TempDir
    private Path directory;

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        engine.close();
    }

    @Override
    public SandboxRuntime runtime() {
        return runtime;
    }

    @Override
    public SnapshotStore store() {
        return store;
    }

    @Override
    public SnapshotStore storeOfAnotherInstance() {
        return engine.runtime(TestEngine.config(engine.instance() + "-other", TestEngine.ADDRESS, List.of()))
                .snapshots();
    }

    @Override
    public SnapshotStore storeWithoutEngine() {
        URI nowhere = URI.create("unix:///nowhere/docker.sock");
        return engine.runtime(TestEngine.config(engine.instance(), nowhere, List.of()))
                .snapshots();
    }

    private Sandbox launchedWithSecrets() {
        Sandbox sandbox = aSandbox(aSpec().env("TOKEN", "hunter2").metadata("team", "blue"));
        runtime.launch(sandbox);
        engine.exec(sandbox.id(), "sh", "-c", "echo kept > /kept-file; rm /bin/vi; mkdir /made; chmod 1777 /made");
        return sandbox;
    }

    private SandboxId restored(Snapshot snapshot) {
        Sandbox sandbox = aSandbox(aSpec().snapshot(snapshot.id()));
        runtime.launch(sandbox);
        return sandbox.id();
    }

    private InspectImageResponse imageOf(Snapshot snapshot) {
        return engine.raw()
                .inspectImageCmd(SnapshotLabels.imageName(engine.instance(), snapshot.id()))
                .exec();
    }

    private List<Image> imagesOfInstance() {
        return engine.raw()
                .listImagesCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(ContainerLabels.INSTANCE, engine.instance()))
                .exec();
    }

    @Test
    void filesAreThereAgainAndRemovedOnesAreNot() {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());

        DiskUse diskUse = store.save(snapshot);

        SandboxId restored = restored(snapshot);
        assertThat(engine.exec(restored, "cat", "/kept-file")).isEqualTo("kept\n");
        assertThat(engine.exec(restored, "ls", "/bin/vi")).contains("No such file");
        assertThat(engine.exec(restored, "stat", "-c", "%a", "/made")).isEqualTo("1777\n");
        assertThat(diskUse.unique()).isBetween(1L, 4096L);
        assertThat(diskUse.total()).isGreaterThan(diskUse.unique());
    }

    @Test
    void nothingButTheFilesIsKept() {
        Sandbox source = launchedWithSecrets();
        Snapshot snapshot = aSnapshotOf(source.id());

        store.save(snapshot);

        SandboxId restored = restored(snapshot);
        assertThat(engine.exec(restored, "env")).doesNotContain("TOKEN");
        assertThat(String.valueOf(imageOf(snapshot).getRawValues())).doesNotContain("hunter2", "TOKEN", "blue");
        assertThat(imageOf(snapshot).getConfig().getLabels().keySet())
                .allMatch(
                        label -> label.equals(ContainerLabels.INSTANCE) || label.startsWith("sandkeep.dev/snapshot-"));
        assertThat(imagesOfInstance()).hasSize(1);
        assertThat(runtime.observeAll())
                .filteredOn(seen -> seen.id().equals(restored))
                .singleElement()
                .satisfies(seen ->
                        assertThat(seen.adoptable().spec().metadata().labels()).isEmpty());
    }

    @Test
    void theConfigurationOfTheImageIsKept() {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        Map<String, Object> expected = ImageFacts.of(
                        engine.raw().inspectImageCmd("sandkeep-test/busybox:1").exec())
                .config();

        store.save(snapshot);

        Map<String, Object> kept = ImageFacts.of(imageOf(snapshot)).config();
        assertThat(kept).containsKey("Labels");
        assertThat(kept.get("Cmd")).isNotNull();
        for (String field : List.of("Env", "Cmd", "Entrypoint", "User", "WorkingDir", "Volumes", "ExposedPorts")) {
            assertThat(kept.get(field)).as(field).isEqualTo(expected.get(field));
        }
    }

    /** As on engines that keep images as they were pulled. */
    @Test
    void theLayersAreCopiedWhereTheEngineWantsThemAgain() {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        DockerEngine connection = new DockerEngine(TestEngine.ADDRESS, Duration.ofSeconds(20));
        try (connection) {
            SnapshotImages images = new SnapshotImages(connection, engine.instance());
            String base = engine.inspect(snapshot.sandboxId()).getImageId();
            String draft = images.commit(
                    engine.inspect(snapshot.sandboxId()).getId(),
                    SnapshotLabels.ofDraft(engine.instance(), snapshot.id(), base),
                    Duration.ofSeconds(20));
            ImageFacts facts = images.inspect(draft).orElseThrow();
            SnapshotImage image = new SnapshotImage(
                    SnapshotLabels.imageName(engine.instance(), snapshot.id()),
                    facts.os(),
                    facts.architecture(),
                    facts.variant(),
                    facts.created(),
                    SnapshotImage.config(
                            images.inspect(base).orElseThrow().config(),
                            SnapshotLabels.ofImage(engine.instance(), snapshot, 1)),
                    facts.layers());

            assertThat(images.makeWithLayers(image, draft, Duration.ofSeconds(60)))
                    .isTrue();
        }
        assertThat(store.list()).singleElement().satisfies(seen -> {
            assertThat(seen.complete()).isTrue();
            assertThat(seen.leftovers()).isTrue();
        });
        store.save(snapshot);
        assertThat(store.list())
                .singleElement()
                .satisfies(seen -> assertThat(seen.leftovers()).isFalse());
        assertThat(engine.exec(restored(snapshot), "cat", "/kept-file")).isEqualTo("kept\n");
        assertThat(engine.exec(restored(snapshot), "env")).doesNotContain("TOKEN");
    }

    @Test
    void aPausedSandboxIsSavedAndStaysPaused() {
        Sandbox source = launchedWithSecrets();
        engine.raw().pauseContainerCmd(ContainerSpecs.nameOf(source.id())).exec();
        Snapshot snapshot = aSnapshotOf(source.id());

        store.save(snapshot);

        assertThat(runtime.observe(source.id())).isInstanceOf(Observation.Paused.class);
        assertThat(engine.exec(restored(snapshot), "cat", "/kept-file")).isEqualTo("kept\n");
    }

    @Test
    void aSavingThatWasInterruptedGoesOnWithWhatTheEngineHas() {
        Sandbox source = launchedWithSecrets();
        Snapshot snapshot = aSnapshotOf(source.id());
        String base = engine.inspect(source.id()).getImageId();
        engine.raw()
                .commitCmd(ContainerSpecs.nameOf(source.id()))
                .withLabels(SnapshotLabels.ofDraft(engine.instance(), snapshot.id(), base))
                .exec();
        runtime.remove(source.id());
        assertThat(store.find(snapshot.id())).hasValueSatisfying(seen -> {
            assertThat(seen.complete()).isFalse();
            assertThat(seen.leftovers()).isTrue();
        });

        store.save(snapshot);

        assertThat(engine.exec(restored(snapshot), "cat", "/kept-file")).isEqualTo("kept\n");
        assertThat(imagesOfInstance()).hasSize(1);
    }

    @Test
    void whatAnInterruptedSavingLeftIsRemoved() {
        Sandbox source = launchedWithSecrets();
        Snapshot snapshot = aSnapshotOf(source.id());
        engine.raw()
                .commitCmd(ContainerSpecs.nameOf(source.id()))
                .withLabels(SnapshotLabels.ofDraft(
                        engine.instance(),
                        snapshot.id(),
                        engine.inspect(source.id()).getImageId()))
                .exec();

        assertThat(store.remove(snapshot.id())).isTrue();

        assertThat(imagesOfInstance()).isEmpty();
    }

    /** As after an engine that was killed before it gave the image its name. */
    @Test
    void anImageThatLostItsNameIsRemovedWithTheSnapshot() {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        store.save(snapshot);
        String name = SnapshotLabels.imageName(engine.instance(), snapshot.id());
        String nameless = imageOf(snapshot).getId();
        // The engine keeps an image whose name another one gets.
        engine.raw()
                .tagImageCmd(
                        "sandkeep-test/busybox:1",
                        SnapshotLabels.repository(engine.instance()),
                        snapshot.id().value())
                .exec();
        engine.raw().removeImageCmd(name).exec();
        assertThat(imagesOfInstance()).extracting(Image::getId).containsExactly(nameless);
        assertThat(store.find(snapshot.id())).hasValueSatisfying(seen -> {
            assertThat(seen.complete()).isFalse();
            assertThat(seen.leftovers()).isTrue();
        });

        assertThat(store.remove(snapshot.id())).isTrue();

        assertThat(imagesOfInstance()).isEmpty();
    }

    @Test
    void whatSomebodyMadeOfARestoredSandboxStays() {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        store.save(snapshot);
        String theirs = engine.raw()
                .commitCmd(ContainerSpecs.nameOf(restored(snapshot)))
                .exec();

        assertThat(store.list())
                .singleElement()
                .satisfies(seen -> assertThat(seen.leftovers()).isFalse());
        assertThat(imagesOfInstance()).extracting(Image::getId).contains(theirs);
        engine.raw().removeImageCmd(theirs).withForce(true).exec();
    }

    @Test
    void aSavingThatTakesTooLongFailsAndLeavesNothingThatIsNotFoundLater() throws IOException {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        try (EngineRelay relay = new EngineRelay(directory)) {
            relay.swallow("/commit");
            SnapshotStore slow =
                    engine.runtime(engine.impatient(relay.address())).snapshots();

            assertThatThrownBy(() -> slow.save(snapshot))
                    .isInstanceOfSatisfying(
                            SaveFailed.class,
                            failed -> assertThat(failed.reason()).isEqualTo(SnapshotReason.SNAPSHOT_RUNTIME_TIMEOUT))
                    .hasMessageContaining("within 4 s");
        }
        assertThat(store.list()).isEmpty();
    }

    @Test
    void anEngineThatGoesAwayMeanwhileIsNoFailure() throws IOException {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        try (EngineRelay relay = new EngineRelay(directory)) {
            DockerSandboxRuntime through =
                    engine.runtime(TestEngine.config(engine.instance(), relay.address(), List.of()));
            through.capabilities();
            relay.goAway();

            assertThatThrownBy(() -> through.snapshots().save(snapshot)).isInstanceOf(RuntimeUnavailable.class);
        }
    }

    @Test
    void aSnapshotCannotBeHadByTheNameOfItsImage() {
        Snapshot snapshot = aSnapshotOf(launchedWithSecrets().id());
        store.save(snapshot);
        String name = SnapshotLabels.imageName(engine.instance(), snapshot.id());

        assertThatThrownBy(() -> runtime.admit(aSpec().image(name).build()))
                .isInstanceOf(InvalidValue.class)
                .hasMessageContaining("image.uri");
    }
}
