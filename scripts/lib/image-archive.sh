# shellcheck shell=bash
# Images as archives that are the same, byte for byte, whenever they are made of the same files.

# A fixed time, so that no time of the build is in an image; the one that the jars have.
IMAGE_TIME=2026-01-01T00:00:00Z

# image_layer ROOT FILE: all files of a directory as a tar, with - on standard output, in an order and with owners and times that never differ.
image_layer() {
  tar -C "$1" --sort=name --mtime="$IMAGE_TIME" --owner=0 --group=0 --numeric-owner --format=gnu -cf "$2" .
}

# image_archive ROOT NAME CONFIG FILE: what `docker save` would write of an image with the files of ROOT. CONFIG is the
# part of its configuration that a container gets, as JSON.
image_archive() {
  local root=$1 name=$2 config=$3 file=$4 work layer digest architecture
  work=$(mktemp -d)
  image_layer "$root" "$work/layer.tar"
  layer=$(sha256sum "$work/layer.tar" | cut -c1-64)
  case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
  printf '{"architecture":"%s","os":"linux","created":"%s","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},%s}' \
    "$architecture" "$IMAGE_TIME" "$config" "$layer" "\"history\":[{\"created\":\"$IMAGE_TIME\"}]" >"$work/config.json"
  digest=$(sha256sum "$work/config.json" | cut -c1-64)
  mv "$work/config.json" "$work/$digest.json"
  mkdir "$work/$layer"
  mv "$work/layer.tar" "$work/$layer/layer.tar"
  printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s/layer.tar"]}]' "$digest" "$name" "$layer" \
    >"$work/manifest.json"
  image_layer "$work" "$work.tar"
  rm -rf "$work"
  mv "$work.tar" "$file"
}

# load_image FILE: into the engine, under the name that the archive gives it.
load_image() {
  local answer
  answer=$(engine_api POST '/images/load?quiet=1' -H 'Content-Type: application/x-tar' -T "$1")
  case "$answer" in *'"error"'*) die "The image in $1 could not be loaded: $answer" ;; esac
}

# copy_libraries ROOT DIR... -- FILE...: the libraries of programs that are not in ROOT yet, and the loader that finds
# them, where the programs expect them. The DIRs hold libraries of their own.
copy_libraries() {
  local root=$1 own='' library
  shift
  while [ "$1" != -- ]; do
    own=$own${own:+:}$1
    shift
  done
  shift
  for library in $(LD_LIBRARY_PATH=$own ldd "$@" | sed -n 's|.*[[:space:]]\(/[^ ]*\) (0x.*|\1|p' | sort -u); do
    case $library in
      "$root"/*) ;;
      *) mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library" ;;
    esac
  done
}
