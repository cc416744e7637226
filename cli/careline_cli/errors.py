"""What a command may fail with, known beforehand.

CommandError
└── stack.errors.StackError and its tree; a room with errors of its own hangs its tree here

`app.main` shows a CommandError as one line plus its hint and exits with 2. Anything else is a bug and keeps
its traceback.
"""


class CommandError(Exception):
    """A failure whose cause and remedy can be told to the person at the terminal.

    `message` is one sentence about what is wrong; `hint` says what to do next (may be empty).
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
