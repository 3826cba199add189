"""Scheduled work has one form, and lives in the room it belongs to."""

from __future__ import annotations

import importlib
import inspect

import pytest

from app.jobs import JOBS, Job


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_a_job_is_a_function_of_a_context_in_its_rooms_jobs(job: Job) -> None:
    room = job.work.__module__.partition(".")[0]
    jobs = importlib.import_module(f"{room}.jobs")
    assert room != "app"
    assert getattr(jobs, job.work.__name__) is job.work
    assert list(inspect.signature(job.work).parameters) == ["context"]
    assert inspect.signature(job.work).return_annotation == "Counts"
    assert job.work.__doc__


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
