"""What to install for `djeli worker` on several machines: a systemd unit, a compose file, Kubernetes manifests."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

_SYSTEMD = """\
# /etc/systemd/system/djeli-worker.service
[Unit]
Description=Djeli: a worker beside those of other machines
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target

[Service]
ExecStart={command}
# DJELI_DATABASE=postgresql://..., DJELI_STORE=s3://... and the storage's own, such as AWS_ACCESS_KEY_ID
EnvironmentFile=/etc/djeli/worker.env
Nice=10
# SIGTERM goes to the worker alone: it lets its crawls end in order and hands them in.
KillMode=mixed
TimeoutStopSec=180
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
# Then, on each machine: systemctl enable --now djeli-worker.service
"""
_COMPOSE = """\
# docker compose up -d; DJELI_PASSWORD is to be in .env
name: djeli
x-djeli: &djeli
  image: {image}
  environment: &environment
    DJELI_DATABASE: postgresql://djeli:${{DJELI_PASSWORD:?}}@database/djeli
    DJELI_STORE: /store
  volumes: [store:/store, data:/data]
services:
  database:
    image: postgres:17
    environment:
      POSTGRES_USER: djeli
      POSTGRES_DB: djeli
      POSTGRES_PASSWORD: ${{DJELI_PASSWORD:?}}
    volumes: [database:/var/lib/postgresql/data]
    healthcheck:
      test: [CMD-SHELL, pg_isready -U djeli]
      interval: 5s
      retries: 20
    restart: unless-stopped
  init:
    <<: *djeli
    command: [djeli, cluster, init, --data-dir, /data]
    depends_on:
      database: {{condition: service_healthy}}
{workers}volumes:
  database: {{}}
  store: {{}}
  data: {{}}
{volumes}"""
_COMPOSE_WORKER = """\
  worker{number}:
    <<: *djeli
    hostname: worker{number}
    command: [djeli, worker, --data-dir, /data]
    volumes: [store:/store, worker{number}:/data]
    depends_on:
      init: {{condition: service_completed_successfully}}
    stop_grace_period: 180s
    restart: unless-stopped
"""
_KUBERNETES = """\
# The secret is yours: kubectl create secret generic djeli --from-literal=DJELI_DATABASE=postgresql://... \\
#   --from-literal=DJELI_STORE=s3://... --from-literal=AWS_ACCESS_KEY_ID=... --from-literal=AWS_SECRET_ACCESS_KEY=...
apiVersion: batch/v1
kind: Job
metadata:
  name: djeli-init
spec:
  backoffLimit: 10
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: init
          image: {image}
          command: [djeli, cluster, init, --data-dir, /data]
          envFrom:
            - secretRef:
                name: djeli
---
apiVersion: v1
kind: Service
metadata:
  name: djeli-worker
spec:
  clusterIP: None
  selector:
    app: djeli-worker
  ports:
    - name: unused
      port: 1
---
# A StatefulSet, not a Deployment: a pod that comes back has its disk, and sends what it had not sent.
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: djeli-worker
spec:
  replicas: {workers}
  serviceName: djeli-worker
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      app: djeli-worker
  template:
    metadata:
      labels:
        app: djeli-worker
    spec:
      terminationGracePeriodSeconds: 180
      containers:
        - name: worker
          image: {image}
          command: [djeli, worker, --jobs, "4", --data-dir, /data]
          envFrom:
            - secretRef:
                name: djeli
          resources:
            requests:
              cpu: "2"
              memory: 2Gi
            limits:
              memory: 6Gi
          volumeMounts:
            - name: data
              mountPath: /data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 20Gi
"""


def command(data_dir: Path, *words: str) -> list[str]:
    """A command of ours, as this Python runs it from any folder."""
    return [sys.executable, "-m", "crawler", *words, "--data-dir", str(data_dir.absolute())]


def systemd_line(words: Sequence[str]) -> str:
    """As systemd.service(5) reads a command line: $ and % are doubled."""
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$").replace("%", "%%")
    return f'"{escaped}"' if " " in escaped or '"' in escaped else escaped


def _systemd(options: Namespace) -> str:
    return _SYSTEMD.format(command=systemd_line(command(options.data_dir, "worker")))


def _compose(options: Namespace) -> str:
    numbers = range(1, options.workers + 1)
    return _COMPOSE.format(
        image=options.image,
        workers="".join(_COMPOSE_WORKER.format(number=number) for number in numbers),
        volumes="".join(f"  worker{number}: {{}}\n" for number in numbers),
    )


def _kubernetes(options: Namespace) -> str:
    return _KUBERNETES.format(image=options.image, workers=options.workers)


UNITS: dict[str, Callable[[Namespace], str]] = {
    "systemd": _systemd,
    "compose": _compose,
    "kubernetes": _kubernetes,
}
