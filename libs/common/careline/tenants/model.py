"""Every model of a pack, under the names that its YAML uses."""

from .arguments import ArgumentSpec, FromRecord, OutOfRange
from .base import Examples, Words
from .data import Column, CsvSource, CustomerKey, Data, GeneratorSource, Table
from .operations import Check, Delete, Effect, Insert, Operation, Read, RowEffect, Update
from .pack import GuidePassage, Pack, SourcePlace
from .profile import Fact, GuideNote, Profile
from .remote import Answered, Call, Preview, RemoteRefusal, Shown, Status
from .replies import ConfirmReplies, Exemplified, MoodReply, Replies, Reply, Said
from .systems import HttpCall, Parameter, System, SystemSpec
from .tenant import GuideBounds, RouteBounds, Tenant
from .tiers import TierSpec, TierSpecs
from .values import Expr, Match, Next, Ref, Value

__all__ = [
    "Answered",
    "ArgumentSpec",
    "Call",
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
    "Read",
    "Ref",
    "RemoteRefusal",
    "Replies",
    "Reply",
    "RouteBounds",
    "RowEffect",
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
    "Update",
    "Value",
    "Words",
]
