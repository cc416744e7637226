"""Every model of a pack, under the names that its YAML uses."""

from .arguments import ArgumentSpec, FromRecord, OutOfRange
from .base import Examples, Words
from .data import Column, CsvSource, CustomerKey, Data, GeneratorSource, Table
from .guards import CoolingOff, RateLimit
from .operations import Check, Delete, Effect, Insert, Operation, Read, RowEffect, Update
from .pack import GuidePassage, Pack, SourcePlace
from .profile import Fact, GuideNote, Profile
from .recognition import Recognise
from .remote import Answered, Call, Preview, RemoteRefusal, Shown, Status
from .replies import ConfirmReplies, Exemplified, MoodReply, RecognitionReplies, Replies, Reply, Said, UndoReplies
from .safety import After, Before, Review, Safety
from .systems import HttpCall, Parameter, System, SystemSpec
from .tenant import GuideBounds, RouteBounds, Tenant
from .tiers import TierSpec, TierSpecs
from .undo import UNDO, Undo
from .values import Expr, Match, Next, Ref, Value

__all__ = [
    "UNDO",
    "After",
    "Answered",
    "ArgumentSpec",
    "Before",
    "Call",
    "Check",
    "Column",
    "ConfirmReplies",
    "CoolingOff",
    "CsvSource",
    "CustomerKey",
    "Data",
    "Delete",
    "Effect",
    "Examples",
    "Exemplified",
    "Expr",
    "Fact",
    "FromRecord",
    "GeneratorSource",
    "GuideBounds",
    "GuideNote",
    "GuidePassage",
    "HttpCall",
    "Insert",
    "Match",
    "MoodReply",
    "Next",
    "Operation",
    "OutOfRange",
    "Pack",
    "Parameter",
    "Preview",
    "Profile",
    "RateLimit",
    "Read",
    "Recognise",
    "RecognitionReplies",
    "Ref",
    "RemoteRefusal",
    "Replies",
    "Reply",
    "Review",
    "RouteBounds",
    "RowEffect",
    "Safety",
    "Said",
    "Shown",
    "SourcePlace",
    "Status",
    "System",
    "SystemSpec",
    "Table",
    "Tenant",
    "TierSpec",
    "TierSpecs",
    "Undo",
    "UndoReplies",
    "Update",
    "Value",
    "Words",
]
