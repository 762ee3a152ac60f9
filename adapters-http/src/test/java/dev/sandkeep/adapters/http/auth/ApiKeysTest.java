package dev.sandkeep.adapters.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ApiKeysTest {

    /** Of the text {@code secret}. */
    private static final String HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @Test
    void aKeyIsFoundByItsTextWhetherItWasGivenAsTextOrAsHash() {
        ApiKeys keys = new ApiKeys(List.of(ApiKey.ofText("ci", "first"), ApiKey.ofHash("ops", HASH)));

        assertThat(keys.find("first")).map(ApiKey::name).contains("ci");
        assertThat(keys.find("secret")).map(ApiKey::name).contains("ops");
    }

    @Test
    void anythingElseIsNoKey() {
        ApiKeys keys = new ApiKeys(List.of(ApiKey.ofText("ci", "first")));

        assertThat(List.of("", "First", "first ", "firs", HASH))
                .allSatisfy(text -> assertThat(keys.find(text)).isEmpty());
    }

    @Test
    void aKeyIsThatOfAnAdministratorUnlessItIsMadeForAUser() {
        ApiKeys keys = new ApiKeys(
                List.of(ApiKey.ofText("ops", "first"), ApiKey.ofHash("ci", HASH).forUser()));

        assertThat(keys.find("first")).map(ApiKey::isAdministrator).contains(true);
        assertThat(keys.find("secret")).map(ApiKey::isAdministrator).contains(false);
    }

    @Test
    void aKeyDoesNotPrintItsTextOrHash() {
        assertThat(ApiKey.ofText("ci", "secret")).hasToString("ApiKey[ci]");
    }

    @Test
    void keysThatCannotWorkAreRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ApiKeys(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ApiKeys(List.of(ApiKey.ofText("a", "1"), ApiKey.ofText("a", "2"))));
        assertThatIllegalArgumentException().isThrownBy(() -> ApiKey.ofText("a", " "));
        assertThatIllegalArgumentException().isThrownBy(() -> ApiKey.ofText("a b", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ApiKey.ofHash("a", "abcd"));
    }
}
