package dev.sandkeep.bootstrap.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    /** If this fails, paste the table that it expected into the page. */
    @Test
    void thePageHoldsTheTableOfAllSettings() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration.md"));

        assertThat(page).contains(ConfigurationPage.table());
    }
}
