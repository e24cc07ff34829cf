#!/bin/sh
# Installs what browser and network tests need, on Debian as root; elsewhere says what is missing and goes on
# (the tests that need it are skipped, with the reason).
set -eu
packages="chromium firefox-esr coturn postgresql iproute2 nftables zbar-tools libnss3-tools nginx-light fonts-liberation procps"
missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Not installed, some tests will be skipped:$missing" >&2
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# Services of these packages are not wanted on this machine: tests start their own.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    trap 'rm -f $policy' EXIT
fi
apt-get update -q >/dev/null
# shellcheck disable=SC2086 # a list of names
apt-get install -y -q --no-install-recommends $missing >/dev/null
