#!/bin/sh
# Sees to it that the browser tests have a Chromium and fonts to draw Arabic and Chinese with.
# Takes what is there; installs Debian's packages only as root, and says so; else says what to install.
set -eu

find_browser() {
    if [ -n "${CHROMIUM:-}" ]; then
        command -v "$CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        if command -v "$name"; then return; fi
    done
    return 1
}

has_font() { ! command -v fc-list >/dev/null 2>&1 || [ -n "$(fc-list ":lang=$1" family)" ]; }

packages=""
find_browser >/dev/null || packages="chromium"
has_font ar || packages="$packages fonts-noto-core"
has_font zh-cn || packages="$packages fonts-noto-cjk"
# A machine without a browser mostly has no font list to ask either.
[ "$packages" != chromium ] || packages="chromium fonts-noto-core fonts-noto-cjk"
[ -n "$packages" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Browser tests need packages that are not on this machine; installing with apt-get:" $packages
    log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "apt-get could not install: $packages" >&2
        exit 1
    fi
    rm -f "$log"
    exit 0
fi

if find_browser >/dev/null; then
    # Fonts only change how screenshots look; the tests hold without them.
    echo "No font for every language of the interface: screenshots will show boxes. Debian has them as:$packages"
    exit 0
fi
cat >&2 <<END
The browser tests need Chromium or Google Chrome, and it is not on this machine.
  Debian, Ubuntu:  sudo apt-get install $packages
  Fedora:          sudo dnf install chromium google-noto-sans-arabic-fonts google-noto-sans-cjk-fonts
  macOS:           brew install --cask chromium
An installed one that is not found: set CHROMIUM to its path.
END
exit 1
