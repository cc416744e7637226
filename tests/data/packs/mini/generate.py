"""Members and loans for tests. The first three members are always the same; see rows()."""

import random
from datetime import UTC, date, datetime, timedelta

FIXED = (
    # M-1 has two open loans, M-2 has one of each kind, M-3 is blocked.
    {"id": "M-1", "name": "Ada Stone", "email": "ada@example.org", "points": 40, "balance": "0.00", "blocked": False},
    {"id": "M-2", "name": "Bo Lin", "email": "bo@example.org", "points": 0, "balance": "1.20", "blocked": False},
    {"id": "M-3", "name": "Cy Marsh", "email": "cy@example.org", "points": 7, "balance": "5.00", "blocked": True},
)


def rows(customers: int, seed: int) -> dict[str, list[dict[str, object]]]:
    """At least three members; loans are due far in the future unless they are overdue."""
    chance = random.Random(seed)
    members = [{**member, "joined": date(2024, 5, 17)} for member in FIXED]
    for n in range(4, customers + 1):
        members.append(
            {
                "id": f"M-{n}",
                "name": f"Member {n}",
                "email": f"member{n}@example.org",
                "points": chance.randrange(100),
                "balance": f"{chance.randrange(500) / 100:.2f}",
                "blocked": False,
                "joined": date(2024, 1, 1) + timedelta(days=chance.randrange(600)),
            }
        )
    due, past = datetime(2040, 1, 10, 17, tzinfo=UTC), datetime(2020, 1, 10, 17, tzinfo=UTC)
    loans = [
        _loan(1001, "M-1", "The Tin Lighthouse", "open", due),
        _loan(1002, "M-1", "Rivers of Chalk", "open", past),
        _loan(1003, "M-2", "A Small Atlas", "open", due),
        _loan(1004, "M-2", "Nine Lanterns", "returned", past),
        _loan(1005, "M-3", "The Tin Lighthouse", "open", due),
    ]
    loans += [_loan(1005 + n, f"M-{n}", f"Book {n}", "open", due) for n in range(4, customers + 1)]
    return {"members": members, "loans": loans}


def _loan(number: int, member: str, title: str, status: str, due: datetime) -> dict[str, object]:
    return {"number": f"ML-{number}", "member_id": member, "title": title, "status": status, "due": due, "note": None}
