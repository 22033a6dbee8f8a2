# What Bide needs to be built: a JDK 17 or newer, and Maven. Sourced by ./bide, ./verify and ./bench.
# Finds them; installs them where it may (root on Debian or Ubuntu); else says the command that would.

say() {
  printf 'bide: %s\n' "$*" >&2
}

# is_jdk DIRECTORY: true for a JDK 17 or newer, whose version is then in $jdk_version. No process is started for it.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r jdk_key jdk_version; do
    [ "$jdk_key" = JAVA_VERSION ] && break
  done <"$1/release"
  jdk_version=${jdk_version#\"}
  jdk_version=${jdk_version%\"}
  [ "${jdk_version%%[!0-9]*}" -ge 17 ] 2>/dev/null
}

# Sets $jdk and $jdk_version: JAVA_HOME if it is one, else the javac on PATH, else what the system has installed.
find_jdk() {
  jdk=${JAVA_HOME-}
  [ -n "$jdk" ] && is_jdk "$jdk" && return
  if jdk=$(command -v javac); then
    jdk=$(readlink -f "$jdk")
    jdk=${jdk%/bin/*}
    is_jdk "$jdk" && return
    # A version manager's stand-in: only the tool itself knows where it lives.
    jdk=$(javac -J-XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    [ -n "$jdk" ] && is_jdk "$jdk" && return
  fi
  if [ -x /usr/libexec/java_home ] && jdk=$(/usr/libexec/java_home -v 17+ 2>/dev/null); then
    is_jdk "$jdk" && return
  fi
  for jdk in /usr/lib/jvm/*; do
    is_jdk "$jdk" && return
  done
  return 1
}

# apt_install WHY PACKAGE…: installs when this is root on Debian or Ubuntu, saying so; false when it may not or cannot.
apt_install() {
  apt_why=$1
  shift
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "$apt_why: installing $* (apt-get)"
  # The lists of a bare machine or container are empty, those of an old one name versions that are gone.
  apt_get install "$@" || { apt_get update && apt_get install "$@"; }
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >/dev/null </dev/null
}

# The command by which a person gets a JDK and Maven here.
install_command() {
  if command -v apt-get >/dev/null; then install_command_for "$(debian_jdk) maven"
  elif command -v apk >/dev/null; then install_command_for 'openjdk17-jdk maven'
  elif command -v pacman >/dev/null; then install_command_for 'jdk-openjdk maven'
  elif command -v brew >/dev/null; then install_command_for 'openjdk maven'
  else install_command_for 'java-21-openjdk-devel maven'
  fi
}

# install_command_for PACKAGES
install_command_for() {
  if command -v apt-get >/dev/null; then echo "sudo apt-get install $1"
  elif command -v dnf >/dev/null; then echo "sudo dnf install $1"
  elif command -v apk >/dev/null; then echo "sudo apk add $1"
  elif command -v pacman >/dev/null; then echo "sudo pacman -S $1"
  elif command -v zypper >/dev/null; then echo "sudo zypper install $1"
  elif command -v brew >/dev/null; then echo "brew install $1"
  else echo "your system's installer: $1"
  fi
}

debian_jdk() {
  if apt-cache show openjdk-17-jdk-headless 2>/dev/null | grep -q .; then echo openjdk-17-jdk-headless
  else echo default-jdk-headless
  fi
}

# Sets $jdk and $jdk_version, and sees to it that mvn can be run; false, with the reason said, when it cannot be done.
provide_toolchain() {
  find_jdk && toolchain_missing= || toolchain_missing=jdk
  command -v mvn >/dev/null || toolchain_missing=${toolchain_missing:+$toolchain_missing and }Maven
  [ -n "$toolchain_missing" ] || return 0
  case $toolchain_missing in
    Maven) toolchain_why='Maven is missing' ;;
    jdk) toolchain_why='no JDK 17 or newer found (JAVA_HOME, PATH)' ;;
    *) toolchain_why='no JDK 17 or newer (JAVA_HOME, PATH) and no Maven found' ;;
  esac
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-cache show maven >/dev/null 2>&1 || apt_get update
    set --
    [ "$toolchain_missing" = Maven ] || set -- "$(debian_jdk)"
    [ "$toolchain_missing" = jdk ] || set -- "$@" maven
    if apt_install "$toolchain_why" "$@" && hash -r && find_jdk && command -v mvn >/dev/null; then return; fi
  fi
  say "$toolchain_why. Install with:"
  say "  $(install_command)"
  return 1
}
