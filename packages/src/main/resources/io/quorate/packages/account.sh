# The account of nodes, and the directory of their data, which is for that account alone. One that is
# there already is left as it is.
if ! getent group quorate >/dev/null; then
  groupadd --system quorate
fi
if ! getent passwd quorate >/dev/null; then
  useradd --system --gid quorate --comment 'Quorate node' --home-dir /var/lib/quorate \
    --no-create-home --shell /usr/sbin/nologin quorate
fi
if [ ! -e /var/lib/quorate ]; then
  mkdir -m 0700 /var/lib/quorate
  chown quorate:quorate /var/lib/quorate
fi

if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload || true
fi
