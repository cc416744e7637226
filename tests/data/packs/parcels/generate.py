"""Members for tests: M-1 and M-2 may do everything, M-3 is blocked."""


def rows(customers: int, seed: int) -> dict[str, list[dict[str, object]]]:
    """At least three members."""
    numbers = range(1, max(3, customers) + 1)
    return {"members": [{"id": f"M-{n}", "name": f"Member {n}", "blocked": n == 3} for n in numbers]}
