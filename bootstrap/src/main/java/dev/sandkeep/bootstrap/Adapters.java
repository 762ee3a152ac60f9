package dev.sandkeep.bootstrap;

import dev.sandkeep.application.port.PrivateImages;
import dev.sandkeep.application.port.SandboxRepository;
import dev.sandkeep.application.port.SandboxRuntime;

/** The driven adapters that a server runs on: chosen once, before anything is wired. */
record Adapters(SandboxRuntime runtime, SandboxRepository repository, PrivateImages privateImages) {}
