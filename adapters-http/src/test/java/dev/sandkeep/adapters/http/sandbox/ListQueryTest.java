package dev.sandkeep.adapters.http.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sandkeep.adapters.http.error.ErrorCode;
import dev.sandkeep.adapters.http.error.RefusedRequest;
import dev.sandkeep.application.port.SandboxQuery.Position;
import dev.sandkeep.domain.problem.InvalidValue;
import dev.sandkeep.domain.sandbox.SandboxState.Kind;
import dev.sandkeep.testkit.fixture.Sandboxes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListQueryTest {

    @Test
    void withoutParametersItIsTheFirstPageOfEverythingLive() {
        ListQuery list = ListQuery.from(Map.of());

        assertThat(list.query().states()).isEmpty();
        assertThat(list.query().metadata()).isEmpty();
        assertThat(list.query().page()).isEqualTo(1);
        assertThat(list.query().pageSize()).isEqualTo(20);
        assertThat(list.matchesNothing()).isFalse();
    }

    @Test
    void statesAreReadInAnyCaseAndUnknownOnesMatchNothing() {
        ListQuery some = ListQuery.from(Map.of("state", List.of("running", "PAUSED", "Allocated")));
        assertThat(some.query().states()).containsExactlyInAnyOrder(Kind.RUNNING, Kind.PAUSED);
        assertThat(some.matchesNothing()).isFalse();

        assertThat(ListQuery.from(Map.of("state", List.of("Allocated"))).matchesNothing())
                .isTrue();
        assertThat(ListQuery.from(Map.of("state", List.of(""))).matchesNothing())
                .isFalse();
    }

    @Test
    void metadataIsAQueryStringOfItsOwn() {
        assertThat(metadata("team=ml&name=a%2Fb+c&name=last&empty=&a=b=c"))
                .isEqualTo(Map.of("team", "ml", "name", "last", "empty", "", "a", "b=c"));
        assertThat(metadata("a%2Eb=x%20y+z")).isEqualTo(Map.of("a.b", "x y z"));
        assertThat(metadata("")).isEmpty();
    }

    private static Map<String, String> metadata(String parameter) {
        return ListQuery.from(Map.of("metadata", List.of(parameter))).query().metadata();
    }

    @ParameterizedTest
    @ValueSource(strings = {"team", "a=b&", "a=b&&c=d", "a=%", "a=%zz", "a=%00", "&"})
    void metadataThatCannotBeReadIsRefused(String parameter) {
        assertThatExceptionOfType(RefusedRequest.class)
                .isThrownBy(() -> metadata(parameter))
                .returns(ErrorCode.INVALID_METADATA_FORMAT, RefusedRequest::code)
                .withMessageStartingWith("metadata: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.0", "x", "", " 1", "99999999999", "10000001", "٣"})
    void aPageThatIsNoPositiveNumberIsRefused(String page) {
        assertThatExceptionOfType(InvalidValue.class)
                .isThrownBy(() -> ListQuery.from(Map.of("page", List.of(page))))
                .withMessage("page: must be one whole number from 1 to 10000000");
    }

    @Test
    void allWrongParametersAreNamedAtOnce() {
        assertThatExceptionOfType(InvalidValue.class)
                .isThrownBy(() -> ListQuery.from(Map.of("page", List.of("1", "2"), "pageSize", List.of("201"))))
                .withMessageContainingAll("page: ", "pageSize: must be one whole number from 1 to 200");
    }

    @Test
    void aCursorNamesAPlaceInTheList() {
        Position place = new Position(Instant.parse("2030-01-01T12:00:00.123456Z"), Sandboxes.anId());

        ListQuery query = ListQuery.from(Map.of("cursor", List.of(ListCursor.write(place))));

        assertThat(query.query().after()).isEqualTo(place);
        assertThat(query.query().page()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "AAAA",
                "!!!!",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "gAAAAAAAAAAAAAAAAABAAIAAAAAAAAAA",
                "f_________8AAAAAAABAAIAAAAAAAAAA"
            })
    void aCursorThatNoAnswerGaveIsRefused(String cursor) {
        assertThatExceptionOfType(InvalidValue.class)
                .isThrownBy(() -> ListQuery.from(Map.of("cursor", List.of(cursor))))
                .withMessage("cursor: must be the nextCursor of an earlier answer");
    }

    @Test
    void aCursorGoesWithNoPageAndIsGivenOnce() {
        String cursor = ListCursor.write(new Position(Instant.EPOCH, Sandboxes.anId()));

        assertThatExceptionOfType(InvalidValue.class)
                .isThrownBy(() -> ListQuery.from(Map.of("cursor", List.of(cursor), "page", List.of("2"))))
                .withMessage("page: must not be given together with cursor");
        assertThatExceptionOfType(InvalidValue.class)
                .isThrownBy(() -> ListQuery.from(Map.of("cursor", List.of(cursor, cursor))));
    }
}
