# Private Debian roots that hold one editor each. Sourced by editor-root, not run.
#
#   root_reason enter|build            why this machine can't enter or build roots, or nothing
#   root_lock NAME                     one build of NAME at a time
#   root_build NAME SUITE PACKAGE...   make root NAME, or find that it is there
#   root_ready NAME SUITE PACKAGE...   succeeds when it is there and as these scripts describe it
#   root_run NAME [OPTION...] -- CMD   run CMD in it (options: see root_run)
#
# A root is a folder with a Debian suite unpacked in it, entered by chroot in private mount and pid
# name spaces. The host's packages, apt state and /etc stay untouched; every mount and every
# process left over ends with the command. Packages are unpacked, not installed (that takes a third
# of the time), and the few caches that their maintainer scripts would have written are made here.
# Works as root, and as an ordinary user where user name spaces are allowed.

ROOTS=${EDITORS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/restore-colorize/editors}
ROOT_RECIPE=1 # raise it when this file makes another root from the same packages

# What every root holds beside its editor: a shell, a session, a virtual screen and its tools.
ROOT_PACKAGES=(
  base-files base-passwd bash coreutils dash debianutils diffutils findutils grep gzip hostname
  libc-bin login mawk ncurses-base netbase procps sed tar util-linux iproute2 ca-certificates
  shared-mime-info hicolor-icon-theme fontconfig fonts-dejavu-core
  dbus dbus-bin dbus-daemon dbus-session-bus-common
  xvfb xauth x11-utils xdotool openbox scrot
)

root_say() { printf 'editors: %s\n' "$*" >&2; }
root_path() { printf '%s\n' "$ROOTS/$1"; }

# The archive that this machine's own apt installs Debian packages from.
_root_archive() {
  [ -z "${DEBIAN_URI:-}" ] || { printf '%s\n' "$DEBIAN_URI"; return; }
  apt-get -o Debug::NoLocking=1 update --print-uris 2>/dev/null |
    sed -n "s#^'\(.*/debian\)/*/dists/[a-z]*/InRelease' .*#\1#p" | head -n 1
}

_root_keys() {
  local key keys=
  for key in /usr/share/keyrings/debian-archive-*.[gp]*; do
    case $key in *removed* | *security* | *'*'*) continue ;; esac
    keys+=${keys:+,}$key
  done
  printf '%s\n' "$keys"
}

# One unshare call for building and running; $1 = "none" gives a network of its own.
_root_unshare() {
  local flags=(--mount --pid --fork --propagation private --kill-child)
  [ "$(id -u)" = 0 ] || flags+=(--user --map-root-user)
  [ "$1" != none ] || flags+=(--net)
  shift
  unshare "${flags[@]}" "$@"
}

root_reason() {
  local tool
  for tool in apt-get apt-config dpkg dpkg-deb unshare mount chroot flock xargs sha256sum; do
    command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || {
      echo "the editors' test beds need a Debian-like machine, and $tool is missing here."
      return
    }
  done
  _root_unshare host true 2>/dev/null || {
    echo "this machine lets us make no private mounts: run as root, or allow user name spaces."
    return
  }
  [ "$1" = build ] || return 0
  [ -n "$(_root_keys)" ] || {
    echo "the Debian archive's keys are missing: install the package debian-archive-keyring."
    return
  }
  [ -n "$(_root_archive)" ] ||
    echo "this machine's apt names no Debian archive: set DEBIAN_URI to one that it can reach."
}

# A private apt below $1 for suite $2: own sources, lists, cache and an empty status; of the host's
# settings only those for fetching (proxies, time limits), none of its hooks.
_root_apt() {
  local dir=$1 suite=$2
  mkdir -p "$dir"/etc/apt.conf.d "$dir"/etc/preferences.d "$dir"/state/lists/partial \
    "$dir"/cache/archives/partial
  : >"$dir/state/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$(_root_keys)" "$(_root_archive)" "$suite" \
    >"$dir/etc/sources.list"
  {
    apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|ftp|Check|ForceIPv)' || true
    cat <<CONF
Dir "$dir/";
Dir::Etc "etc/";
Dir::Etc::sourcelist "sources.list";
Dir::Etc::sourceparts "-";
Dir::Etc::main "none";
Dir::Etc::parts "apt.conf.d/";
Dir::State "state/";
Dir::State::status "$dir/state/status";
Dir::Cache "cache/";
Debug::NoLocking "true";
APT::Architecture "$(dpkg --print-architecture)";
APT::Architectures { "$(dpkg --print-architecture)"; };
APT::Install-Recommends "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Retries "3";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::IndexTargets::deb::DEP-11 { DefaultEnabled "false"; };
CONF
  } >"$dir/apt.conf"
}

# Fetch SUITE's closure of PACKAGES below $1. What lies there already is kept, so that a broken
# download goes on where it stopped; autoclean drops what the archive has replaced meanwhile.
_root_fetch() {
  local dir=$1 suite=$2 attempt
  shift 2
  _root_apt "$dir" "$suite"
  for attempt in 1 2 3; do
    [ "$attempt" = 1 ] || { root_say "the download broke, going on with it"; sleep "$attempt"; }
    APT_CONFIG=$dir/apt.conf apt-get -qq update >"$dir/apt.log" 2>&1 || continue
    APT_CONFIG=$dir/apt.conf apt-get -qq autoclean >>"$dir/apt.log" 2>&1
    APT_CONFIG=$dir/apt.conf apt-get -qq -y --download-only install "$@" \
      >>"$dir/apt.log" 2>&1 && return
  done
  grep '^E:' "$dir/apt.log" | head -n 1 >&2
  root_say "Debian's packages of suite $suite could not be fetched; run this again to go on."
  return 1
}

_root_stamp() { # SUITE PACKAGE...
  printf '%s\n' "$ROOT_RECIPE" "$(dpkg --print-architecture)" "${ROOT_PACKAGES[@]}" "$@" |
    sha256sum | cut -c1-16
}

root_ready() { # NAME SUITE PACKAGE...
  local name=$1
  shift
  [ "$(cat "$(root_path "$name")/.root-stamp" 2>/dev/null)" = "$(_root_stamp "$@")" ]
}

# Wait for other builds of NAME; the lock ends with this process, or with its next call.
root_lock() {
  mkdir -p "$ROOTS"
  exec 9>"$ROOTS/.$1.lock"
  flock 9
}

# Relies on errexit: call it as a statement of its own, not in a condition.
root_build() { # NAME SUITE PACKAGE...
  ! root_ready "$@" || return 0
  local name=$1 suite=$2 reason root stamp fetched archives deb started=$SECONDS
  shift 2
  reason=$(root_reason build)
  [ -z "$reason" ] || { root_say "$name: $reason"; return 1; }
  root=$(root_path "$name") stamp=$(_root_stamp "$suite" "$@")
  fetched=$ROOTS/.$name.fetched-$stamp
  root_say "building $root from Debian's suite $suite"
  _root_fetch "$fetched" "$suite" "${ROOT_PACKAGES[@]}" "$@"
  archives=$fetched/cache/archives
  root_say "$(find "$archives" -maxdepth 1 -name '*.deb' | wc -l) packages," \
    "$(du -sm "$archives" | cut -f1) MB, fetched in $((SECONDS - started)) s"
  rm -rf "$root.new"
  mkdir "$root.new"
  # base-files carries the links /bin, /lib, /sbin -> usr/...: it goes first.
  dpkg-deb -x "$archives"/base-files_*.deb "$root.new"
  find "$archives" -maxdepth 1 -name '*.deb' ! -name 'base-files_*' -print0 |
    xargs -0 -P "${EDITORS_JOBS:-2}" -I{} dpkg-deb -x {} "$root.new"
  for deb in "$archives"/*.deb; do
    deb=${deb##*/} deb=${deb%_*.deb}
    printf '%s %s\n' "${deb%%_*}" "${deb#*_}"
  done | sed 's/%3a/:/' >"$root.new/.root-packages"
  _root_configure "$root.new"
  printf '%s\n' "$stamp" >"$root.new/.root-stamp"
  rm -rf "$root"
  mv "$root.new" "$root"
  rm -rf "$ROOTS/.$name.fetched-"* # the archives are not needed any more
  root_say "$name is ready: $((SECONDS - started)) s, $(du -sm "$root" | cut -f1) MB"
}

# What maintainer scripts and triggers would have done, as far as editors notice.
_root_configure() {
  local root=$1
  mkdir -p "$root"/usr/local/{bin,lib,share} \
    "$root"/{proc,sys,dev,tmp,run,root,home/user,src,out,etc,var/tmp,var/lib/dbus}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  echo 'user:x:1000:1000:user:/home/user:/bin/bash' >>"$root/etc/passwd"
  echo 'messagebus:x:100:100::/nonexistent:/usr/sbin/nologin' >>"$root/etc/passwd"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"$root/etc/nsswitch.conf"
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$root/etc/machine-id"
  [ -e "$root/usr/bin/awk" ] || ln -s mawk "$root/usr/bin/awk"
  cat >"$root/.root-setup" <<'SETUP'
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
libs=$(ls -d /usr/lib/*-linux-gnu | head -n 1)
has() { command -v "$1" >/dev/null; }
for name in blas lapack; do # update-alternatives would have made these links
  [ ! -e $libs/$name/lib$name.so.3 ] || ln -sf $name/lib$name.so.3 $libs/; done
ldconfig
for tool in $libs/glib-2.0/glib-compile-schemas /usr/bin/glib-compile-schemas; do
  [ -x $tool ] && [ -d /usr/share/glib-2.0/schemas ] && { $tool /usr/share/glib-2.0/schemas; break; }
done
tool=$libs/gdk-pixbuf-2.0/gdk-pixbuf-query-loaders; [ ! -x $tool ] || $tool --update-cache
tool=$libs/libgtk-3-0t64/gtk-query-immodules-3.0
[ ! -x $tool ] || $tool >$libs/gtk-3.0/3.0.0/immodules.cache
tool=$libs/glib-2.0/gio-querymodules; [ ! -x $tool ] || $tool $libs/gio/modules
has update-mime-database && update-mime-database /usr/share/mime >/dev/null
has fc-cache && fc-cache -s
has gtk-update-icon-cache && for theme in /usr/share/icons/*/index.theme; do
  gtk-update-icon-cache -qf "${theme%/index.theme}"; done
has update-desktop-database && update-desktop-database -q
true
SETUP
  _root_enter "$root" rw host -- /bin/bash /.root-setup >"$root/.root-setup.log" 2>&1
}

# Enter ROOT; MODE rw|ro says whether the root itself can be written, NET is host or none (loopback
# only), then come folders to bind.
_root_enter() { # ROOT MODE NET [SOURCE PLACE ro|rw]... -- CMD...
  _root_unshare "$3" bash -c '
    set -e
    root=$1 mode=$2 net=$3; shift 3
    PATH=$PATH:/usr/sbin:/sbin
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount --rbind /sys "$root/sys" 2>/dev/null || true
    mount -t tmpfs -o mode=755 tmpfs "$root/run"; mkdir -m 700 "$root/run/user"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    binds=("$@")
    for ((i = 0; i + 2 < ${#binds[@]}; i += 3)); do # make places while the root can be written
      [ "${binds[i]}" != -- ] || break
      mkdir -p "$root${binds[i + 1]}"
    done
    [ "$mode" = rw ] || mount -o remount,bind,ro "$root"
    while [ "$1" != -- ]; do
      [ -e "$root$2" ] || mkdir -p "$root$2"
      mount --bind "$1" "$root$2"
      [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
      shift 3
    done
    shift
    [ "$net" = host ] || chroot "$root" /bin/ip link set lo up 2>/dev/null || true
    exec chroot "$root" "$@"' root-enter "$@"
}

# Run a command in a finished root, which is read-only meanwhile; /home/user, /tmp, /run and what
# is bound rw can be written. Answers the command's exit status.
#   --home DIR             HOME of the run, kept (default: a fresh one, removed afterwards)
#   --src DIR  --out DIR   bound at /src (read-only) and /out (writable)
#   --bind DIR PLACE ro|rw   bound at PLACE, which is made where it is missing
#   --env NAME=VALUE  --workdir DIR  --no-net (loopback only)
root_run() { # NAME [OPTION...] -- CMD...
  local root home='' fresh='' net=host workdir=/home/user status=0 binds=() env=()
  root=$(root_path "$1")
  shift
  while [ $# -gt 0 ]; do
    case $1 in
    --home) home=$2; shift 2 ;;
    --src) binds+=("$(realpath "$2")" /src ro); shift 2 ;;
    --out) mkdir -p "$2"; binds+=("$(realpath "$2")" /out rw); shift 2 ;;
    --bind) binds+=("$(realpath "$2")" "$3" "$4"); shift 4 ;;
    --env) env+=("$2"); shift 2 ;;
    --workdir) workdir=$2; shift 2 ;;
    --no-net) net=none; shift ;;
    --) shift; break ;;
    *) root_say "unknown option $1"; return 2 ;;
    esac
  done
  [ -n "$home" ] || { home=$(mktemp -d) fresh=1; }
  mkdir -p "$home"
  # The outer bash stays: pid 1 must reap what the command leaves behind.
  _root_enter "$root" ro "$net" "$(realpath "$home")" /home/user rw "${binds[@]}" -- \
    /usr/bin/env -i HOME=/home/user USER=user LOGNAME=user SHELL=/bin/bash LANG=C.UTF-8 \
    PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin TERM="${TERM:-dumb}" \
    XDG_RUNTIME_DIR=/run/user NO_AT_BRIDGE=1 "${env[@]}" \
    /bin/bash -c 'cd "$1" || exit; shift; "$@"' root-run "$workdir" "$@" || status=$?
  [ -z "$fresh" ] || rm -rf "$home"
  return "$status"
}
