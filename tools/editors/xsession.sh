#!/bin/bash
# Runs inside a root: Xvfb, a session D-Bus and openbox, then the command; all end with it, because
# the caller's pid name space does.
#   A11Y=1   switches the accessibility bus on, by which tests read widgets
#   XSCREEN  size of the screen (1600x1000x24)
# Xvfb picks a free display itself: X's abstract sockets are shared by all roots on the host's
# network, so a fixed number would clash in parallel runs.
export GDK_BACKEND=x11 QT_QPA_PLATFORM=xcb LIBGL_ALWAYS_SOFTWARE=1
if [ "${A11Y:-0}" = 1 ]; then export NO_AT_BRIDGE=0 GTK_MODULES=gail:atk-bridge; fi
Xvfb -displayfd 6 -screen 0 "${XSCREEN:-1600x1000x24}" -nolisten tcp -noreset \
  6>/run/display >/run/xvfb.log 2>&1 &
for _ in $(seq 200); do [ -s /run/display ] && break; sleep 0.05; done
[ -s /run/display ] || { echo "Xvfb did not start:" >&2; cat /run/xvfb.log >&2; exit 1; }
DISPLAY=:$(cat /run/display)
export DISPLAY
# Standard output is the command's alone: services that the bus starts would write into it.
exec 7>&1 >&2
exec dbus-run-session -- bash -c '
  openbox >/run/openbox.log 2>&1 &
  if [ "${A11Y:-0}" = 1 ]; then
    gsettings set org.gnome.desktop.interface toolkit-accessibility true 2>/dev/null
  fi
  "$@" >&7 7>&-' x "$@"
