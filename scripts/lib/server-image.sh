# shellcheck shell=bash
# The image of the server, made from this machine's own files: a small Java runtime with the libraries that it needs, and
# the program. No registry is needed, and there is no shell in it. The same sources, JDK and C library give the same bytes.

SERVER_APP=bootstrap/target/sandkeep
SERVER_ARCHIVES=bootstrap/target/image
SERVER_USER=65532

# Tells the tests the name of the image.
SERVER_IMAGE_FILE=$SERVER_ARCHIVES/name

# Everything that goes into the image, as one number.
server_fingerprint() {
  {
    cat scripts/lib/server-image.sh scripts/lib/image-archive.sh bootstrap/image/* "$JAVA_HOME/release"
    find "$SERVER_APP" -name '*.jar' | LC_ALL=C sort | xargs cat
  } | sha256sum | cut -c1-16
}

# Sets SERVER_IMAGE, and SERVER_ARCHIVE to where it is or would be as a file. The tag says what is in the image, so that
# checkouts which differ leave each other's alone.
make_server_image() {
  local fingerprint
  fingerprint=$(server_fingerprint)
  SERVER_IMAGE=sandkeep/server:$fingerprint
  SERVER_ARCHIVE=$SERVER_ARCHIVES/server-$fingerprint.tar
  mkdir -p "$SERVER_ARCHIVES"
  if ! has_image "$SERVER_IMAGE"; then
    step "Making the image of the server"
    rm -f "$SERVER_ARCHIVES"/*.tar
    server_archive "$SERVER_IMAGE" "$SERVER_ARCHIVE"
    load_image "$SERVER_ARCHIVE"
    has_image "$SERVER_IMAGE" || die "The image $SERVER_IMAGE could not be made."
  fi
  echo "$SERVER_IMAGE" >"$SERVER_IMAGE_FILE"
}

# What is made of the same files once more must be the same image.
check_server_image() {
  local again
  step "Making the image of the server once more, to see that it is the same"
  again=$(mktemp)
  server_archive "$SERVER_IMAGE" "$again"
  [ -f "$SERVER_ARCHIVE" ] || server_archive "$SERVER_IMAGE" "$SERVER_ARCHIVE"
  cmp "$SERVER_ARCHIVE" "$again" || die "The image of the server is not the same when it is made once more."
  rm -f "$again"
}

# server_archive NAME FILE
server_archive() {
  local root
  root=$(mktemp -d)
  server_root "$root"
  image_archive "$root" "$1" '{"User":"'$SERVER_USER:$SERVER_USER'","ExposedPorts":{"8080/tcp":{}},
    "Env":["PATH=/opt/java/bin","LANG=C.UTF-8","MALLOC_ARENA_MAX=2"],
    "Entrypoint":["/opt/java/bin/java","@/etc/sandkeep/java.options"]}' "$2"
  rm -rf "$root"
}

# server_root DIR: all files of the image.
server_root() {
  local root=$1
  (
    umask 022
    mkdir -p "$root"/{etc/sandkeep,proc,sys,dev,tmp,opt/sandkeep}
    "$JAVA_HOME/bin/jlink" --add-modules "$(grep -v '^#' bootstrap/image/modules | paste -sd,)" \
      --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-6 --output "$root/opt/java"
    rm -rf "$root/opt/java/legal"
    # Jars name java.desktop for its beans; what draws and plays would bring half of a desktop along.
    rm -f "$root"/opt/java/lib/lib{awt*,fontmanager,freetype,jawt,jsound,javajpeg,lcms,mlib_image,splashscreen}.so
    # The symbols that only a debugger needs.
    ! have strip || strip --strip-unneeded "$root"/opt/java/lib/*.so "$root/opt/java/lib/server/libjvm.so"
    copy_libraries "$root" "$root/opt/java/lib" "$root/opt/java/lib/server" -- "$root/opt/java/bin/java" \
      "$root"/opt/java/lib/*.so "$root/opt/java/lib/server/libjvm.so"
    cp -r "$SERVER_APP/lib" "$SERVER_APP/sandkeep.jar" "$root/opt/sandkeep/"
    cp bootstrap/image/java.options "$root/etc/sandkeep/"
    echo "sandkeep:x:$SERVER_USER:$SERVER_USER:Sandkeep:/tmp:/sbin/nologin" >"$root/etc/passwd"
    echo "sandkeep:x:$SERVER_USER:" >"$root/etc/group"
    echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  )
  chmod -R u=rwX,go=rX "$root"
  chmod 1777 "$root/tmp"
}
