# Read by ./run: what is there, what is missing, and installing it. Needs $root; sets $python and $uv.
# shellcheck shell=sh
: "${root:?the folder of the checkout, set by ./run}"

say() { printf 'registry: %s\n' "$*" >&2; }
refuse() {
    say "$*"
    exit 1
}

# --- What is there ----------------------------------------------------------------------------------------------------
find_python() {
    for python in "$root/.venv/bin/python" /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11) or sys.implementation.name != "cpython")' \
            2>/dev/null && return
    done
    python=
    return 1
}

find_uv() {
    for uv in "$root/.data/tools/bin/uv" uv; do
        "$uv" --version >/dev/null 2>&1 && return
    done
    return 1
}

has_lock() { # whether the packages of $lock are installed; the development lock contains the other
    [ -x .venv/bin/python ] || return 1
    cmp -s "$lock" .venv/installed.txt && return
    [ "$lock" = requirements.txt ] && cmp -s requirements-dev.txt .venv/installed.txt
}

has_server() {
    if [ -n "$python" ]; then
        "$python" -c 'from config.embedded import binaries; binaries.find()' 2>/dev/null
    else
        ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1
    fi
}

has_libraries() { # GeoDjango loads GDAL, which brings GEOS and PROJ
    [ "$(uname)" != Linux ] || PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -q 'libgdal\.so'
}

has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1

# --- What is missing, in Debian's names -------------------------------------------------------------------------------
codename() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null; }

server_packages() {
    # shellcheck disable=SC2012  # the names are version numbers
    version=$(ls /usr/lib/postgresql 2>/dev/null | sort -n | tail -n 1)
    [ -n "$version" ] || case $(codename) in bookworm) version=15 ;; trixie) version=17 ;; noble) version=16 ;; esac
    echo "postgresql${version:+-$version}" "postgresql${version:+-$version}-postgis${version:+-3}"
}

library_packages() { # the smallest that brings libgdal; its name changes with every release
    case $(codename) in
    bookworm) echo libgdal32 ;;
    trixie) echo libgdal36 ;;
    noble) echo libgdal34t64 ;;
    *) echo gdal-bin ;;
    esac
}

missing_packages() { # missing_packages server|client|none: what of PostgreSQL is needed
    [ -n "$python" ] || echo python3
    if ! has_lock && ! find_uv; then
        { [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1; } || echo python3-pip
        [ -e /etc/ssl/certs/ca-certificates.crt ] || [ "$(uname)" != Linux ] || echo ca-certificates
    fi
    if [ "$1" = server ]; then
        # A folder that somebody named is not made good by installing another; Python will say what is wrong with it.
        [ -n "${REGISTRY_PG_BIN:-}" ] || has_server || server_packages
        [ -z "${REGISTRY_ARCHIVE:-}" ] || command -v pgbackrest >/dev/null || echo pgbackrest
    else
        has_libraries || library_packages
        [ "$1" = none ] || command -v pg_restore >/dev/null 2>&1 || echo postgresql-client
    fi
}

# --- Installing -------------------------------------------------------------------------------------------------------
reason() { # what to do about the failure that a log ends with
    network='resolv|name or service|dns error|unreachable|connection (refused|timed)|failed to (fetch|connect)'
    network="$network|error sending request|no matching distribution|unable to locate package|enotfound|eai_again"
    if grep -qiE 'no space left|enough free space' "$1"; then
        echo 'The disk is full: free some space and start again.'
    elif grep -qiE "$network" "$1"; then
        echo 'No package server was reached: check the network (for Python: PIP_INDEX_URL) and start again.'
    fi
}

attempt() { # attempt LABEL LOG COMMAND…: say what is done and how long it took; its words go into the log
    label=$1 log=.data/log/$2.log begin=$(date +%s)
    shift 2
    say "$label …"
    LC_ALL=C.UTF-8 "$@" >"$log" 2>&1 </dev/null 9>&- || return 1
    say "$label: $(($(date +%s) - begin)) s"
}

step() { # the same; a failure ends everything, with the end of the log
    attempt "$@" || {
        tail -n 15 "$log" >&2
        refuse "$label failed. $(reason "$log") The whole log: $root/$log"
    }
}

apt_install() { # apt_install step|attempt PACKAGE…
    how=$1
    shift
    # A cluster “main” on port 5432 is not wanted, but an administrator's own choice stands.
    if [ ! -e /etc/postgresql-common ] && echo "$*" | grep -q postgresql; then
        mkdir -p /etc/postgresql-common/createcluster.d
        echo 'create_main_cluster = false  # by the rare-earth registry, before it installed PostgreSQL' \
            >/etc/postgresql-common/createcluster.d/registry.conf
    fi
    set -- apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 install --no-install-recommends "$@"
    export DEBIAN_FRONTEND=noninteractive
    if ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1 && attempt "installing Debian packages" apt "$@"; then
        return
    fi
    "$how" "fetching the package lists" apt-update apt-get -q -o Acquire::Retries=3 -o Acquire::Languages=none update &&
        "$how" "installing Debian packages" apt "$@"
}

fetch_uv() {
    find_uv && return
    rm -rf .data/tools .data/tools.new
    # The Python in .venv has no pip: whoever removed .data alone is helped by another one.
    for with_pip in "$python" /usr/bin/python3 python3; do
        "$with_pip" -m pip --version >/dev/null 2>&1 && break
    done
    step "fetching uv" uv "$with_pip" -m pip install --target .data/tools.new --no-input --disable-pip-version-check uv
    mv .data/tools.new .data/tools
    find_uv
}

install_python_packages() {
    fetch_uv
    # uv does not read pip's settings.
    index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-}}" ]; then export UV_DEFAULT_INDEX="$index"; fi
    if [ ! -x .venv/bin/python ]; then
        rm -rf .venv
        step "creating .venv" venv "$uv" venv --no-python-downloads --python "$(command -v "$python")" .venv
    fi
    step "installing $lock" python "$uv" pip sync --python .venv/bin/python --require-hashes "$lock"
    cp "$lock" .venv/installed.txt
}

install() { # install LOCK server|none [client]: see that all is there, and say beforehand what will be installed
    lock=$1 kind=$2
    # A PostGIS of one's own needs no server here, but psql and pg_dump for some commands.
    [ -z "${DATABASE_URL:-}" ] || kind=${3:-none}
    mkdir -p .data/log 2>/dev/null && [ -w .data/log ] ||
        refuse "this account may not write into $root/.data; run as its owner, or: chown -R $(id -un) $root"
    exec 9>.data/install.lock
    if command -v flock >/dev/null && ! flock -n 9; then
        say "waiting for another ./run to finish installing"
        flock 9
    fi
    find_python || [ ! -x /usr/bin/python3 ] || refuse "Python 3.11 or newer is needed, and this system has\
 $(/usr/bin/python3 -V 2>&1); use Debian 12 or newer, or put a python3.11, 3.12 or 3.13 on PATH"
    packages=$(missing_packages "$kind" | tr '\n' ' ')
    [ -z "$packages" ] || say "to be installed on this system, with apt: $packages"
    has_lock || say "to be installed in this folder: the Python packages of $lock, into .venv, by uv"
    if [ -n "$planned" ]; then
        [ -n "$packages" ] || ! has_lock || say "nothing is missing; nothing would be installed"
        exit 0
    fi
    [ -z "$packages" ] || install_system_packages
    has_lock || install_python_packages
    exec 9>&-
}

install_system_packages() {
    command -v apt-get >/dev/null || refuse "this system has no apt; install what Debian calls $packages\
(macOS: brew install python postgresql@17 postgis gdal), or set DATABASE_URL to a PostGIS of your own, and start again"
    [ "$(id -u)" = 0 ] || refuse "only root may install these; run
  sudo apt-get update && sudo apt-get install --no-install-recommends $packages
or set DATABASE_URL to a PostGIS of your own, and start again"
    # shellcheck disable=SC2086
    apt_install step $packages
    find_python || refuse "the system's Python is older than 3.11; use Debian 12 or newer"
}

has_proxy() { command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]; }
has_pooler() { command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ]; }

has_clients() { command -v ogr2ogr >/dev/null 2>&1; }
has_cache() { [ -x /usr/sbin/varnishd ] || command -v varnishd >/dev/null 2>&1; }
has_qgis() { /usr/bin/python3 -c 'import qgis.core' 2>/dev/null; }

install_browser() { # what tests drive: a browser, and the programs that read the registry as its users do
    wanted=
    has_browser || wanted="$wanted chromium"
    has_clients || wanted="$wanted gdal-bin"
    [ -z "${CI:-}" ] || has_cache || wanted="$wanted varnish"
    [ -z "${CI:-}" ] || has_pooler || wanted="$wanted pgbouncer"
    [ -z "${CI:-}" ] || has_proxy || wanted="$wanted nginx-light"
    [ -z "${CI:-}" ] || command -v promtool >/dev/null 2>&1 || wanted="$wanted prometheus"
    [ -z "${CI:-}" ] || command -v pgbackrest >/dev/null || wanted="$wanted pgbackrest"
    if [ -n "$wanted" ] && [ -z "${REGISTRY_NO_BROWSER:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        # shellcheck disable=SC2086
        apt_install attempt $wanted || true
    fi
    has_browser || say "NO CHROMIUM: the browser tests WILL BE SKIPPED (apt-get install chromium)"
    has_clients || say "NO OGR2OGR: the tests with GDAL WILL BE SKIPPED (apt-get install gdal-bin)"
    has_cache || say "NO VARNISH: the tests behind a shared cache WILL BE SKIPPED (apt-get install varnish)"
    has_qgis || install_qgis
}

install_qgis() { # 200 MB, so in CI alone, and beside the tests: the one that needs it waits for the lock
    if [ -z "${CI:-}" ] || [ -n "${REGISTRY_NO_BROWSER:-}" ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "NO QGIS: the test of its provider WILL BE SKIPPED (apt-get install python3-qgis, 200 MB; with CI=1 it is installed)"
        return
    fi
    exec 8>.data/qgis.lock
    flock 8
    apt_install attempt python3-qgis &
    exec 8>&-
}

install_javascript_tools() { # the type check and the linter of our JavaScript, by the Node.js that is in .venv
    cmp -s package-lock.json node_modules/installed.json && return
    exec 9>.data/install.lock
    ! command -v flock >/dev/null || flock 9
    # npm's own options stand in .npmrc: no scripts of packages are run.
    step "installing package-lock.json" npm env PATH="$root/.venv/bin:$PATH" npm ci
    cp package-lock.json node_modules/installed.json
    exec 9>&-
}

install_cluster_programs() { # what stands between the servers of ./run cluster
    wanted=
    has_pooler || wanted="$wanted pgbouncer"
    has_proxy || wanted="$wanted nginx-light"
    [ -n "$wanted" ] || return 0
    { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; } || refuse "missing:$wanted; as root: apt-get install$wanted"
    # shellcheck disable=SC2086
    apt_install step $wanted
}

install_load_generator() { # for the benchmark: wrk asks the services
    command -v wrk >/dev/null && return
    { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; } || refuse "wrk is needed for the benchmark: apt-get install wrk"
    apt_install step wrk
}
