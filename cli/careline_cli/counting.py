"""Numbers in sentences."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 problem`, `2 problems`; `many` where adding an s is not enough."""
    return f"{number} {one if number == 1 else many or one + 's'}"
