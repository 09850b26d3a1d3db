# Packages of any Debian suite, downloaded and never installed. apt works in a folder of its own: the
# machine's package lists stay as they are, and so does what counts as installed.
# shellcheck shell=bash
#
#   archive_open "$work/apt" amd64 trixie || echo "no mirror has trixie"
#   archive_has linux-image-6.12.117+deb13-amd64 6.12.117-1
#   archive_download "$work/debs" linux-image-6.12.117+deb13-amd64=6.12.117-1

archive_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt-get, apt-cache with the folder's configuration: archive_run PROGRAM ARG ...
archive_run() {
  local program=$1
  shift
  "$program" -q -c "$archive_folder/apt.conf" "$@"
}

# Where a suite may be, the best first: the mirror that this machine's own sources name for its own
# release, then Debian's. A line of --print-uris, whatever form the sources have:
# 'http://deb.debian.org/debian/dists/bookworm/InRelease' deb.debian.org_debian_... 0
archive_mirrors() { # SUITE
  local own part=debian
  own=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  case $1 in
  *-security) own+=-security part=debian-security ;;
  esac
  {
    apt-get --print-uris -o Dir::State::lists="$archive_folder/none" update 2>/dev/null |
      sed -n "s|^'\(.*\)/dists/$own/InRelease'.*|\1|p"
    echo "http://deb.debian.org/$part"
    echo "http://archive.debian.org/$part"
  } | awk '!seen[$0]++'
}

# Gets the lists of one suite into a new folder, which the other functions use from then on. False where
# no mirror has it, and why is in FOLDER/log: archive_open FOLDER ARCHITECTURE SUITE
archive_open() {
  local mirror
  archive_folder=$1
  mkdir -p "$1"/{none,lists,archives}/partial
  : >"$1/status"
  # The machine's own hooks would work on the machine's lists. An old suite's lists have outlived the
  # date to which they are valid; they are signed all the same.
  cat >"$1/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
APT::Architecture "$2";
APT::Architectures { "$2"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::State "$1";
Dir::State::lists "lists";
Dir::State::status "$1/status";
Dir::State::extended_states "$1/extended_states";
Dir::Cache "$1";
Dir::Cache::archives "archives";
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "$1/none";
Dir::Etc::preferences "$1/none/preferences";
Dir::Etc::preferencesparts "$1/none";
CONF
  for mirror in $(archive_mirrors "$3"); do
    echo "deb [signed-by=$archive_keyring] $mirror $3 main" >"$1/sources.list"
    archive_run apt-get update >"$1/log" 2>&1 && return
  done
  return 1
}

archive_has() { # PACKAGE VERSION
  archive_run apt-cache madison "$1" 2>/dev/null | awk -F ' *[|] *' '{print $2}' | grep -qxF -- "$2"
}

# The versions of the packages whose name matches, as "PACKAGE VERSION" lines, the oldest version first.
archive_list() { # EXTENDED-REGEX
  archive_run apt-cache pkgnames linux- 2>/dev/null | grep -xE -- "$1" |
    xargs -r "${BASH:-bash}" -c 'exec apt-cache -q -c "$0" madison "$@"' "$archive_folder/apt.conf" 2>/dev/null |
    awk -F ' *[|] *' '{sub(/^ */, "", $1); print $1, $2}' | sort -u | sort -k 2,2V
}

# A package's own parts: those that it needs in its very version. From
# "Depends: kmod, linux-modules-7.2.13+deb14-amd64 (= 7.2.13-1)".
archive_parts() { # PACKAGE VERSION
  archive_run apt-cache show "$1=$2" 2>/dev/null | sed -n 's/^Depends: //p' | tr ',' '\n' |
    sed -n "s/^ *\([^ ]*\) (= $2)\$/\1/p" | sort -u
}

# archive_download FOLDER PACKAGE=VERSION ...
archive_download() {
  local folder=$1
  shift
  mkdir -p "$folder"
  (cd "$folder" && archive_run apt-get download "$@") >"$archive_folder/log" 2>&1
}
