# shellcheck shell=bash
# The image of the sidecar that guards the network of sandboxes, made from this machine's own files: the packet filter
# with its libraries, BusyBox, a small Java runtime and the program. No registry is needed.

EGRESS_IMAGE=sandkeep/egress:0.1.0
EGRESS_APP=egress/target/app

# Everything that goes into the image, as one number that the image carries as a label.
egress_fingerprint() {
  cat scripts/lib/egress.sh egress/image/* "$EGRESS_APP"/*.jar "$(command -v nft)" "$JAVA_HOME/release" | sha256sum |
    cut -c1-16
}

make_egress_image() {
  local wanted present root
  PATH=$PATH:/usr/sbin
  have nft || install_packages "to guard the network of sandboxes" nftables
  static_busybox || install_packages "to guard the network of sandboxes" busybox-static
  wanted=$(egress_fingerprint)
  present=$(engine_api GET "/images/$EGRESS_IMAGE/json" | sed -n 's/.*"dev.sandkeep.fingerprint":"\([0-9a-f]*\)".*/\1/p')
  [ "$wanted" = "$present" ] && return
  step "Making the image that guards the network of sandboxes"
  root=$(mktemp -d)
  egress_root "$root"
  tar -C "$root" --owner=0 --group=0 -c . | import_image "$EGRESS_IMAGE-untrained" 'CMD%20%5B%22sh%22%5D'
  rm -rf "$root"
  train_egress_image "$wanted"
}

# egress_root DIR: all files of the image.
egress_root() {
  local root=$1 applet library
  mkdir -p "$root"/{bin,etc/sandkeep,proc,sys,dev,run,tmp,usr/lib/sandkeep,opt}
  cp /bin/busybox "$root/bin/busybox"
  for applet in sh cat sed sleep date kill nc nslookup grep mkdir; do ln -s busybox "$root/bin/$applet"; done
  cp "$(command -v nft)" "$root/bin/nft"
  "$JAVA_HOME/bin/jlink" --add-modules java.base,jdk.httpserver --strip-java-debug-attributes --no-header-files \
    --no-man-pages --compress zip-6 --output "$root/opt/java"
  rm -rf "$root/opt/java/legal" "$root/opt/java/lib/security/public_suffix_list.dat"
  # The symbols that only a debugger needs are a sixth of it.
  ! have strip || strip --strip-unneeded "$root"/opt/java/lib/*.so "$root/opt/java/lib/server/libjvm.so"
  # The libraries of both, and the loader that finds them, where the programs expect them.
  for library in $(LD_LIBRARY_PATH=$root/opt/java/lib/server ldd "$root/bin/nft" "$root/opt/java/bin/java" \
    "$root"/opt/java/lib/*.so "$root/opt/java/lib/server/libjvm.so" | sed -n 's|.*[[:space:]]\(/[^ ]*\) (0x.*|\1|p' | sort -u); do
    case $library in
      "$root"/*) ;;
      *) mkdir -p "$root$(dirname "$library")" && cp -L "$library" "$root$library" ;;
    esac
  done
  cp "$EGRESS_APP"/*.jar "$root/usr/lib/sandkeep/"
  cp egress/image/{supervisor,train} "$root/usr/lib/sandkeep/"
  chmod 755 "$root" "$root"/usr/lib/sandkeep/{supervisor,train}
  cp egress/image/*.nft egress/image/java.options "$root/etc/sandkeep/"
}

# A worker runs once in the image, and the image with the cache that it leaves becomes the one that is used.
train_egress_image() {
  local container answer
  container=$(engine_api POST /containers/create -H 'Content-Type: application/json' -d '{
    "Image": "'"$EGRESS_IMAGE-untrained"'", "Entrypoint": ["/usr/lib/sandkeep/train"],
    "HostConfig": {"NetworkMode": "none", "CapDrop": ["ALL"], "CapAdd": ["NET_ADMIN"]}}' |
    sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
  engine_api POST "/containers/$container/start"
  answer=$(engine_api POST "/containers/$container/wait" -m 120)
  case $answer in
    *'"StatusCode":0'*) ;;
    *)
      engine_api GET "/containers/$container/logs?stdout=1&stderr=1&tail=20" | tr -d '\000-\010' >&2
      engine_api DELETE "/containers/$container?force=1"
      die "The image that guards the network could not be made; the end of its output is above."
      ;;
  esac
  engine_api POST "/commit?container=$container&repo=${EGRESS_IMAGE%:*}&tag=${EGRESS_IMAGE##*:}" \
    -H 'Content-Type: application/json' -o /dev/null \
    -d '{"Entrypoint": ["/usr/lib/sandkeep/supervisor"], "Labels": {"dev.sandkeep.fingerprint": "'"$1"'"}}'
  engine_api DELETE "/containers/$container?force=1"
  has_image "$EGRESS_IMAGE" || die "The image $EGRESS_IMAGE could not be made."
}
