# shellcheck shell=bash
# Images that can be made without a registry, from the distribution's packages.

# A name in full: Podman would take a short one for an image of its own, Docker knows both for the same.
full_name() { case $1 in */*) printf 'docker.io/%s\n' "$1" ;; *) printf 'docker.io/library/%s\n' "$1" ;; esac; }

# Imports the tar on standard input as an image.
import_image() {
  local name full answer id
  name=$1
  full=$(full_name "$name")
  shift
  answer=$(engine_api POST "/images/create?fromSrc=-&repo=${full%:*}&tag=${full##*:}$(printf '&changes=%s' "$@")" \
    -H 'Content-Type: application/x-tar' -T -)
  case "$answer" in *'"error"'*) die "The image $name could not be imported: $answer" ;; esac
  # Podman gives it no name.
  id=$(printf '%s' "$answer" | sed -n 's/.*"status":"\(sha256:[0-9a-f]*\)".*/\1/p' | tail -n 1)
  engine_api POST "/images/$id/tag?repo=${full%:*}&tag=${full##*:}" -o /dev/null
  has_image "$name" || die "The image $name could not be imported: $answer"
}

# The image of the documented requests. True if it is there in the end.
offer_example_image() {
  has_image python:3.11 && return
  [ "${EXAMPLE_IMAGE:-}" = no ] && return 1
  if [ "${EXAMPLE_IMAGE:-}" != yes ]; then
    step "Pulling python:3.11, the image of the documented examples"
    if engine_api POST '/images/create?fromImage=python&tag=3.11' -m 300 --connect-timeout 5 >/dev/null 2>&1 &&
      has_image python:3.11; then
      return
    fi
    note "it cannot be pulled from here"
    have apt-get || return 1
    confirm "Make an image python:3.11 from this distribution's packages instead?" || return 1
  fi
  make_python_image
}

make_python_image() {
  have mmdebstrap || install_packages "to make the example image" mmdebstrap
  step "Making python:3.11 from the distribution's packages (about two minutes, once)"
  local work log
  work=$(mktemp -d)
  log=$work/log
  # shellcheck disable=SC2016 # $1 is the new root, known to the hook only
  if ! as_root mmdebstrap --variant=minbase --include=python3 \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='ln -sf python3 "$1/usr/bin/python"' \
    "$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")" "$work/root.tar" >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    as_root rm -rf "$work"
    note "the example image could not be made; the server works with any other image"
    return 1
  fi
  # In a subshell: the server works without the example image.
  (import_image python:3.11 'CMD%20%5B%22python3%22%5D' <"$work/root.tar") || {
    as_root rm -rf "$work"
    return 1
  }
  as_root rm -rf "$work"
}

# Without libraries beside it, only a static program runs; ldd refuses one.
static_busybox() { [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1; }

# A shell and nothing else, for tests.
make_busybox_image() {
  has_image sandkeep-test/busybox:1 && return
  static_busybox || install_packages "to make an image for the tests" busybox-static
  step "Making the image sandkeep-test/busybox:1"
  local root applet
  root=$(mktemp -d)
  mkdir -p "$root"/{bin,tmp,etc,proc,dev,sys,root}
  cp /bin/busybox "$root/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  chmod 755 "$root"
  chmod 1777 "$root/tmp"
  tar -C "$root" --owner=0 --group=0 -c . | import_image sandkeep-test/busybox:1 'CMD%20%5B%22sh%22%5D'
  rm -rf "$root"
}
