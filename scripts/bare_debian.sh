#!/bin/sh
# Proves that `./run serve` works on a bare Debian 12: no package lists, no Python, no PostgreSQL.
#
#   scripts/bare_debian.sh FOLDER [PORT]
#
# FOLDER is where the machine is unpacked, by debootstrap, or by copying BARE_SYSTEM (a debootstrap folder) if that is
# set. The checkout is copied in, served twice as root on PORT, asked for ADDRESSES, and ended; nothing may be left
# running. Needs root. The folder stays, for a look; nothing is mounted in it afterwards.
set -eu
folder=${1:?a folder to unpack the machine into} port=${2:-8765}
checkout=$(cd "$(dirname "$0")/.." && pwd)
inside=/srv/registry
addresses=${ADDRESSES:-/ /api/v1/deposits/}
log=$(mktemp)
pid=

say() { printf '%s\n' "$*"; }
fail() {
    say "FAILED: $*"
    tail -n 40 "$log"
    exit 1
}

leave() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" || true
    fi
    for mounted in dev/shm dev proc; do umount "$folder/$mounted" 2>/dev/null || true; done
    rm -f "$log"
}
trap leave EXIT

# --- A bare machine ---------------------------------------------------------------------------------------------------
[ ! -e "$folder" ] || fail "$folder exists; name a new one"
if [ -n "${BARE_SYSTEM:-}" ]; then
    cp -a "$BARE_SYSTEM" "$folder"
else
    debootstrap --variant=minbase bookworm "$folder" >"$log" 2>&1 || fail "debootstrap"
fi
chmod 755 "$folder"
rm -rf "$folder"/var/lib/apt/lists/* "$folder"/var/cache/apt/archives/*.deb
mount --bind /proc "$folder/proc"
mount --bind /dev "$folder/dev"
[ ! -d /dev/shm ] || mount --bind /dev/shm "$folder/dev/shm"
# How this machine reaches package servers is its own affair; the bare one borrows it.
for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
    [ ! -e "$file" ] || cp -L "$file" "$folder$file"
done
if [ -d /usr/local/share/ca-certificates ]; then
    mkdir -p "$folder/usr/local/share/ca-certificates"
    cp -a /usr/local/share/ca-certificates/. "$folder/usr/local/share/ca-certificates/"
fi
borrowed=$(env | grep -E '^(https?|no)_proxy=|^(HTTPS?|NO)_PROXY=|^PIP_INDEX_URL=|^UV_(DEFAULT_)?INDEX' || true)
! chroot "$folder" sh -c 'command -v python3 || command -v psql || command -v uv' >/dev/null || fail "it is not bare"

mkdir -p "$folder$inside"
(cd "$checkout" && tar cf - --exclude=./.git --exclude=./.venv --exclude=./.data --exclude=__pycache__ .) |
    tar xf - -C "$folder$inside"

# --- Two starts -------------------------------------------------------------------------------------------------------
bare() { # only in a subshell: it becomes the command, so that a signal reaches it
    # shellcheck disable=SC2086
    exec chroot "$folder" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin $borrowed "$@"
}

left() { # processes whose root is the bare machine
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root" 2>/dev/null)" != "$(readlink -f "$folder")" ] ||
            tr '\0' ' ' <"$process/cmdline" | sed 's/ *$/\n/'
    done
}

now() { date +%s.%N; }
since() { echo "$(now) $1" | awk '{ printf "%.1f", $1 - $2 }'; }

fetch() { python3 -c 'import sys, urllib.request
answer = urllib.request.urlopen(sys.argv[1], timeout=10)
print(answer.status, len(answer.read()), "bytes,", answer.headers["Content-Type"])' "http://127.0.0.1:$port$1"; }

start() { # start NAME SECONDS: serve, ask, end; sets $took
    : >"$log"
    begin=$(now)
    bare "$inside/run" serve --port "$port" >"$log" 2>&1 &
    pid=$!
    until grep -q 'Ctrl-C stops it' "$log"; do
        kill -0 "$pid" 2>/dev/null || fail "$1 start: it ended"
        [ "$(since "$begin" | cut -d. -f1)" -lt "$2" ] || fail "$1 start: not ready after $2 s"
        sleep 0.1
    done
    took=$(since "$begin")
    sed 's/^/    /' "$log"
    for address in $addresses; do
        say "    $address: $(fetch "$address")" || fail "$address"
    done
    begin=$(now)
    kill -TERM "$pid"
    wait "$pid" || fail "$1 start: exit status $?"
    pid=
    say "    ended in $(since "$begin") s"
    [ -z "$(left)" ] || fail "still running: $(left)"
}

say "what it would install:"
bare "$inside/run" serve --no-install 2>&1 | sed 's/^/    /'
[ ! -e "$folder/usr/bin/python3" ] || fail "--no-install installed something"
say "first start:"
start first 180
first=$took
grep -q 'password: ' "$log" || fail "no administrator's password"
say "second start:"
start second 60
second=$took
! grep -q 'password: ' "$log" || fail "a second administrator's password"
say "first start $first s, second start $second s, nothing left running; the machine stays in $folder"
