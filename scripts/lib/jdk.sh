# shellcheck shell=bash
# Finding a JDK 25.

jdk_version() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null; }
is_jdk_25() { [ -x "$1/bin/javac" ] && [ "$(jdk_version "$1")" = 25 ]; }

find_jdk() {
  local home java
  if [ -n "${JAVA_HOME:-}" ] && is_jdk_25 "$JAVA_HOME"; then
    printf '%s\n' "$JAVA_HOME"
    return
  fi
  if java=$(command -v java); then
    home=$(dirname "$(dirname "$(readlink -f "$java")")")
    if is_jdk_25 "$home"; then
      printf '%s\n' "$home"
      return
    fi
  fi
  for home in /usr/lib/jvm/* /opt/* /opt/*/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.gradle/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if is_jdk_25 "$home"; then
      printf '%s\n' "$home"
      return
    fi
  done
  return 1
}

# Sets JAVA_HOME to a JDK 25, installing one where the distribution has it.
use_jdk() {
  local home
  if ! home=$(find_jdk); then
    if apt_has openjdk-25-jdk-headless; then
      install_packages "the server needs JDK 25" openjdk-25-jdk-headless
      home=$(find_jdk) || die "openjdk-25-jdk-headless was installed, but no JDK 25 was found."
    else
      die "No JDK 25 was found, and this distribution has no package of it." \
        "Install one, for example from https://adoptium.net (Temurin 25), and start again." \
        "It is found in JAVA_HOME, on the PATH, in /usr/lib/jvm, /opt, ~/.sdkman and ~/.jdks."
    fi
  fi
  export JAVA_HOME=$home
}
