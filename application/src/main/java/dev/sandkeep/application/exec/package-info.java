/**
 * Commands in sandboxes, made of shell programs along {@link dev.sandkeep.application.port.SandboxExec}: nothing of ours
 * is in a sandbox but what a command is wrapped in while it runs, and the files of a background command.
 */
@NullMarked
package dev.sandkeep.application.exec;

import org.jspecify.annotations.NullMarked;
