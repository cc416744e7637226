"""What can go wrong with the local stack.

CommandError
└── StackError
    ├── HomeError            the folder that holds the stack's data
    │   ├── NotACheckout     the command does not run from a checkout of Careline
    │   ├── HomeNotWritable  the folder cannot be created or written
    │   ├── StateCorrupt     state.json cannot be read as such
    │   ├── SecretsCorrupt   secrets.json cannot be read as such
    │   ├── AlreadyRunning   another supervisor owns this folder
    │   ├── NotRunning       nothing runs in this folder
    │   ├── NoSuchLog        no process of that name ever wrote a log here
    │   └── NotConfirmed     data would be deleted, and nobody said yes
    ├── ToolMissing          a program of the machine is missing or too old
    ├── PartError            Kafka, Postgres or Redis
    │   ├── PrepareFailed    downloading, formatting or initialising ended in an error
    │   ├── PortTaken        the port asked for is held by somebody else
    │   └── PartUnreachable  an address in the environment does not answer
    ├── ProcessError         a process of the stack
    │   ├── DiedAtStart      it ended before it was ready
    │   └── NotReadyInTime   it runs, and does not become ready
    └── StepFailed           migrations, topics, packs: the step's own error is its cause
"""

from careline_cli.errors import CommandError


class StackError(CommandError):
    """Base of everything the local stack raises on purpose."""


class HomeError(StackError):
    """The folder that holds the stack's data is not usable as it is."""


class NotACheckout(HomeError):
    """`deploy/local` was not found: the command does not belong to a checkout."""


class HomeNotWritable(HomeError):
    """The folder cannot be created or written."""


class StateCorrupt(HomeError):
    """`state.json` is not what the supervisor writes."""


class SecretsCorrupt(HomeError):
    """`secrets.json` is not what the stack generated."""


class AlreadyRunning(HomeError):
    """A supervisor already owns this folder."""


class NotRunning(HomeError):
    """The command needs a running stack, and there is none in this folder."""


class NoSuchLog(HomeError):
    """There is no log file of that name."""


class NotConfirmed(HomeError):
    """Deleting data was not confirmed."""


class ToolMissing(StackError):
    """A program the stack needs is not on this machine, or too old."""


class PartError(StackError):
    """Kafka, Postgres or Redis cannot be prepared or reached."""


class PrepareFailed(PartError):
    """A tool that prepares a part (Maven, initdb, the storage formatter) ended with an error."""


class PortTaken(PartError):
    """The port asked for is held by another process."""


class PartUnreachable(PartError):
    """An address taken from the environment does not answer."""


class ProcessError(StackError):
    """A process of the stack does not do what it was started for."""


class DiedAtStart(ProcessError):
    """The process ended before it was ready."""


class NotReadyInTime(ProcessError):
    """The process runs, but did not become ready in the time it had."""


class StepFailed(StackError):
    """A step between infrastructure and services (migrations, topics, packs) failed."""
