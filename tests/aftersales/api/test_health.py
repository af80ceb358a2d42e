from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django_q.models import Task

from tests.instants import AT

pytestmark = pytest.mark.django_db


def ended(func: str, at, *, success: bool = True) -> None:
    Task.objects.create(id=f"{at:%H%M}{func}"[:32], name=func, func=func, started=at, stopped=at, success=success)


def test_health_without_worker(nobody):
    answer = nobody.get("health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "has_database": True,
        "has_worker": False,
        "waiting_tasks": 0,
        "worker_seen_at": None,
        "swept_at": None,
    }


@pytest.mark.parametrize(("minutes", "status"), [(0, "ok"), (5, "ok"), (6, "degraded")])
def test_health_worker_seen(nobody, minutes, status):
    ended("appeals.tasks.sweep", AT - timedelta(minutes=minutes))
    ended("appeals.tasks.sweep", AT - timedelta(minutes=9))
    ended("appeals.tasks.build_packet", AT - timedelta(minutes=8))
    said = nobody.get("health").json()
    assert said["status"] == status
    assert said["swept_at"] == (AT - timedelta(minutes=minutes)).isoformat()


def test_health_without_database(nobody, monkeypatch):
    def fail() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "connect", fail)
    connection.close()
    answer = nobody.get("health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
