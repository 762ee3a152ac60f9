# shellcheck shell=bash
# A container engine: the one that runs, one that is installed, or Debian's Docker.

ENGINE_LOG=/var/log/sandkeep-dockerd.log

# The API of the engine at the other end of this socket answers.
answers() { [ -S "$1" ] && [ "$(curl -s -m 3 --unix-socket "$1" http://engine/_ping 2>/dev/null)" = OK ]; }

# Prints the address of an engine that answers.
find_engine() {
  local socket address
  for address in "${SANDKEEP_DOCKER_HOST:-}" "${DOCKER_HOST:-}"; do
    case "$address" in
      unix://*) if answers "${address#unix://}"; then printf '%s\n' "$address" && return; fi ;;
      tcp://*) if curl -sf -m 3 "http://${address#tcp://}/_ping" >/dev/null; then printf '%s\n' "$address" && return; fi ;;
    esac
  done
  for socket in /var/run/docker.sock "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/docker.sock" \
    /run/podman/podman.sock "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/podman/podman.sock"; do
    if answers "$socket"; then printf 'unix://%s\n' "$socket" && return; fi
  done
  return 1
}

# Sets ENGINE to the address of an engine, installing and starting Docker if there is none.
use_engine() {
  have curl || install_packages "to talk to the container engine" curl
  ENGINE=$(find_engine) && return
  if ! have dockerd; then
    have podman && die "Podman is installed, but its API does not answer." \
      "Start it with: systemctl start podman.socket, or: podman system service --time 0 &"
    install_packages "there is neither Docker nor Podman" docker.io iptables
  fi
  start_docker
  ENGINE=$(find_engine) || die "Docker was started, but does not answer." "See $ENGINE_LOG"
}

# The engine belongs to nobody: it lives on when the server stops, and keeps containers alive when it restarts itself.
launch_docker() {
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    DOCKERD=$(as_root sh -c "setsid nohup dockerd --live-restore >>$ENGINE_LOG 2>&1 </dev/null & echo \$!")
  fi
}

start_docker() {
  step "Starting the Docker engine"
  DOCKERD=
  launch_docker
  local tries
  for tries in $(seq 1 60); do
    if find_engine >/dev/null; then return; fi
    [ "$tries" = 20 ] && note "still waiting for Docker to answer"
    # One that finds the process of a killed one not wholly gone yet gives up at once.
    if [ -n "$DOCKERD" ] && [ ! -e "/proc/$DOCKERD" ] && [ $((tries % 10)) = 0 ]; then
      note "starting Docker again, since it ended: $(as_root tail -n 1 "$ENGINE_LOG")"
      launch_docker
    fi
    sleep 0.5
  done
  die "The Docker engine did not start within 30 s." "See $ENGINE_LOG (or: journalctl -u docker)"
}

# engine_api METHOD PATH [curl arguments]
engine_api() {
  local method=$1 path=$2
  shift 2
  case "$ENGINE" in
    unix://*) curl -sS -X "$method" --unix-socket "${ENGINE#unix://}" "$@" "http://engine$path" ;;
    tcp://*) curl -sS -X "$method" "$@" "http://${ENGINE#tcp://}$path" ;;
  esac
}

has_image() { [ "$(engine_api GET "/images/$1/json" -o /dev/null -w '%{http_code}')" = 200 ]; }
