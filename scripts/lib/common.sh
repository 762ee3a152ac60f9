# shellcheck shell=bash
# Talking to the person at the terminal, and installing packages.

step() { printf '==> %s\n' "$*" >&2; }
note() { printf '    %s\n' "$*" >&2; }
die() {
  printf 'sandkeep: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '          %s\n' "$line" >&2; done
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# A download fails now and then.
twice() { "$@" || { note "trying once more, in case a download failed" && "$@"; }; }

# Whether there is a person to ask.
interactive() { [ -t 0 ] && [ -t 2 ] && [ "${CI:-}" != true ]; }

# Asks a yes-or-no question; without a terminal the answer is yes.
confirm() {
  interactive || return 0
  local answer
  read -r -p "    $1 [Y/n] " answer
  case "$answer" in '' | y | Y | yes) return 0 ;; *) return 1 ;; esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else
    die "This needs root: $*" "Run it as root, or install sudo."
  fi
}

# install_packages WHY PACKAGE...: says what it installs before it does.
install_packages() {
  local why=$1
  shift
  [ "${NO_INSTALL:-}" = 1 ] && die "Missing: $* ($why)." "Install it, or leave out --no-install."
  have apt-get || die "Missing: $* ($why)." "Install it with your system's package manager and start again."
  step "Installing $* from the distribution's packages: $why"
  confirm "Install $*?" || die "Not installed: $*"
  local log
  log=$(mktemp)
  if ! apt_install "$@" >"$log" 2>&1; then
    note "refreshing the package lists"
    { as_root apt-get update -q && apt_install "$@"; } >"$log" 2>&1 || {
      tail -n 20 "$log" >&2
      die "The packages could not be installed; the end of apt's output is above."
    }
  fi
  rm -f "$log"
}

# Whether the distribution has a package of this name.
# Without a pipe: a reader that stops early ends apt-cache by a signal, which pipefail would take for a failure.
apt_has() { have apt-get && [[ $(apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[0-9]* ]]; }

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null
}
