# shellcheck shell=bash
# Building the server, and preparing its fast start.

JAR=bootstrap/target/sandkeep/sandkeep.jar
AOT_CACHE=bootstrap/target/sandkeep/sandkeep.aot

# The heap is small because the server keeps nothing in memory that the database has. Each arena of the C library keeps
# memory of its own for threads that may never need it again; two are enough. The server waits most of the time, so the
# slow compiler (C2) would cost more than it saves: processor time that starting containers need, and 45 MiB. The fast one
# starts with what ran 20 times instead of 200, so that the first commands need not be the slow ones. A server that is out
# of memory ends rather than goes on without a thread that it lost; the next start finishes what was half done.
JVM_FLAGS=(-XX:+UseSerialGC -Xmx96m -XX:+UseCompactObjectHeaders -XX:-UsePerfData -XX:TieredStopAtLevel=1
  -XX:CompileThresholdScaling=0.1 -XX:+ExitOnOutOfMemoryError)
JAVA_ENVIRONMENT=(env MALLOC_ARENA_MAX=2)

use_maven() { have mvn || install_packages "to build the server" maven; }

# Downloads fail now and then; what was fetched is kept, so a second try only fetches the rest.
maven() {
  mvn -B "$@" || {
    note "trying once more, in case a download failed"
    mvn -B "$@"
  }
}

# Maven with a line for every module that it comes to; everything it says is shown when it fails.
build_modules() {
  local log outcome=0
  log=$(mktemp)
  maven -ntp -DskipTests "$@" package 2>&1 | tee "$log" |
    sed -un 's|.*Building \(Sandkeep.*\) [0-9][^ ]* *\(\[[0-9]*/[0-9]*\]\).*|    \2 \1|p' >&2 || outcome=$?
  [ "$outcome" = 0 ] || grep -v '^\[INFO\]' "$log" >&2 || true
  rm -f "$log"
  return "$outcome"
}

needs_build() {
  [ "${FORCE_BUILD:-}" = 1 ] || [ ! -f "$JAR" ] || [ ! -d "$EGRESS_APP" ] ||
    [ -n "$(find pom.xml ./*/pom.xml ./*/src/main -newer "$JAR" -type f -print -quit)" ]
}

# Two starts at the same time must not build into the same directory.
build_server() {
  needs_build || return 0
  mkdir -p bootstrap/target
  exec 9>bootstrap/target/.build-lock
  flock 9
  if needs_build; then
    use_maven
    step "Building the server (a few minutes the first time)"
    build_modules -Dspotless.check.skip=true -pl bootstrap,egress -am 9>&- || die "The build failed; its output is above."
    # Sources that are newer than a jar that did not change would be built again at every start.
    touch "$JAR"
    rm -f "$AOT_CACHE"
  fi
  exec 9>&-
}

# A short run of the server whose loaded classes make the next starts fast (JEP 483, JEP 514).
train_server() {
  [ -f "$AOT_CACHE" ] && [ "$AOT_CACHE" -nt "$JAR" ] && return
  step "Preparing a fast start"
  local data port server
  data=$(mktemp -d)
  SANDKEEP_DATA_DIR=$data SANDKEEP_HTTP_PORT=0 SANDKEEP_HTTP_HOST=127.0.0.1 SANDKEEP_API_KEY=training-run-training-run \
    SANDKEEP_INSTANCE=training SANDKEEP_CONFIG='' SANDKEEP_DATABASE_URL='' \
    "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}" -XX:AOTCacheOutput="$AOT_CACHE.new" -jar "$JAR" >"$data/out" 2>"$data/log" &
  server=$!
  for _ in $(seq 1 100); do
    # The file may not be there yet when the machine is busy.
    port=$(sed -n 's|.*http://127.0.0.1:\([0-9]*\)/v1 .*|\1|p' "$data/out" 2>/dev/null) || true
    [ -n "$port" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  if [ -n "${port:-}" ]; then
    for _ in 1 2 3; do
      curl -s -o /dev/null "http://127.0.0.1:$port/health"
      curl -s -o /dev/null -H 'OPEN-SANDBOX-API-KEY: training-run-training-run' "http://127.0.0.1:$port/v1/sandboxes"
      curl -s -o /dev/null -H 'OPEN-SANDBOX-API-KEY: training-run-training-run' -d '{}' "http://127.0.0.1:$port/v1/sandboxes"
    done
  fi
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  if [ -f "$AOT_CACHE.new" ]; then
    mv "$AOT_CACHE.new" "$AOT_CACHE"
  else
    note "not possible here; the server starts a little slower without it"
  fi
  rm -rf "$data"
}

# Sets SERVER to the command that starts the server.
server_command() {
  SERVER=("${JAVA_ENVIRONMENT[@]}" "$JAVA_HOME/bin/java" "${JVM_FLAGS[@]}")
  [ -f "$AOT_CACHE" ] && SERVER+=(-XX:AOTCache="$AOT_CACHE" -Xlog:aot=off -Xlog:cds=off)
  SERVER+=(-jar "$JAR")
}
