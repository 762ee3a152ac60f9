/** The configuration: every key with its default and meaning, read from one TOML file and the environment. */
@NullMarked
package dev.sandkeep.bootstrap.config;

import org.jspecify.annotations.NullMarked;
