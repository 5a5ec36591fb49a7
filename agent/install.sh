#!/bin/sh
# Installs the agent of MiniObserv on a Linux host with systemd, from the server that it will send to. Run again, it
# updates what is there and keeps settings that are not given anew.
set -eu

usage() {
  cat <<'END'
Installs the agent of MiniObserv on this host, as a service of systemd. Wants root, curl or wget, and tar.

  curl -fsSL SERVER_URL/install.sh | sudo SERVER_URL=… AGENT_TOKEN=… sh
  curl -fsSL SERVER_URL/install.sh | sudo sh -s -- --uninstall

Settings, from the environment; all others of the agent too (HOST_NAME, INTERVAL, BUFFER_MB, …):

  SERVER_URL      Where to send, and where the agent is fetched from: https://monitor.example.com
  AGENT_TOKEN     The secret that signs this agent's tokens; the server has the same
  LOG_FILES       Globs of log files to follow, comma-separated [/var/log/*.log,/var/log/syslog,/var/log/messages]
  HOST_LABELS     What hosts are grouped and filtered by: team=web,env=prod

It makes:

  /usr/local/lib/miniobserv-agent                 the agent, with a Node of its own where the host has no Node 22 or newer
  /etc/miniobserv-agent.env                       its settings; only root can read them
  /etc/systemd/system/miniobserv-agent.service    its service
  miniobserv-agent                                a user that owns nothing, in the group adm, which may read logs
END
}

fail() {
  echo "miniobserv-agent: $*" >&2
  exit 1
}

# Another root directory is for tests and for images.
root=${INSTALL_ROOT:-}
name=miniobserv-agent
home=/usr/local/lib/$name
settings=/etc/$name.env
unit=/etc/systemd/system/$name.service
known='SERVER_URL AGENT_TOKEN HOST_NAME HOST_LABELS LOG_FILES INTERVAL LOG_INTERVAL BUFFER_MB LINE_BYTES LOG_LEVEL NODE_EXTRA_CA_CERTS'

uninstall() {
  systemctl disable --now "$name" 2>/dev/null || true
  rm -rf "$root$home" "$root$settings" "$root$unit"
  systemctl daemon-reload
  if id "$name" >/dev/null 2>&1; then userdel "$name"; fi
  echo "The agent is gone from this host. What it sent stays on the server."
}

# One file from the server.
fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL --retry 5 -o "$2" "$SERVER_URL$1"
  elif command -v wget >/dev/null; then
    wget -q --tries=5 -O "$2" "$SERVER_URL$1"
  else
    fail 'wants curl or wget'
  fi
}

setting() { eval "printf %s \"\${$1-}\""; }

# What is given now, and what was given when it was installed before.
write_settings() {
  : "${LOG_FILES=$(kept LOG_FILES || echo '/var/log/*.log,/var/log/syslog,/var/log/messages')}"
  for one in $known; do
    value=$(setting "$one")
    [ -n "$value" ] || value=$(kept "$one") || continue
    case $value in *[\'\\]* | *"
"*) fail "$one: a quote, a backslash or a new line cannot stand in a setting" ;; esac
    printf "%s='%s'\n" "$one" "$value"
  done
}

kept() { [ -f "$root$settings" ] && sed -n "s/^$1='\(.*\)'\$/\1/p" "$root$settings" | grep .; }

# A Node of this host, if it is new enough; else the server's own, where that runs here.
find_node() {
  found=$(command -v node || true)
  if [ -n "$found" ] && "$found" -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 22 ? 0 : 1)' 2>/dev/null; then
    echo "$found"
    return
  fi
  case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
  echo 'Fetching Node from the server' >&2
  if fetch "/install/node-linux-$arch" "$1/node" && chmod 755 "$1/node" && "$1/node" --version >/dev/null 2>&1; then
    echo "$home/node"
    return
  fi
  fail "this host has no Node 22 or newer, and the server's does not run here (linux, $arch). Install Node and run this again."
}

write_unit() {
  groups=''
  for group in adm systemd-journal; do
    if getent group "$group" >/dev/null; then groups="$groups $group"; fi
  done
  cat <<END
[Unit]
Description=MiniObserv agent: sends metrics and log lines to $SERVER_URL
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=$1 --max-semi-space-size=1 $home/main.mjs
EnvironmentFile=$settings
User=$name
SupplementaryGroups=$groups
Restart=always
RestartSec=5
# No mount of its own: the agent must see the filesystems as they are.
NoNewPrivileges=true
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
END
}

install() {
  : "${SERVER_URL:=$(kept SERVER_URL || true)}" "${AGENT_TOKEN:=$(kept AGENT_TOKEN || true)}"
  SERVER_URL=${SERVER_URL%/}
  [ -n "$SERVER_URL" ] || fail 'SERVER_URL is missing: the address of the server, https://monitor.example.com'
  [ -n "$AGENT_TOKEN" ] || fail 'AGENT_TOKEN is missing: the one that the server was started with'

  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  echo "Fetching the agent from $SERVER_URL"
  fetch /install/agent.tar.gz "$work/agent.tar.gz" || fail "cannot fetch $SERVER_URL/install/agent.tar.gz"
  mkdir "$work/new"
  tar -xzf "$work/agent.tar.gz" --no-same-owner -C "$work/new"
  node=$(find_node "$work/new")
  write_settings >"$work/settings"

  if ! id "$name" >/dev/null 2>&1; then
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$name"
  fi
  mkdir -p "$root/usr/local/lib" "$root/etc/systemd/system"
  rm -rf "$root$home.old"
  if [ -d "$root$home" ]; then mv "$root$home" "$root$home.old"; fi
  mv "$work/new" "$root$home"
  chmod -R a+rX,go-w "$root$home"
  rm -rf "$root$home.old"
  (umask 077 && cat "$work/settings" >"$root$settings.new" && mv "$root$settings.new" "$root$settings")
  write_unit "$node" >"$root$unit"

  systemctl daemon-reload
  systemctl enable "$name"
  systemctl restart "$name"
  # Wrong settings end it at once, with words that say so.
  sleep "${INSTALL_WAIT:-2}"
  if ! systemctl is-active --quiet "$name"; then
    journalctl --unit "$name" --lines 20 --no-pager --output cat >&2 || true
    fail "it does not stay up; its log is above. Mend $settings, then: systemctl restart $name"
  fi
  echo "The agent runs and sends to $SERVER_URL. Its log: journalctl -u $name"
}

case ${1-} in
  -h | --help) usage && exit ;;
  '' | --uninstall) ;;
  *) usage >&2 && exit 2 ;;
esac
[ "$(uname -s)" = Linux ] || fail 'wants Linux; on other systems: npm run agent, from the repository'
[ "$(id -u)" = 0 ] || fail 'wants root: put sudo before sh'
command -v systemctl >/dev/null || fail 'wants systemd; without it: npm run agent, from the repository, or the image'

if [ "${1-}" = --uninstall ]; then uninstall; else install; fi
