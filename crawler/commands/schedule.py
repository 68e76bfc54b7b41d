"""``djeli schedule``: the unit that makes systemd, cron or Kubernetes run ``djeli crawl --due``."""

from __future__ import annotations

import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from archive.errors import UsageError
from crawler.commands import deployed
from crawler.commands.options import add_data_dir, count

HELP = "print what to install so that due sites are crawled"
EXAMPLES = """\
examples:
  djeli schedule --systemd --data-dir /srv/djeli > djeli.units
  (djeli schedule --cron; crontab -l) | crontab -
  djeli schedule --kubernetes --image registry.example/djeli:1 | kubectl apply -f -
  djeli schedule --workers 3 --compose > compose.yaml     workers beside each other: docs/scale.md
  djeli schedule --workers 8 --kubernetes --image registry.example/djeli:1 > djeli.yaml
  djeli schedule --workers 1 --systemd --data-dir /srv/djeli     the unit of one of several machines

Every few minutes (--minutes) `djeli crawl --due` looks which sites are due and crawls those; a tick
that finds nothing to do ends at once, one that comes while a site is being crawled leaves that site
alone, and missed ticks are caught up once.  There is no daemon of Djeli's own.
Exit status: 0 printed, 2 wrong usage.
"""

_SYSTEMD = """\
# /etc/systemd/system/djeli.service
[Unit]
Description=Djeli: crawl the news sites that are due
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
Nice=10
# Pages and articles are durable before they are acknowledged: a stop loses nothing.
KillSignal=SIGINT
TimeoutStopSec=120

# /etc/systemd/system/djeli.timer
[Unit]
Description=Djeli: look every {minutes} minutes which sites are due

[Timer]
OnBootSec=1min
OnUnitInactiveSec={minutes}min
Persistent=true

[Install]
WantedBy=timers.target
# Then: systemctl enable --now djeli.timer
"""
_CRON = """\
# Djeli: look every {minutes} minutes which sites are due.
*/{minutes} * * * * {command}
"""
_KUBERNETES = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: djeli-data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 100Gi
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: djeli
spec:
  schedule: "*/{minutes} * * * *"
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 200
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 120
          containers:
            - name: djeli
              image: {image}
              command: [djeli, crawl, --due, --data-dir, /data]
              volumeMounts:
                - name: data
                  mountPath: /data
          volumes:
            - name: data
              persistentVolumeClaim:
                claimName: djeli-data
"""


def configure(parser: ArgumentParser) -> None:
    """The command's arguments."""
    kind = parser.add_mutually_exclusive_group(required=True)
    for name, what in (
        ("systemd", "a service and a timer"),
        ("cron", "a line of a crontab"),
        ("kubernetes", "a CronJob and the claim of its volume"),
        ("compose", "PostgreSQL and workers for docker compose; with --workers"),
    ):
        kind.add_argument(
            f"--{name}", dest="kind", action="store_const", const=name, help=f"print {what}"
        )
    parser.add_argument(
        "--minutes", type=_minutes, default=5, metavar="N", help="between two looks (default: 5)"
    )
    parser.add_argument(
        "--image", default="djeli:latest", help="for Kubernetes (default: djeli:latest)"
    )
    parser.add_argument(
        "--workers",
        type=count,
        metavar="N",
        help="what to install for `djeli worker` on several machines instead of a timer",
    )
    add_data_dir(parser)


def run(options: Namespace) -> int:
    """Print it."""
    units = deployed.UNITS if options.workers else _UNITS
    if options.kind not in units:
        raise UsageError(
            f"--{options.kind} is for a timer: not with --workers"
            if options.workers
            else f"--{options.kind} needs --workers N"
        )
    sys.stdout.write(units[options.kind](options))
    return 0


def _minutes(text: str) -> int:
    """A number of minutes that divides the hour, for cron's sake."""
    from argparse import ArgumentTypeError

    minutes = count(text)
    if 60 % minutes:
        raise ArgumentTypeError(
            f"{text!r} does not divide an hour; allowed are 1, 2, 3, 5, 10, ..."
        )
    return minutes


def _command(data_dir: Path) -> list[str]:
    return deployed.command(data_dir, "crawl", "--due")


def _systemd(options: Namespace) -> str:
    command = deployed.systemd_line(_command(options.data_dir))
    return _SYSTEMD.format(command=command, minutes=options.minutes)


def _cron(options: Namespace) -> str:
    command = shlex.join(_command(options.data_dir)).replace("%", "\\%")  # crontab(5)
    return _CRON.format(command=command, minutes=options.minutes)


def _kubernetes(options: Namespace) -> str:
    return _KUBERNETES.format(image=options.image, minutes=options.minutes)


_UNITS: dict[str, Callable[[Namespace], str]] = {
    "systemd": _systemd,
    "cron": _cron,
    "kubernetes": _kubernetes,
}
