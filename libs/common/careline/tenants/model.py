"""Every model of a pack, under the names that its YAML uses."""

from .arguments import ArgumentSpec, FromRecord, OutOfRange
from .base import Examples, Words
from .data import Column, CsvSource, CustomerKey, Data, GeneratorSource, Table
from .operations import Check, Delete, Effect, Insert, Operation, Read, Update
from .pack import GuidePassage, Pack, SourcePlace
from .profile import Fact, GuideNote, Profile
from .replies import ConfirmReplies, Exemplified, MoodReply, Replies, Reply, Said
from .safety import After, Before, Review, Safety
from .tenant import GuideBounds, RouteBounds, Tenant
from .tiers import TierSpec, TierSpecs
from .values import Expr, Match, Next, Ref, Value

__all__ = [
    "After",
    "ArgumentSpec",
    "Before",
    "Check",
    "Column",
    "ConfirmReplies",
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
    "Insert",
    "Match",
    "MoodReply",
    "Next",
    "Operation",
    "OutOfRange",
    "Pack",
    "Profile",
    "Read",
    "Ref",
    "Replies",
    "Reply",
    "Review",
    "RouteBounds",
    "Safety",
    "Said",
    "SourcePlace",
    "Table",
    "Tenant",
    "TierSpec",
    "TierSpecs",
    "Update",
    "Value",
    "Words",
]
